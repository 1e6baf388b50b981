package store

import (
	"slices"
	"strconv"
	"strings"
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
func Scene(tx Tx, e community.Event) *community.Scene {
	s := &community.Scene{
		Profile: Profile(tx), Now: e.At,
		Groups: map[community.GroupID]community.Group{}, People: map[community.PersonID]community.Person{},
		Next: number(tx, "cfg/next") + 1,
	}
	for _, g := range Groups(tx) {
		s.Groups[g.ID] = g
	}
	for _, p := range People(tx) {
		s.People[p.ID] = p
	}
	s.Recent = recent(tx, e)
	s.Requests = live(tx, e)
	s.Rolls = Rolls(tx, e.At.Add(-deskRolls))
	for _, m := range e.Reading.Rows {
		var r community.Resource
		if get(tx, "res/"+esc(m.ID), &r) {
			s.Rows = append(s.Rows, r)
		}
	}
	s.Said = said(tx, e.At)
	for _, w := range follow[Waiting](tx, "outdue/", after("outdue/"), 0) {
		s.Waiting = append(s.Waiting, w.Out)
	}
	return s
}

// recent is the talk before the event, oldest first, without the event's own message.
func recent(tx Tx, e community.Event) []community.Heard {
	until := after("msg/" + inv(e.At.Add(-deskHours)))
	var out []community.Heard
	seen := map[string]bool{}
	take := func(h community.Heard) {
		k := talkOf(h.Message) + "/" + h.Message.ID
		own := e.Message != nil && e.Message.ID == h.Message.ID && talkOf(*e.Message) == talkOf(h.Message)
		if seen[k] || own || h.Message.At.After(e.At) {
			return
		}
		seen[k] = true
		out = append(out, h)
	}
	n := 0
	for k, b := range tx.Scan("msg/", until) {
		var h community.Heard
		if !decode(tx, k, b, &h) {
			return nil
		}
		take(h)
		if n++; n >= deskHeard {
			break
		}
	}
	if e.Message != nil {
		for _, h := range Talk(tx, talkOf(*e.Message), time.Time{}, deskTalk) {
			if e.At.Sub(h.Message.At) <= deskHours {
				take(h)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b community.Heard) int {
		if c := a.Message.At.Compare(b.Message.At); c != 0 {
			return c
		}
		return strings.Compare(a.Message.ID, b.Message.ID)
	})
	return out
}

// live is what was touched lately and what the event names, oldest first.
func live(tx Tx, e community.Event) []community.Request {
	var out []community.Request
	for _, r := range follow[community.Request](tx, "desk/", after("desk/"), deskRequests) {
		if r.State.Live() || e.At.Sub(r.Touched) <= deskClosed {
			out = append(out, r)
		}
	}
	for _, id := range named(e) {
		has := slices.ContainsFunc(out, func(r community.Request) bool { return r.ID == id })
		if r, ok := Request(tx, id); ok && !has {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b community.Request) int {
		x, _ := strconv.Atoi(string(a.ID))
		y, _ := strconv.Atoi(string(b.ID))
		return x - y
	})
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

func said(tx Tx, now time.Time) []community.Said {
	out := follow[community.Said](tx, "saidat/", after("saidat/"+inv(now.Add(-24*time.Hour))), deskSaid)
	slices.Reverse(out)
	return out
}
