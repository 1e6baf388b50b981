// Package replay runs recorded conversations through the same understanding
// and deciding as a live one, on the conversation's own clock: nothing is sent
// and no network is touched. The same transcript gives the same output.
package replay

import (
	"context"
	"fmt"
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
	p := &player{st: st, c: id, read: read}
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
		if err := p.until(ctx, c.Messages[n-1].At.Add(24*time.Hour)); err != nil {
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
}

// until lets everything happen that is due before a moment: ticks, and words that wait.
func (p *player) until(ctx context.Context, t time.Time) error {
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
	var scene *community.Scene
	err := p.st.Update(ctx, p.c, func(tx store.Tx) {
		store.Receive(tx, e)
		scene = p.scene(tx, e)
	})
	if err != nil {
		return err
	}
	e.Reading = p.read(ctx, scene, *e.Message)
	return p.st.Update(ctx, p.c, func(tx store.Tx) { store.Apply(tx, e, handlers.Decide(p.scene(tx, e), e)) })
}

// scene lays the desk; every group can be heard and spoken to.
func (p *player) scene(tx store.Tx, e community.Event) *community.Scene {
	s := store.Scene(tx, e)
	s.Caps = map[community.Handle]community.Caps{}
	for _, g := range s.Groups {
		for _, h := range g.Handles {
			s.Caps[h] = community.Caps{Hear: community.HearAll, Speak: community.SpeakAuto, Mention: true, Quote: true}
		}
	}
	return s
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
		out = r
	})
	return out, err
}
