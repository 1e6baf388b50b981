package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"linli/community"
	"linli/handlers"
	"linli/store"
	"linli/understand"
)

// A pen is one community's worker: it only saves work. The inbox keeps the truth,
// so two pens of two processes decide nothing twice.
type pen struct {
	decide chan struct{}
	say    chan struct{}
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
		p = &pen{decide: make(chan struct{}, 1), say: make(chan struct{}, 1)}
		b.pens[c] = p
		ctx := b.run
		b.work.Go(func() { b.loop(ctx, p.decide, func() (time.Time, error) { return b.drain(ctx, c, p) }) })
		b.work.Go(func() { b.loop(ctx, p.say, func() (time.Time, error) { return b.deliver(ctx, c) }) })
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
			wait = min(2*wait, time.Minute)
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
		if did, next, err = b.step(ctx, c); err != nil || !did {
			return next, err
		}
		poke(p.say)
	}
	return time.Time{}, ctx.Err()
}

// step takes the oldest due event through understanding, deciding and apply.
func (b *Bot) step(ctx context.Context, c community.ID) (did bool, next time.Time, err error) {
	desk, err := b.lay(ctx, c)
	if err != nil || !desk.due {
		return false, desk.next, err
	}
	e := desk.event
	var plan community.Plan
	var applied bool
	err = guard(func() error {
		if e.Message != nil {
			e.Reading = b.readers.of(c, desk).Read(ctx, desk.scene, *e.Message)
		}
		return b.st.Update(context.WithoutCancel(ctx), c, func(tx store.Tx) {
			applied = false
			if rec, ok := store.RecordOf(tx, e.Key); !ok || rec.Done || rec.Aside {
				return // somebody else was faster
			}
			plan = handlers.Decide(b.withCaps(store.Scene(tx, e)), e)
			applied = store.Apply(tx, e, plan)
		})
	})
	if err != nil {
		return true, next, b.failed(ctx, c, e, err)
	}
	if applied {
		b.stats.decided.Add(1)
		b.log.Info("decided", "community", c, "key", e.Key, "intent", e.Reading.Intent, "say", len(plan.Say), "held", len(plan.Held))
		b.tellMade(ctx, c, e, plan)
	}
	return true, next, nil
}

// desk is what one step looks at.
type desk struct {
	due      bool
	next     time.Time
	event    community.Event
	scene    *community.Scene
	revision int
	rows     func() ([]community.Resource, error) // read only when the list has changed
}

func (b *Bot) lay(ctx context.Context, c community.ID) (desk, error) {
	var d desk
	now := b.Now()
	err := b.st.View(ctx, c, func(tx store.Tx) {
		d = desk{}
		rec, ok := store.Head(tx, now)
		if !ok {
			d.next, _ = store.NextDue(tx)
			return
		}
		d.due, d.event = true, rec.Event
		if rec.Event.Message != nil {
			d.scene = b.withCaps(store.Scene(tx, rec.Event))
			d.revision = store.Revision(tx)
		}
	})
	d.rows = func() (rows []community.Resource, err error) {
		err = b.st.View(ctx, c, func(tx store.Tx) { rows = store.Resources(tx) })
		return rows, err
	}
	return d, err
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

// A panicked is a panic turned into an error, with the place where it happened.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

func guard(fn func() error) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *store.Panic:
			err = &panicked{v.Value, v.Stack} // from within a transaction
		default:
			err = &panicked{v, debug.Stack()}
		}
	}()
	return fn()
}

// failed counts the try; after three the event is set aside for staff and the
// street goes on. When not even that can be written (a full disk), the error
// comes back and the event waits untouched.
func (b *Bot) failed(ctx context.Context, c community.ID, e community.Event, cause error) error {
	if ctx.Err() != nil || errors.Is(cause, store.ErrClosed) {
		return cause
	}
	stack := cause.Error()
	var p *panicked
	if errors.As(cause, &p) {
		stack = fmt.Sprintf("%T\n%s", p.value, p.stack) // the value itself may hold a resident's words
	}
	var aside bool
	err := b.st.Update(context.WithoutCancel(ctx), c, func(tx store.Tx) { aside = store.Tried(tx, e.Key, stack, b.Now()) })
	b.log.Error("event failed", "community", c, "key", e.Key, "aside", aside, "panic", p != nil)
	if err == nil && aside {
		b.stats.aside.Add(1)
		return nil
	}
	if err == nil && p != nil {
		return nil // the next round tries again at once: a panic does not heal by waiting
	}
	return errors.Join(cause, err)
}

// readers keeps one understanding for each community, built anew when its profile, groups or list have changed.
type readers struct {
	mu  sync.Mutex
	all map[community.ID]*cached
}

type cached struct {
	reader   *understand.Reader
	revision int
	names    string
}

func (r *readers) of(c community.ID, d desk) *understand.Reader {
	names := namesOf(d.scene)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = map[community.ID]*cached{}
	}
	if have := r.all[c]; have != nil && have.revision == d.revision && have.names == names {
		return have.reader
	}
	rows, err := d.rows()
	if err != nil {
		rows = nil // the reading is poorer, the message is not lost; the next one reads the list again
		d.revision = -1
	}
	groups := groupsOf(d.scene)
	r.all[c] = &cached{understand.New(d.scene.Profile, groups, rows), d.revision, names}
	return r.all[c].reader
}
