// Package bot is the house in motion: the door (accept.go), the pen
// (decide.go) and the mouth (deliver.go). One pen for each community decides
// its events one after the other, oldest first; whatever happens is in the
// store before it is acknowledged, and written down before it is said.
package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"linli/community"
	"linli/store"
	"linli/understand"
)

// Options is what a Bot is built from.
type Options struct {
	Store    store.Store
	Channels []Channel
	Blobs    string           // folder for photos and voice; made when it is missing; "" keeps none
	BindNew  community.ID     // a group nobody knows is bound to this community; "" lets it wait for staff
	Alone    bool             // nobody else works on this store: what a crash left in the middle is picked up at once
	Clock    func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: slog.Default

	// Understand makes a community's Reader; nil: the understanding that comes with the house.
	Understand func(community.Profile, []community.Group, []community.Resource) Reader

	// Asker is asked for a second opinion where the Reader is unsure and can say so; nil: nobody.
	Asker understand.Asker
}

// Bot is linli at work. All methods are safe for concurrent use.
type Bot struct {
	st       store.Store
	channels map[string]Channel
	blobs    string
	blobsMu  sync.Mutex // a blob is not removed while it is saved again
	bindNew  community.ID
	clock    func() time.Time
	log      *slog.Logger
	alone    bool
	news     news
	stats    stats

	understand func(community.Profile, []community.Group, []community.Resource) Reader
	asker      understand.Asker

	mu   sync.Mutex
	pens map[community.ID]*pen
	run  context.Context // while Run is running
	work sync.WaitGroup  // pens and deliverers
}

// New builds a Bot. Nothing moves before Run.
func New(o Options) (*Bot, error) {
	if o.Store == nil {
		return nil, errors.New("bot: no store")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Understand == nil {
		o.Understand = embedded
	}
	b := &Bot{
		st: o.Store, channels: map[string]Channel{}, blobs: o.Blobs, bindNew: o.BindNew,
		clock: o.Clock, log: cmp.Or(o.Log, slog.Default()), pens: map[community.ID]*pen{}, alone: o.Alone, understand: o.Understand, asker: o.Asker,
	}
	for _, ch := range o.Channels {
		if _, twice := b.channels[ch.Name()]; twice {
			return nil, fmt.Errorf("bot: two channels are called %q", ch.Name())
		}
		b.channels[ch.Name()] = ch
	}
	return b, nil
}

// Now is the house's clock.
func (b *Bot) Now() time.Time { return b.clock() }

// Store is where the papers are; others read it by View and write only through Accept.
func (b *Bot) Store() store.Store { return b.st }

// sweepEvery is how often every community is asked whether something lies
// there that nobody was woken for: what a crash left, or another process wrote.
const sweepEvery = 5 * time.Second

// Run opens the ears, the pens and the mouths, and returns when ctx has ended
// and everything in hand is finished. It may be called once.
func (b *Bot) Run(ctx context.Context) error {
	b.mu.Lock()
	if b.run != nil {
		b.mu.Unlock()
		return errors.New("bot: already running")
	}
	b.run = ctx
	b.mu.Unlock()

	if b.alone {
		b.pickUp(ctx)
	}
	var ears sync.WaitGroup
	for _, ch := range b.channels {
		ears.Go(func() {
			if err := ch.Run(ctx, b.Hear); err != nil && ctx.Err() == nil {
				b.stats.down(ch.Name(), err)
				b.log.Error("channel stopped", "channel", ch.Name(), "err", err)
			}
		})
	}
	b.work.Go(func() { b.tidyBlobs(ctx) })
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for b.sweep(ctx); ctx.Err() == nil; b.sweep(ctx) {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	ears.Wait()
	b.retire()
	b.work.Wait()
	return nil
}

// pickUp gives up the claims of a process that is no more, so that nobody waits for them to expire.
func (b *Bot) pickUp(ctx context.Context) {
	all, err := b.st.Communities(ctx)
	for _, c := range all {
		if c != store.House && err == nil {
			err = b.st.Update(ctx, c, func(tx store.Tx) { store.Orphans(tx, b.Now()) })
		}
	}
	if err != nil && ctx.Err() == nil {
		b.log.Error("pick up", "err", err) // they expire by themselves
	}
}

// retire forgets the pens. Whoever was in the middle of starting one has
// finished when it returns, and ctx has ended, so no further one is started.
func (b *Bot) retire() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pens = map[community.ID]*pen{}
}

// sweep wakes every community's pen.
func (b *Bot) sweep(ctx context.Context) {
	all, err := b.st.Communities(ctx)
	if err != nil && ctx.Err() == nil {
		b.log.Error("sweep", "err", err)
	}
	for _, c := range all {
		if c != store.House {
			b.wake(c)
		}
	}
}
