package console

import (
	"net/http"
	"slices"

	"linli/community"
	"linli/store"
)

// filePage is one request with all that is known of it.
type filePage struct {
	page
	Row      row
	Place    string // with floor and room: whoever mends it must find the door
	Why      string
	Opened   string
	Track    []stop
	Groups   []string
	First    string // when a human first said something
	Flags    []flagView
	Steps    []stepView
	Lines    []lineView
	Said     []saidView
	Held     []heldView
	Others   []row // of the same neighbour
	Moves    []moveView
	People   []choice
	Cats     []choice
	CanMerge bool
	CanDeny  bool // it may be said that it never was a request
	Where    community.Place
	Denials  []choice
	Open     string // the form that stands open
	Typed    map[string]string
}

// stop is one stop of the lifecycle.
type stop struct {
	Name       string
	Done, Here bool
}

type stepView struct{ When, Who, Move, Why string }

// lineView is one message of the request.
type lineView struct {
	Who      face
	When     string
	Where    string
	Part     string
	Words    string
	Recalled bool
	Gone     bool // the talk is not kept for ever
	Photos   []string
	Why      string
}

// saidView is one thing that was said about the request, waits to be said, or was not said.
type saidView struct{ Name, Tone, When, Where, Text, Detail string }

type heldView struct{ Text, Why, When string }

type moveView struct {
	Value, Name, Hint string
	On                bool
}

// file shows one request.
func (c *Console) file(w http.ResponseWriter, r *http.Request, m me) {
	q, ok := c.request(w, r, m, community.RequestID(r.PathValue("id")))
	if !ok {
		return
	}
	now := c.house.Now()
	n, err := c.notice(r, m)
	if err != nil {
		c.broken(w, r, err)
		return
	}
	var p filePage
	err = c.house.Store().View(r.Context(), m.Community, func(tx store.Tx) {
		k := lookAt(tx, q, now)
		p = filePage{page: m.page("#"+string(q.ID), "desk"), Row: rowOf(q, k.people, now), Place: placeOf(q.Where), Why: q.Why,
			Opened: dated(q.Opened), Track: track(q.State), Flags: m.flags(tx, q.ID, now), Steps: k.steps(), Lines: k.lines(),
			Said: k.said(), Held: k.held(), Moves: moves(q), People: m.handTo(k.people, q), Cats: categories(q), CanMerge: q.State.Live(),
			CanDeny: slices.Contains(q.Moves(), community.Withdrawn), Where: q.Where, Denials: denials}
		p.Others = m.othersOf(tx, q, k.people, now)
		for _, g := range q.Groups {
			p.Groups = append(p.Groups, k.group(g))
		}
		if !q.FirstHuman.IsZero() {
			p.First = dated(q.FirstHuman)
		}
	})
	if err != nil {
		c.broken(w, r, err)
		return
	}
	p.Notice = n
	p.Open, p.Typed = openForm(n, q, m)
	for i := range p.Moves {
		p.Moves[i].On = p.Open == "move" && p.Moves[i].Value == p.Typed["to"]
	}
	c.render(w, r, http.StatusOK, "file", p)
}

// openForm is the form that stands open: the refused one with what was written, or the next thing to do.
// A request in good hands is read first, so nothing stands open there.
func openForm(n *notice, q community.Request, m me) (string, map[string]string) {
	switch {
	case n != nil && n.Verb != "":
		return n.Verb, n.Again
	case n != nil:
		return "move", nil
	case q.Owner == "" && q.State.Open() && m.runs():
		return "assign", nil
	}
	return "", nil
}

// placeOf is the whole place, for those who must go there.
func placeOf(p community.Place) string {
	s := p.String()
	if p.Floor != "" {
		s += p.Floor + "层"
	}
	if p.Room != "" {
		s += p.Room + "室"
	}
	return s
}

// track is the straight way of a request; one that left it shows where it ended.
func track(here community.State) []stop {
	way := []community.State{community.Recorded, community.Assigned, community.InHand, community.Unproved, community.Solved}
	i := slices.Index(way, here)
	if i < 0 {
		return []stop{{Name: community.StateNames[community.Recorded], Done: true}, {Name: community.StateNames[here], Done: true, Here: true}}
	}
	out := make([]stop, len(way))
	for k, s := range way {
		out[k] = stop{Name: community.StateNames[s], Done: k <= i, Here: k == i}
	}
	return out
}

// onward are the states a tap may lead to, the likeliest first; 已派 and 重复 have forms of their own.
var onward = []community.State{community.InHand, community.Unproved, community.Solved, community.Referred, community.Unsolvable, community.Withdrawn, community.Recorded}

// moves are the moves of the lifecycle from where the request stands.
func moves(q community.Request) []moveView {
	var out []moveView
	for _, s := range onward {
		if slices.Contains(q.Moves(), s) {
			out = append(out, moveView{Value: string(s), Name: community.StateNames[s], Hint: moveHints[s]})
		}
	}
	return out
}

func categories(q community.Request) []choice {
	var out []choice
	for _, c := range community.Categories {
		out = append(out, choice{c.Key, c.Name, c.Key == q.Category})
	}
	return out
}

// handTo are those a request may be given to; whoever owns its kind of trouble comes first.
func (m me) handTo(people []community.Person, q community.Request) []choice {
	able := slices.DeleteFunc(slices.Clone(people), func(p community.Person) bool { return !p.Role.Serves() && p.Role != community.Volunteer })
	slices.SortStableFunc(able, func(x, y community.Person) int { return dutyRank(x, q) - dutyRank(y, q) })
	var out []choice
	for _, p := range able {
		out = append(out, choice{string(p.ID), withJob(p), p.ID == q.Owner})
	}
	return out
}

func dutyRank(p community.Person, q community.Request) int {
	if slices.Contains(p.Duties, q.Category) {
		return 0
	}
	return 1
}
