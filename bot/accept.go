package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"linli/community"
	"linli/store"
	"linli/understand"
)

// ErrEvent says that an event is not one: it must have a Key and exactly one of Message, Tick and Order.
var ErrEvent = errors.New("bot: an event needs a key and exactly one of message, tick and order")

// maxEventKey leaves room for what the store puts around a key.
const maxEventKey = 300

// Accept is the only door. When it returns nil the event is on disk, and will
// be decided exactly once, however often it is handed in. At is filled when it
// is zero; a message's Role is filled from the people list. What is said in a
// group that wants to be left alone is counted and forgotten.
func (b *Bot) Accept(ctx context.Context, c community.ID, e community.Event) error {
	if err := check(e); err != nil {
		return err
	}
	now := b.Now()
	if e.At.IsZero() {
		e.At = now
	}
	if e.Message != nil {
		m := tidy(*e.Message, now)
		e.Message = &m
		e.First = understand.SoundsLikeDanger(m.Text)
	}
	var fresh bool
	if err := b.st.Update(ctx, c, func(tx store.Tx) { fresh = receive(tx, e) }); err != nil {
		return fmt.Errorf("bot: accept into %s: %w", c, err)
	}
	if fresh {
		b.stats.heard.Add(1)
		if e.Message != nil {
			b.tellLine(ctx, c, *e.Message)
		}
		b.newer(c, e)
		b.wake(c)
	}
	return nil
}

// receive writes down what came, and reports whether it is new.
func receive(tx store.Tx, e community.Event) bool {
	if e.Message == nil {
		return store.Receive(tx, e)
	}
	m := *e.Message
	if m.Group != "" {
		g, ok := store.Group(tx, m.Group)
		if !ok {
			tx.Fail(fmt.Errorf("no group %s", m.Group))
			return false
		}
		if g.Policy == community.PolicyOff {
			store.Ignored(tx, g.ID, e.At)
			return false
		}
	}
	if p, ok := store.Person(tx, m.Sender); ok {
		m.Role = p.Role
	}
	if m.Private {
		store.PutChat(tx, m.Sender, m.Handle)
	}
	e.Message = &m
	return store.Receive(tx, e)
}

func check(e community.Event) error {
	n := 0
	for _, is := range []bool{e.Message != nil, e.Tick != nil, e.Order != nil} {
		if is {
			n++
		}
	}
	if n != 1 || e.Key == "" || len(e.Key) > maxEventKey {
		return ErrEvent
	}
	if m := e.Message; m != nil && (m.ID == "" || len(m.ID) > maxEventKey || m.Sender == "" || m.Private == (m.Group != "")) {
		return fmt.Errorf("%w; a message needs an id, a sender, and either a group or to be private", ErrEvent)
	}
	return nil
}

// tidy cuts what is too long and mends a clock that is ahead: the talk is ordered by these times.
func tidy(m community.Message, now time.Time) community.Message {
	m.Text = community.Cut(m.Text, community.MaxText)
	m.Name = community.Cut(m.Name, 256)
	if m.At.IsZero() || m.At.After(now) {
		m.At = now
	}
	return m
}

// Hear is what channels hand messages to: it finds the group behind the
// handle and accepts. A group nobody knows is noted for staff, and nothing
// else happens.
func (b *Bot) Hear(ctx context.Context, m community.Message) error {
	at, ok, err := b.binding(ctx, m)
	if err != nil {
		return err
	}
	if !ok && b.bindNew != "" && !m.Private {
		if at, err = b.bindFresh(ctx, m.Handle); err != nil {
			return err
		}
		ok = true
	}
	if !ok {
		return b.noteStranger(ctx, m)
	}
	m.Group = at.Group
	if !m.Private {
		if err := b.settle(ctx, m, at.Community); err != nil {
			return err
		}
	}
	return b.Accept(ctx, at.Community, community.Event{Key: community.MessageKey(m.Handle, m.ID), Message: &m})
}
