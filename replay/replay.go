// Package replay runs recorded conversations through the same understanding
// and deciding as a live one, on the conversation's own clock: nothing is sent
// and no network is touched. The same transcript gives the same output.
package replay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"linli/community"
	"linli/handlers"
	"linli/store"
	"linli/understand"
)

// Channel is the name of the mouth that replayed words go through.
const Channel = "replay"

// Case is one recorded community.
type Case struct {
	Profile   community.Profile
	Groups    []community.Group
	Resources []community.Resource
	Messages  []community.Message // oldest first
}

// Outcome is what became of one message.
type Outcome struct {
	Heard community.Heard
	Why   string
	Reply string // what was said aloud because of it
}

// Result is what became of a conversation.
type Result struct {
	Outcomes []Outcome // in the order of the messages
	Requests []community.Request
	Said     []community.Said // in the order in which it was said
}

// Read makes a Reading of a message on the desk.
type Read func(context.Context, *community.Scene, community.Message) community.Reading

// Run replays a case on the store, which should be empty of that community, and tells what became of it.
// Words are "said" at the moment they are due.
func Run(ctx context.Context, st store.Store, c Case) (Result, error) {
	return RunWith(ctx, st, c, understand.New(c.Profile, c.Groups, c.Resources).Read)
}

// Asking is the embedded understanding with an Asker behind it, as in a live house.
func Asking(c Case, a understand.Asker) Read {
	r := understand.New(c.Profile, c.Groups, c.Resources)
	return func(ctx context.Context, s *community.Scene, m community.Message) community.Reading {
		return r.Second(ctx, a, s, m, r.Read(ctx, s, m))
	}
}

// RunWith replays a case with another understanding: one under trial, or a teacher's.
func RunWith(ctx context.Context, st store.Store, c Case, read Read) (Result, error) {
	id := c.Profile.ID
	err := st.Update(ctx, id, func(tx store.Tx) {
		store.PutProfile(tx, c.Profile)
		store.PutResources(tx, c.Resources)
		for _, g := range c.Groups {
			store.PutGroup(tx, g)
		}
	})
	if err != nil {
		return Result{}, err
	}
	p := &player{st: st, c: id, read: read, desk: store.NewDesk()}
	keys := make([]string, len(c.Messages))
	for i, m := range c.Messages {
		if err := p.until(ctx, m.At); err != nil {
			return Result{}, err
		}
		keys[i] = community.MessageKey(m.Handle, m.ID)
		if err := p.hear(ctx, community.Event{Key: keys[i], At: m.At, Message: &m}); err != nil {
			return Result{}, fmt.Errorf("replay: message %s: %w", m.ID, err)
		}
	}
	if n := len(c.Messages); n > 0 {
		if err := p.until(ctx, c.Messages[n-1].At.Add(24*time.Hour)); err != nil { // the last word too gets its answer
			return Result{}, err
		}
	}
	return p.result(ctx, c.Messages, keys)
}

// player is a replay under way.
type player struct {
	st   store.Store
	c    community.ID
	read Read
	desk *store.Desk
}

// until lets everything happen that is due up to a moment: ticks a handler asked for, and words that wait.
func (p *player) until(ctx context.Context, t time.Time) error {
	for {
		var rec store.Record
		var due bool
		if err := p.st.View(ctx, p.c, func(tx store.Tx) { rec, due = store.Head(tx, t) }); err != nil || !due {
			return errors.Join(err, p.speak(ctx, t))
		}
		if err := p.speak(ctx, rec.Event.At); err != nil {
			return err
		}
		if err := p.decide(ctx, rec.Event); err != nil {
			return err
		}
	}
}

// speak says what is due up to a moment.
func (p *player) speak(ctx context.Context, t time.Time) error {
	return p.st.Update(ctx, p.c, func(tx store.Tx) {
		for {
			next, ok := store.NextSay(tx)
			if !ok || next.After(t) {
				return
			}
			claimed := store.Claim(tx, next, next.Add(time.Minute), 64, func(o community.Outgoing) bool { return o.Group != "" || o.To != "" })
			if len(claimed) == 0 {
				return
			}
			for _, o := range claimed {
				store.Finish(tx, o.Key, community.Said{At: next, Fate: community.HandedOver})
			}
		}
	})
}

func (p *player) hear(ctx context.Context, e community.Event) error {
	if err := p.st.Update(ctx, p.c, func(tx store.Tx) { store.Receive(tx, e) }); err != nil {
		return err
	}
	return p.decide(ctx, e)
}

// decide takes one event through understanding and deciding.
func (p *player) decide(ctx context.Context, e community.Event) error {
	var scene *community.Scene
	if err := p.st.View(ctx, p.c, func(tx store.Tx) { scene = withCaps(p.desk.Lay(tx, e)) }); err != nil {
		return err
	}
	if e.Message != nil {
		e.Reading = p.read(ctx, scene, *e.Message)
	}
	return p.st.Update(ctx, p.c, func(tx store.Tx) { store.Apply(tx, e, handlers.Decide(withCaps(p.desk.Again(tx, e)), e)) })
}

// withCaps lets every group be heard and spoken to.
func withCaps(s *community.Scene) *community.Scene {
	s.Caps = map[community.Handle]community.Caps{}
	for _, g := range s.Groups {
		for _, h := range g.Handles {
			s.Caps[h] = community.Caps{Hear: community.HearAll, Speak: community.SpeakAuto, Mention: true, Quote: true}
		}
	}
	return s
}

// said is all that was said, in the order of time.
func said(tx store.Tx) []community.Said {
	var out []community.Said
	conversations := []string{}
	for _, g := range store.Groups(tx) {
		conversations = append(conversations, store.Conversation(g.ID, ""))
	}
	for _, p := range store.People(tx) {
		conversations = append(conversations, store.Conversation("", p.ID))
	}
	for _, c := range conversations {
		out = append(out, store.Lines(tx, c, time.Time{}, 0)...)
	}
	slices.SortFunc(out, func(a, b community.Said) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.Out.Key, b.Out.Key)
	})
	return out
}

func (p *player) result(ctx context.Context, messages []community.Message, keys []string) (Result, error) {
	var out Result
	err := p.st.View(ctx, p.c, func(tx store.Tx) {
		r := Result{}
		for i, m := range messages {
			h, _ := store.HeardIn(tx, m)
			rec, _ := store.RecordOf(tx, keys[i])
			o := Outcome{Heard: h, Why: rec.Why}
			for _, k := range rec.Said {
				if said, _, ok := store.Spoken(tx, k); ok && said.Because == m.ID && said.Group == m.Group {
					o.Reply = said.Text
				}
			}
			r.Outcomes = append(r.Outcomes, o)
		}
		seen := map[community.RequestID]bool{}
		for _, o := range r.Outcomes {
			if id := o.Heard.Request; id != "" && !seen[id] {
				seen[id] = true
				if q, ok := store.Request(tx, id); ok {
					r.Requests = append(r.Requests, q)
				}
			}
		}
		r.Said = said(tx)
		out = r
	})
	return out, err
}
