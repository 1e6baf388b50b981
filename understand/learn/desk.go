package learn

import (
	"slices"
	"strconv"
	"time"

	"linli/community"
	"linli/store"
)

// onDeskFor is how long a closed request lies on the desk, and mostOnDesk how many lie there: as the store lays it.
const (
	onDeskFor  = 7 * 24 * time.Hour
	mostOnDesk = 200
	ownWords   = 20 // of what we said, as many as any rule looks at
)

// A past lays the desk as it was when a message came, from the papers as they are now: what
// staff put right later must not be seen by whoever learns from it.
type past struct {
	tx       store.Tx
	desk     *store.Desk
	requests []community.Request
	moved    map[string]parted // lines that now belong to another request as well
}

// parted says to which request a line belonged before a merge, and when it was moved.
type parted struct {
	from community.RequestID
	at   time.Time
}

func newPast(tx store.Tx) *past {
	p := &past{tx: tx, desk: store.NewDesk(), requests: store.Requests(tx), moved: map[string]parted{}}
	most := map[string]int{}
	for _, r := range p.requests {
		at, ok := since(r, community.Duplicate)
		if !ok || r.State != community.Duplicate {
			continue
		}
		for _, l := range r.Lines {
			// merged twice over, it was at first in the smallest of them
			if k := lineKey(l.Group, l.Message); most[k] == 0 || len(r.Lines) < most[k] {
				p.moved[k], most[k] = parted{r.ID, at}, len(r.Lines)
			}
		}
	}
	return p
}

func lineKey(g community.GroupID, id string) string { return string(g) + "/" + id }

// since is when a request last came into a state.
func since(r community.Request, s community.State) (time.Time, bool) {
	for _, step := range slices.Backward(r.Steps) {
		if step.To == s {
			return step.At, true
		}
	}
	return time.Time{}, false
}

// scene is the desk as it was for a message. Asked in the order of time it reads little anew.
func (p *past) scene(m community.Message) *community.Scene {
	s := p.desk.Lay(p.tx, community.Event{Key: community.MessageKey(m.Handle, m.ID), At: m.At, Message: &m})
	s.Now, s.Requests, s.Recent = m.At, p.at(m), p.talk(s.Recent, m.At)
	s.Said = slices.DeleteFunc(p.own(m), func(x community.Said) bool { return m.At.Sub(x.At) > 24*time.Hour })
	s.Waiting = nil
	return s
}

// own is what we had said in the conversation, oldest first.
func (p *past) own(m community.Message) []community.Said {
	who := community.PersonID("")
	if m.Private {
		who = m.Sender
	}
	said := store.Lines(p.tx, store.Conversation(m.Group, who), m.At, ownWords)
	slices.Reverse(said)
	return said
}

// talk takes out of the talk what became of it only later.
func (p *past) talk(recent []community.Heard, at time.Time) []community.Heard {
	out := slices.Clone(recent)
	for i, h := range out {
		if from, ok := p.moved[lineKey(h.Message.Group, h.Message.ID)]; ok && from.at.After(at) {
			out[i].Request = from.from
		}
		q, ok := p.request(out[i].Request)
		if ok && !q.Opened.Before(at) {
			out[i].Request = ""
		}
	}
	return out
}

func (p *past) request(id community.RequestID) (community.Request, bool) {
	i := slices.IndexFunc(p.requests, func(r community.Request) bool { return r.ID == id })
	if id == "" || i < 0 {
		return community.Request{}, false
	}
	return p.requests[i], true
}

// at is every request that lay on the desk when a message came, as it then was.
func (p *past) at(m community.Message) []community.Request {
	var out []community.Request
	for _, r := range p.requests {
		if !r.Opened.Before(m.At) {
			continue
		}
		if r = p.then(r, m.At); r.State.Live() || m.At.Sub(r.Touched) <= onDeskFor {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b community.Request) int { return b.Touched.Compare(a.Touched) })
	out = out[:min(len(out), mostOnDesk)]
	slices.SortFunc(out, func(a, b community.Request) int { return number(a.ID) - number(b.ID) })
	return out
}

func number(id community.RequestID) int {
	n, err := strconv.Atoi(string(id))
	if err != nil {
		return 0
	}
	return n
}

// then is a request as it was at a moment: its state, its messages and its neighbours of that time.
func (p *past) then(r community.Request, at time.Time) community.Request {
	now := r
	r.State, r.Touched = community.Recorded, r.Opened
	r.Lines, r.Groups, r.Supporters, r.Steps = nil, nil, nil, nil
	for _, s := range now.Steps {
		if s.At.After(at) {
			break
		}
		r.Steps = append(r.Steps, s)
		if s.To != "" {
			r.State, r.Touched = s.To, later(r.Touched, s.At)
		}
	}
	for _, l := range now.Lines {
		from, moved := p.moved[lineKey(l.Group, l.Message)]
		if !l.At.Before(at) || moved && from.from != r.ID && from.at.After(at) {
			continue
		}
		r = r.Add(l)
		if l.Part == community.Asks || l.Part == community.Same {
			r = r.Support(l.Sender)
		}
	}
	if len(r.Supporters) == 0 && len(now.Supporters) > 0 {
		r.Supporters = now.Supporters[:1]
	}
	return r
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
