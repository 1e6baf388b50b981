package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"linli/community"
	"linli/handlers"
	"linli/store"
)

// A send is given up before its claim expires, so that nobody else takes it
// over while the platform may still be listening to us.
const (
	sendTimeout = 30 * time.Second
	claimFor    = 90 * time.Second
	sendsAtOnce = 8 // of one community through one channel; emergencies do not count
	maxSends    = 8 // tries of something that certainly was not seen
	lookAgain   = 30 * time.Second
)

var errHung = errors.New("bot: the channel never came back")

// mouths are what is being said right now. One conversation hears one thing
// after the other; conversations do not wait for each other, and an emergency
// waits for nothing but another emergency in the same conversation.
type mouths struct {
	mu   sync.Mutex
	busy map[string]bool
	by   map[string]int // channel → ordinary sends in hand
}

func mouthName(o community.Outgoing, h community.Handle) string {
	if o.Urgent {
		return "!" + h.Channel + "/" + h.ID
	}
	return h.Channel + "/" + h.ID
}

func (m *mouths) free(o community.Outgoing, h community.Handle, taken map[string]int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	name := mouthName(o, h)
	if m.busy[name] || taken[name] > 0 {
		return false
	}
	return o.Urgent || m.by[h.Channel]+taken[h.Channel+"/"] < sendsAtOnce
}

func (m *mouths) open(o community.Outgoing) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.busy == nil {
		m.busy, m.by = map[string]bool{}, map[string]int{}
	}
	m.busy[mouthName(o, o.Handle)] = true
	if !o.Urgent {
		m.by[o.Handle.Channel]++
	}
}

func (m *mouths) shut(o community.Outgoing) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.busy, mouthName(o, o.Handle))
	if !o.Urgent {
		m.by[o.Handle.Channel]--
	}
}

// deliver hands out what is due and tells when the next thing will be.
func (b *Bot) deliver(ctx context.Context, c community.ID, p *pen) (next time.Time, err error) {
	for ctx.Err() == nil {
		now := b.Now()
		var has, ready bool
		err := b.st.View(ctx, c, func(tx store.Tx) {
			ready = false
			if next, has = store.NextSay(tx); !has || !next.After(now) {
				ready = store.Ready(tx, now, b.turns(tx, p, now))
			}
		})
		switch {
		case err != nil:
			return next, err
		case !ready && has && next.After(now):
			return next, nil
		case !ready:
			return time.Time{}, nil // what is due waits for a mouth: whoever closes one pokes us
		}
		out, err := b.claim(ctx, c, p, now)
		if err != nil {
			return next, err
		}
		for _, o := range out {
			p.mouths.open(o)
			b.work.Go(func() {
				b.say(ctx, c, o)
				p.mouths.shut(o)
				poke(p.say)
			})
		}
	}
	return time.Time{}, ctx.Err()
}

func (b *Bot) claim(ctx context.Context, c community.ID, p *pen, now time.Time) ([]community.Outgoing, error) {
	var out []community.Outgoing
	err := b.st.Update(ctx, c, func(tx store.Tx) {
		claimed := store.ClaimAs(tx, now, now.Add(claimFor), 4*sendsAtOnce, b.turns(tx, p, now))
		for i := range claimed {
			claimed[i].Handle = mouthOf(tx, claimed[i])
		}
		out = claimed
	})
	return out, err
}

// turns tells whose turn it is: there must be a mouth, it must be free, and what
// was decided a while ago must fit the hour it is now.
func (b *Bot) turns(tx store.Tx, p *pen, now time.Time) func(community.Outgoing) store.Turn {
	taken := map[string]int{}
	return func(o community.Outgoing) store.Turn {
		h := mouthOf(tx, o)
		if b.channels[h.Channel] == nil {
			if o.Urgent {
				return store.Turn{Later: now.Add(5 * time.Second)}
			}
			return store.Turn{Later: now.Add(lookAgain)}
		}
		if !p.mouths.free(o, h, taken) {
			return store.Turn{}
		}
		if at := handlers.NotBefore(o, now, lastWord(tx, o)); at.After(now) {
			return store.Turn{Later: at}
		}
		taken[mouthName(o, h)]++
		if !o.Urgent {
			taken[h.Channel+"/"]++
		}
		return store.Turn{Now: true}
	}
}

// lastWord is when we last spoke in the group something is for.
func lastWord(tx store.Tx, o community.Outgoing) time.Time {
	if o.Group == "" || o.To != "" {
		return time.Time{}
	}
	for _, s := range store.Lines(tx, store.Conversation(o.Group, ""), time.Time{}, 1) {
		return s.At
	}
	return time.Time{}
}

// mouthOf is the handle something goes through; a private word without one goes where the person last wrote to us.
func mouthOf(tx store.Tx, o community.Outgoing) community.Handle {
	if o.Handle.Channel == "" && o.To != "" {
		h, _ := store.Chat(tx, o.To)
		return h
	}
	return o.Handle
}

// say hands one claimed thing to its channel and writes down what became of it.
// Shutting down does not break it off: a send in hand is finished.
func (b *Bot) say(ctx context.Context, c community.ID, o community.Outgoing) {
	stopping := ctx
	ctx = context.WithoutCancel(ctx)
	started := b.Now()
	sent := b.send(ctx, o)
	fate := community.Said{Out: o, At: b.Now(), Sure: true}
	note := func() error {
		return b.st.Update(ctx, c, func(tx store.Tx) {
			again := time.Duration(0)
			fate.Fate, fate.Detail, again = judge(sent, o, store.Tries(tx, o.Key))
			if again > 0 {
				store.Later(tx, o.Key, fate.At.Add(again))
				return
			}
			store.Finish(tx, o.Key, fate)
		})
	}
	err := note()
	for wait := time.Second; err != nil && stopping.Err() == nil && b.Now().Sub(started) < claimFor-sendTimeout; wait *= 2 {
		// Nobody else may claim it yet. If the store does not heal in time, it will be "perhaps said", which is then the truth.
		time.Sleep(wait)
		err = note()
	}
	b.stats.fates(fate.Fate)
	b.log.Info("said", "community", c, "key", o.Key, "kind", o.Kind, "channel", o.Handle.Channel, "fate", fate.Fate, "noted", err == nil, "err", sent)
	if err == nil && (fate.Fate == community.HandedOver || fate.Fate == community.PerhapsSaid) {
		b.tellSaid(ctx, c, fate)
	}
}

// send asks the channel, with a deadline. A channel that never comes back is left behind in its goroutine.
func (b *Bot) send(ctx context.Context, o community.Outgoing) error {
	limited, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		done <- guard(func() error { return b.channels[o.Handle.Channel].Send(limited, o.Handle, o) })
	}()
	if err, ok := within(limited, done); ok {
		return err
	}
	return errHung
}

// judge turns the channel's answer into a fate, or into another try after a while.
func judge(sent error, o community.Outgoing, tries int) (fate community.Fate, detail string, again time.Duration) {
	if sent == nil {
		return community.HandedOver, "", 0
	}
	var f *Failure
	certain := errors.As(sent, &f) && f.Certain
	switch {
	case certain && f.After > 0 && tries < maxSends:
		return "", f.Say, f.After
	case certain:
		return community.Refused, f.Say, 0
	case o.Urgent && tries < maxSends:
		return "", "", 5 * time.Second // saying an emergency twice is better than not at all
	case f != nil:
		return community.PerhapsSaid, f.Say, 0
	}
	return community.PerhapsSaid, "平台没有回音", 0
}
