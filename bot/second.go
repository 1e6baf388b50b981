package bot

import (
	"context"
	"time"

	"linli/community"
	"linli/store"
	"linli/understand"
)

// How long a second opinion is waited for: as long as the Asker likes, within reason,
// while the street is quiet; once somebody else speaks, only its grace; once it
// sounds like danger, no longer at all.
const (
	secondWithin = time.Minute
	secondGrace  = 2 * time.Second
)

// A doubter is a Reader that can put its doubts to somebody else.
type doubter interface {
	Second(ctx context.Context, a understand.Asker, s *community.Scene, m community.Message, first community.Reading) community.Reading
}

// second asks for another opinion where the reader is unsure and nobody waits. Whatever
// happens, a panic included, the first reading stands.
func (b *Bot) second(ctx context.Context, c community.ID, p *pen, r Reader, s *community.Scene, m community.Message, first community.Reading) community.Reading {
	d, can := r.(doubter)
	if !can || b.asker == nil || !understand.Unsure(m, first) || b.behind(ctx, c, p) {
		return first
	}
	limited, cancel := context.WithTimeout(ctx, secondWithin)
	defer cancel()
	go hurry(limited, p, cancel) // ends with limited
	var rd community.Reading
	done := make(chan error, 1)
	go func() {
		done <- guard(func() error { rd = d.Second(limited, b.asker, s, m, first); return nil })
	}()
	err, back := within(limited, done)
	if err != nil || !back {
		b.log.Error("no second opinion", "community", c, "back", back, "panic", err != nil)
		return first
	}
	return rd
}

// behind reports whether other events wait already. Who comes after it has looked is told by newer.
func (b *Bot) behind(ctx context.Context, c community.ID, p *pen) (waits bool) {
	for _, news := range []chan struct{}{p.newer, p.danger} {
		select {
		case <-news:
		default:
		}
	}
	now := b.Now()
	err := b.st.View(ctx, c, func(tx store.Tx) { waits = store.Behind(tx, now) })
	return waits || err != nil
}

// newer tells a pen that may be waiting for an opinion that somebody has come.
func (b *Bot) newer(c community.ID, e community.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.pens[c]
	switch {
	case p == nil:
	case e.First:
		poke(p.danger)
	default:
		poke(p.newer)
	}
}

// hurry gives a question up when somebody comes, but mere talk leaves it its grace.
func hurry(ctx context.Context, p *pen, giveUp func()) {
	select {
	case <-p.danger:
		giveUp()
		return
	case <-time.After(secondGrace):
	case <-ctx.Done():
		return
	}
	select {
	case <-p.danger:
		giveUp()
	case <-p.newer:
		giveUp()
	case <-ctx.Done():
	}
}
