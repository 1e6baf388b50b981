package store

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/community"
)

// Desk lays scenes and remembers what it read, so that the next one costs what
// has changed and not what there is. The papers stay the truth: the journals
// say what is old, and only what a View saw is remembered, never what an
// Update may still lose. A Desk is one community's and used by one goroutine.
type Desk struct {
	cfg      config
	requests pile[community.Request]
	said     pile[community.Said]
	waiting  pile[Waiting]
	rolls    rollsAt
	talk     lately
}

type config struct {
	n       int
	read    bool
	profile community.Profile
	groups  map[community.GroupID]community.Group
	people  map[community.PersonID]community.Person
}

type rollsAt struct {
	n    int
	at   time.Time
	list []community.Roll
}

// NewDesk makes an empty Desk.
func NewDesk() *Desk { return &Desk{} }

// Lay lays the desk for one event in a View, and remembers.
func (d *Desk) Lay(tx Tx, e community.Event) *community.Scene {
	js := journals(tx)
	d.talk = d.talk.upTo(tx, js[ofTalk], e)
	return d.scene(tx, js, e, d)
}

// Again lays it in an Update: from what is remembered where that still holds.
func (d *Desk) Again(tx Tx, e community.Event) *community.Scene {
	next, js := *d, journals(tx)
	if !d.talk.still(js[ofTalk], e) {
		next.talk = lately{}.upTo(tx, js[ofTalk], e)
	}
	return d.scene(tx, js, e, &next)
}

// Config counts the changes of profile, groups and people that the last Lay has seen.
func (d *Desk) Config() int { return d.cfg.n }

func (d *Desk) scene(tx Tx, js map[string]journal, e community.Event, next *Desk) *community.Scene {
	next.cfg = d.cfg.fresh(tx, js[ofConfig])
	next.requests = d.requests.fresh(tx, js[ofRequests], touched, byNumber)
	next.said = d.said.fresh(tx, js[ofSaid], spoken, byMoment)
	next.waiting = d.waiting.fresh(tx, js[ofWaiting], unsaid, byDue)
	next.rolls = d.rolls.fresh(tx, js[ofRolls], e.At)
	s := &community.Scene{
		Profile: next.cfg.profile, Now: e.At, Groups: next.cfg.groups, People: next.cfg.people, Next: number(tx, "cfg/next") + 1,
		Recent: next.talk.list, Requests: onDesk(tx, e, next.requests.list), Rolls: next.rolls.list, Rows: rows(tx, e),
		Said: saidSince(next.said.list, e.At.Add(-24*time.Hour)),
	}
	for _, w := range next.waiting.list {
		if w.Claimed.IsZero() { // what is being said right now can neither be changed nor taken back
			s.Waiting = append(s.Waiting, w.Out)
		}
	}
	return s
}

func (c config) fresh(tx Tx, j journal) config {
	if c.read && c.n == j.n {
		return c
	}
	c = config{n: j.n, read: true, profile: Profile(tx), groups: map[community.GroupID]community.Group{}, people: map[community.PersonID]community.Person{}}
	for _, g := range Groups(tx) {
		c.groups[g.ID] = g
	}
	for _, p := range People(tx) {
		c.people[p.ID] = p
	}
	return c
}

func (r rollsAt) fresh(tx Tx, j journal, now time.Time) rollsAt {
	if r.n != j.n || r.at.IsZero() || now.Sub(r.at).Abs() > time.Hour {
		r = rollsAt{j.n, now, Rolls(tx, now.Add(-deskRolls))}
	}
	return r
}

// A pile is the papers of one kind by key, with the list made of them.
type pile[T any] struct {
	n    int
	read bool
	all  map[string]T
	list []T
}

// fresh reads the whole pile, or only what has changed since. order makes the list of it and may shorten the pile.
func (p pile[T]) fresh(tx Tx, j journal, keys func(Tx) []string, order func(map[string]T) []T) pile[T] {
	if p.read && p.n == j.n {
		return p
	}
	next := pile[T]{n: j.n, read: true}
	again, ok := j.since(p.n)
	if !p.read || !ok {
		again, next.all = keys(tx), map[string]T{}
	} else {
		next.all = maps.Clone(p.all)
	}
	for _, k := range again {
		var v T
		if get(tx, k, &v) {
			next.all[k] = v
		} else {
			delete(next.all, k)
		}
	}
	next.list = order(next.all)
	return next
}

// keysOf are the papers an index points to.
func keysOf(tx Tx, from, to string, n int) []string {
	var keys []string
	for _, b := range tx.Scan(from, to) {
		if keys = append(keys, string(b)); n > 0 && len(keys) >= n {
			break
		}
	}
	return keys
}

func touched(tx Tx) []string { return keysOf(tx, "desk/", after("desk/"), deskRequests) }
func spoken(tx Tx) []string  { return keysOf(tx, "saidat/", after("saidat/"), deskSaid) }

func byNumber(all map[string]community.Request) []community.Request {
	list := shortened(all, deskRequests, func(r community.Request) time.Time { return r.Touched })
	slices.SortFunc(list, func(a, b community.Request) int { return numberOf(a.ID) - numberOf(b.ID) })
	return list
}

func byMoment(all map[string]community.Said) []community.Said {
	maps.DeleteFunc(all, func(_ string, s community.Said) bool {
		return s.Fate == community.Dropped || s.Fate == community.Refused
	})
	list := shortened(all, deskSaid, func(s community.Said) time.Time { return s.At })
	slices.SortFunc(list, func(a, b community.Said) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.Out.Key, b.Out.Key)
	})
	return list
}

func byDue(all map[string]Waiting) []Waiting {
	return slices.SortedFunc(maps.Values(all), func(a, b Waiting) int {
		if c := a.Out.Due.Compare(b.Out.Due); c != 0 {
			return c
		}
		return strings.Compare(a.Out.Key, b.Out.Key)
	})
}

// shortened takes the oldest out of a pile until n are left, and lists them.
func shortened[T any](all map[string]T, n int, at func(T) time.Time) []T {
	if len(all) > n {
		keys := slices.SortedFunc(maps.Keys(all), func(a, b string) int {
			if c := at(all[b]).Compare(at(all[a])); c != 0 {
				return c
			}
			return strings.Compare(a, b)
		})
		for _, k := range keys[n:] {
			delete(all, k)
		}
	}
	return slices.Collect(maps.Values(all))
}

func numberOf(id community.RequestID) int {
	n, err := strconv.Atoi(string(id))
	if err != nil {
		return 0
	}
	return n
}

// saidSince cuts what was said before a moment off the front.
func saidSince(list []community.Said, from time.Time) []community.Said {
	i := slices.IndexFunc(list, func(s community.Said) bool { return !s.At.Before(from) })
	if i < 0 {
		return nil
	}
	return list[i:]
}
