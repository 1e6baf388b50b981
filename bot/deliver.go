package bot

import (
	"context"
	"errors"
	"time"

	"linli/community"
	"linli/store"
)

// A send is given up before its claim expires, so that nobody else takes it
// over while the platform may still be listening to us.
const (
	sendTimeout = 30 * time.Second
	claimFor    = 90 * time.Second
	claimAtOnce = 8
	maxSends    = 8 // tries of something that certainly was not seen
)

// deliver says what is due and tells when the next thing will be.
func (b *Bot) deliver(ctx context.Context, c community.ID) (next time.Time, err error) {
	for ctx.Err() == nil {
		now := b.Now()
		var has bool
		err := b.st.View(ctx, c, func(tx store.Tx) { next, has = store.NextSay(tx) })
		if err != nil || !has || next.After(now) {
			return next, err
		}
		out, err := b.claim(ctx, c, now)
		if err != nil {
			return next, err
		}
		if len(out) == 0 {
			// What is due cannot be said here now (a draft, or no mouth): the sweep looks again.
			return time.Time{}, nil
		}
		for _, o := range out {
			if err := b.say(ctx, c, o); err != nil {
				return next, err
			}
		}
	}
	return time.Time{}, ctx.Err()
}

func (b *Bot) claim(ctx context.Context, c community.ID, now time.Time) ([]community.Outgoing, error) {
	var out []community.Outgoing
	err := b.st.Update(ctx, c, func(tx store.Tx) {
		mouth := func(o community.Outgoing) community.Handle { return mouthOf(tx, o) }
		claimed := store.Claim(tx, now, now.Add(claimFor), claimAtOnce, func(o community.Outgoing) bool {
			return b.channels[mouth(o).Channel] != nil
		})
		for i := range claimed {
			claimed[i].Handle = mouth(claimed[i])
		}
		out = claimed
	})
	return out, err
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
func (b *Bot) say(ctx context.Context, c community.ID, o community.Outgoing) error {
	keep := context.WithoutCancel(ctx)
	limited, cancel := context.WithTimeout(keep, sendTimeout)
	sent := guard(func() error { return b.channels[o.Handle.Channel].Send(limited, o.Handle, o) })
	cancel()
	now := b.Now()
	fate := community.Said{Out: o, At: now, Sure: true}
	err := b.st.Update(keep, c, func(tx store.Tx) {
		again := time.Duration(0)
		fate.Fate, fate.Detail, again = judge(sent, o, store.Tries(tx, o.Key))
		if again > 0 {
			store.Later(tx, o.Key, now.Add(again))
			return
		}
		store.Finish(tx, o.Key, fate)
	})
	b.stats.fates(fate.Fate)
	b.log.Info("said", "community", c, "key", o.Key, "kind", o.Kind, "channel", o.Handle.Channel, "fate", fate.Fate, "err", sent)
	if err == nil && (fate.Fate == community.HandedOver || fate.Fate == community.PerhapsSaid) {
		b.tellSaid(ctx, c, fate)
	}
	return err
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
