package learn

import (
	"context"
	"encoding/json"
	"io/fs"

	"linli/community"
	"linli/replay"
	"linli/store"
	"linli/understand"
)

// gold is gold.json of a case.
type gold struct {
	Messages map[string]struct {
		Intent    community.Intent `json:"intent"`
		Request   string           `json:"request"`
		Resources []string         `json:"resources"`
		Names     []string         `json:"names"`
		Cancel    bool             `json:"cancel"`
		StillOpen bool             `json:"still_open"`
	} `json:"messages"`
	Requests map[string]struct {
		Category string            `json:"category"`
		Building string            `json:"building"`
		Unit     string            `json:"unit"`
		Room     string            `json:"room"`
		Place    string            `json:"place"`
		Urgency  community.Urgency `json:"urgency"`
	} `json:"requests"`
}

// Labelled is one recorded community with its labels.
type Labelled struct {
	Name string
	Talk replay.Case
	gold gold
}

// readLabelled reads a case with its gold.json.
func readLabelled(from fs.FS, name string) (l Labelled, err error) {
	dir, err := fs.Sub(from, name)
	if err != nil {
		return l, err
	}
	l.Name = name
	if l.Talk, err = replay.ReadCase(dir); err != nil {
		return l, err
	}
	raw, err := fs.ReadFile(dir, "gold.json")
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal(raw, &l.gold)
}

// A Lesson is one message with the right answer.
type Lesson struct {
	understand.Example
	right    int // index of the right candidate; -1: none, only category and urgency are learnt
	category int // -1: says nothing about a category
	urgency  int
	share    float32                // how much the category counts
	listed   int8                   // 1 the resource list answers it, -1 it does not, 0 is no question
	home     [understand.Homes]int8 // 1 yes, -1 no, 0 cannot be told
}

// A teacher reads a case as its labels say, and keeps what the reader saw at each message.
type teacher struct {
	Labelled
	reader  *understand.Reader
	trial   bool // go by the reader's own readings, so that the lessons show its own mistakes
	opened  map[string]bool
	lessons []Lesson
}

// lessonsOf walks through a case once.
func lessonsOf(ctx context.Context, w *understand.Weights, l Labelled, trial bool) ([]Lesson, error) {
	t := &teacher{Labelled: l, trial: trial, opened: map[string]bool{},
		reader: understand.NewWith(w, l.Talk.Profile, l.Talk.Groups, l.Talk.Resources)}
	_, err := replay.RunWith(ctx, store.NewMemory(), l.Talk, t.read)
	return t.lessons, err
}

func (t *teacher) read(ctx context.Context, s *community.Scene, m community.Message) community.Reading {
	if m.Kind == community.Recall || m.Kind == community.System {
		return t.reader.Read(ctx, s, m)
	}
	g := t.gold.Messages[m.ID]
	on := t.onDesk(s, g.Request)
	l := Lesson{Example: t.reader.Examine(s, m), right: -1, category: -1, urgency: -1}
	act := t.act(m.ID, on)
	if g.Intent == community.Question {
		l.listed = -1
		if len(g.Resources) > 0 {
			l.listed = 1
		}
	}
	for i, c := range l.Candidates {
		if c.Act == act && (act < understand.ActMore || c.Request == on) {
			l.right = i
		}
	}
	if q, ok := t.gold.Requests[g.Request]; ok && m.Text != "" {
		switch g.Intent {
		case community.Asks:
			l.category, l.share = categoryNumber(q.Category), 1
			l.urgency = urgencyNumber(q.Urgency)
			l.home = home(t.reader, s, m, t.before(s, m), community.Place{Building: q.Building, Unit: q.Unit, Room: q.Room})
		case community.More, community.Same:
			l.category, l.share = categoryNumber(q.Category), 0.3
		}
	}
	t.lessons = append(t.lessons, l)
	if t.trial {
		return t.reader.Read(ctx, s, m)
	}
	return t.reading(ctx, s, m, act, on)
}

// onDesk finds the request on the desk that holds most of what the labels put into theirs.
func (t *teacher) onDesk(s *community.Scene, id string) community.RequestID {
	var found community.RequestID
	most := 0
	for _, r := range s.Requests {
		n := 0
		for _, line := range r.Lines {
			if id != "" && t.gold.Messages[line.Message].Request == id {
				n++
			}
		}
		if n > most {
			found, most = r.ID, n
		}
	}
	return found
}

// act is what the labels say a message does, as far as that can be known at its moment.
func (t *teacher) act(id string, on community.RequestID) understand.Act {
	g := t.gold.Messages[id]
	switch g.Intent {
	case community.Answer:
		return understand.ActAnswer
	case community.Question:
		return understand.ActQuestion
	case community.Signup:
		return understand.ActSignup
	case community.Command:
		return understand.ActCommand
	case community.Asks:
		if on != "" {
			return understand.ActMore // opened too early: now it can only be joined
		}
		return understand.ActAsks
	case community.More, community.Same, community.Done:
		if on == "" {
			if g.Intent == community.Same {
				return understand.ActAsks
			}
			return understand.ActLead
		}
		switch {
		case g.Intent == community.Same:
			return understand.ActSame
		case g.Intent == community.Done && g.StillOpen:
			return understand.ActStill
		case g.Intent == community.Done:
			return understand.ActDone
		}
		return understand.ActMore
	}
	return understand.ActChat
}

// reading is what a perfect reader would have said.
func (t *teacher) reading(ctx context.Context, s *community.Scene, m community.Message, act understand.Act, on community.RequestID) community.Reading {
	g := t.gold.Messages[m.ID]
	rd := community.Reading{Intent: g.Intent, Request: on, Names: g.Names, Cancel: g.Cancel, StillOpen: g.StillOpen, Confidence: 1, Why: "labelled"}
	switch act {
	case understand.ActLead:
		rd = community.Reading{Intent: community.Chat, Lead: true, Why: "labelled"}
	case understand.ActSignup:
		own := t.reader.Read(ctx, s, m)
		rd.Topic = own.Topic
	case understand.ActAsks:
		q := t.gold.Requests[g.Request]
		rd.Intent, rd.Request, rd.Category, rd.Urgency = community.Asks, "", q.Category, q.Urgency
		rd.Where = community.Place{Building: q.Building, Unit: q.Unit, Room: q.Room, Name: q.Place}
		rd.Summary = m.Text
		rd.Before = t.before(s, m)
	}
	return rd
}

func categoryNumber(key string) int {
	for i, c := range community.Categories {
		if c.Key == key {
			return i
		}
	}
	return len(community.Categories) - 1
}

func urgencyNumber(u community.Urgency) int {
	switch u {
	case community.Urgent:
		return 1
	case community.Emergency:
		return 2
	}
	return 0
}

// home tells what a request's true place says about the place that the words leave open.
func home(r *understand.Reader, s *community.Scene, m community.Message, before []string, where community.Place) (out [understand.Homes]int8) {
	said, home, group := r.Places(s, m, before)
	yes := func(at int, ok bool) {
		out[at] = -1
		if ok {
			out[at] = 1
		}
	}
	if said.Building == "" && home.Building != "" {
		yes(0, where.Building == home.Building)
	}
	if said.Unit == "" && home.Unit != "" && where.Building == home.Building {
		yes(1, where.Unit == home.Unit)
	}
	if said.Room == "" && home.Room != "" && where.Building == home.Building {
		yes(2, where.Room == home.Room)
	}
	if said.Building == "" && group != "" {
		yes(3, where.Building == group)
	}
	return out
}

// before are the speaker's messages that the labels put into the request ahead of its first words.
func (t *teacher) before(s *community.Scene, m community.Message) (ids []string) {
	g := t.gold.Messages[m.ID]
	for _, h := range s.Recent {
		if o := t.gold.Messages[h.Message.ID]; o.Request == g.Request && h.Message.Sender == m.Sender && h.Request == "" && h.Message.ID != m.ID {
			ids = append(ids, h.Message.ID)
		}
	}
	return ids
}
