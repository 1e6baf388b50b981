package bot

import (
	"context"
	"errors"
	"time"

	"linli/community"
	"linli/handlers"
	"linli/store"
)

// A pen is one community's worker: it only saves work. The inbox keeps the truth,
// so two pens of two processes decide nothing twice.
type pen struct {
	decide chan struct{}
	say    chan struct{}
	newer  chan struct{} // somebody has come; who waits for a second opinion hears it
	danger chan struct{} // and it sounds like danger
	desk   *store.Desk   // only the deciding goroutine touches it
	reader reading       // and this
	mouths mouths
}

// wake lets the community's pen and mouth look; before Run it does nothing, for Run sweeps first.
func (b *Bot) wake(c community.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.run == nil || b.run.Err() != nil {
		return
	}
	p := b.pens[c]
	if p == nil {
		p = &pen{decide: make(chan struct{}, 1), say: make(chan struct{}, 1), desk: store.NewDesk(), newer: make(chan struct{}, 1), danger: make(chan struct{}, 1)}
		b.pens[c] = p
		ctx := b.run
		b.work.Go(func() { b.loop(ctx, p.decide, func() (time.Time, error) { return b.drain(ctx, c, p) }) })
		b.work.Go(func() { b.loop(ctx, p.say, func() (time.Time, error) { return b.deliver(ctx, c, p) }) })
	}
	poke(p.decide)
	poke(p.say)
}

func poke(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// slowest is the longest pause between two tries while the store is in trouble.
const slowest = 15 * time.Second

// loop works whenever it is woken, and again at the moment its last round named (zero: none).
// After an error it tries again, ever more slowly.
func (b *Bot) loop(ctx context.Context, woken <-chan struct{}, round func() (time.Time, error)) {
	wait := time.Second
	for {
		next, err := round()
		var alarm <-chan time.Time
		switch {
		case ctx.Err() != nil || errors.Is(err, store.ErrClosed):
			return
		case err != nil:
			b.log.Error("trying again", "in", wait, "err", err)
			alarm = time.After(wait)
			wait = min(2*wait, slowest)
		default:
			wait = time.Second
			if !next.IsZero() {
				alarm = time.After(max(next.Sub(b.Now()), 0))
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-woken:
		case <-alarm:
		}
	}
}

// drain decides everything that is due and says when the next thing will be.
func (b *Bot) drain(ctx context.Context, c community.ID, p *pen) (next time.Time, err error) {
	for ctx.Err() == nil {
		var did bool
		if did, next, err = b.step(ctx, c, p); err != nil || !did {
			return next, err
		}
	}
	return time.Time{}, ctx.Err()
}

// step takes the oldest due event through understanding, deciding and apply.
func (b *Bot) step(ctx context.Context, c community.ID, p *pen) (did bool, next time.Time, err error) {
	e, due, next, err := b.head(ctx, c)
	if err != nil || !due {
		return false, next, err
	}
	var plan community.Plan
	var applied bool
	err = guard(func() (err error) {
		e, plan, applied, err = b.decide(ctx, c, p, e)
		return err
	})
	if err != nil {
		p.desk = store.NewDesk() // it may have been laid by halves
		return true, next, b.failed(ctx, c, e, err)
	}
	if applied {
		if len(plan.Say)+len(plan.Drop) > 0 {
			poke(p.say)
		}
		b.stats.decided.Add(1)
		b.log.Info("decided", "community", c, "key", e.Key, "intent", e.Reading.Intent, "say", len(plan.Say), "held", len(plan.Held))
		b.tellMade(ctx, c, e, plan)
	}
	return true, next, nil
}

// head is the oldest event that is due; without one, when the next will be.
func (b *Bot) head(ctx context.Context, c community.ID) (e community.Event, due bool, next time.Time, err error) {
	now := b.Now()
	err = b.st.View(ctx, c, func(tx store.Tx) {
		var rec store.Record
		if rec, due = store.Head(tx, now); !due {
			next, _ = store.NextDue(tx)
		}
		e = rec.Event
	})
	return e, due, next, err
}

// decide lays the desk, reads, decides and applies. It finishes what it has begun also when ctx ends.
func (b *Bot) decide(ctx context.Context, c community.ID, p *pen, e community.Event) (_ community.Event, plan community.Plan, applied bool, err error) {
	asking := ctx // a question to others is not what must be finished
	ctx = context.WithoutCancel(ctx)
	var scene *community.Scene
	var revision int
	err = b.st.View(ctx, c, func(tx store.Tx) { scene, revision = p.desk.Lay(tx, e), store.Revision(tx) })
	if err != nil {
		return e, plan, false, err
	}
	if e.Message != nil {
		reader := b.readerOf(ctx, c, p, scene, revision)
		if e.Reading, err = read(ctx, reader, b.withCaps(scene), *e.Message); err != nil {
			return e, plan, false, err
		}
		e.Reading = b.second(asking, c, p, reader, scene, *e.Message, e.Reading)
	}
	err = b.st.Update(ctx, c, func(tx store.Tx) {
		applied = false
		if rec, ok := store.RecordOf(tx, e.Key); !ok || rec.Done || rec.Aside {
			return // somebody else was faster
		}
		plan = handlers.Decide(b.withCaps(p.desk.Again(tx, e)), e)
		applied = store.Apply(tx, e, plan)
	})
	return e, plan, applied, err
}

// withCaps writes on the desk what each handle can do.
func (b *Bot) withCaps(s *community.Scene) *community.Scene {
	s.Caps = map[community.Handle]community.Caps{}
	for _, g := range s.Groups {
		for _, h := range g.Handles {
			if ch := b.channels[h.Channel]; ch != nil {
				s.Caps[h] = ch.Caps(h)
			}
		}
	}
	return s
}
