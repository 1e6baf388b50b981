package store

import (
	"slices"
	"time"

	"linli/community"
)

// What lies on the desk. The bounds keep one message at a millisecond or two in a community of any size:
// threads are found among what was touched lately, and what an event names is always there.
const (
	deskHeard    = 100 // newest messages of the whole community …
	deskTalk     = 60  // … and of the conversation the event belongs to
	deskRequests = 200
	deskSaid     = 300
	deskHours    = 48 * time.Hour
	deskClosed   = 7 * 24 * time.Hour // how long a closed request can still be reopened by words
	deskRolls    = 14 * 24 * time.Hour
)

// Scene lays the desk for one event. Caps are not papers: the caller fills them in.
func Scene(tx Tx, e community.Event) *community.Scene { return NewDesk().Lay(tx, e) }

func rows(tx Tx, e community.Event) []community.Resource {
	var out []community.Resource
	for _, id := range rowsNamed(e) {
		var r community.Resource
		if get(tx, "res/"+esc(id), &r) {
			out = append(out, r)
		}
	}
	return out
}

func rowsNamed(e community.Event) (ids []string) {
	for _, m := range e.Reading.Rows {
		ids = append(ids, m.ID)
	}
	if o := e.Order; o != nil && o.Args["row"] != "" {
		ids = append(ids, o.Args["row"])
	}
	return ids
}

// onDesk is what was touched lately and still matters, and what the event names, oldest first.
func onDesk(tx Tx, e community.Event, all []community.Request) []community.Request {
	out := all
	gone := func(r community.Request) bool { return !r.State.Live() && e.At.Sub(r.Touched) > deskClosed }
	if slices.ContainsFunc(all, gone) {
		out = slices.DeleteFunc(slices.Clone(all), gone)
	}
	for _, id := range named(e) {
		has := slices.ContainsFunc(out, func(r community.Request) bool { return r.ID == id })
		if r, ok := Request(tx, id); !has && ok {
			out = append(slices.Clip(out), r)
			slices.SortFunc(out, func(a, b community.Request) int { return numberOf(a.ID) - numberOf(b.ID) })
		}
	}
	return out
}

func named(e community.Event) []community.RequestID {
	var ids []community.RequestID
	if e.Reading.Request != "" {
		ids = append(ids, e.Reading.Request)
	}
	if e.Order != nil && e.Order.On != "" {
		ids = append(ids, e.Order.On)
		if into := e.Order.Args["into"]; into != "" {
			ids = append(ids, community.RequestID(into))
		}
	}
	if e.Tick != nil && e.Tick.What != "" {
		ids = append(ids, community.RequestID(e.Tick.What))
	}
	return ids
}
