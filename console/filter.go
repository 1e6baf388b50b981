package console

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"linli/community"
	"linli/store"
)

// nobody is the owner of what nobody owns, in addresses.
const nobody = "-"

// A filter is what the address asks the list to show.
type filter struct {
	Group, Owner string
	Late, Closed bool
	Danger       bool
}

func filterOf(q url.Values) filter {
	return filter{Group: q.Get("group"), Owner: q.Get("owner"), Late: q.Get("late") != "", Closed: q.Get("closed") != "", Danger: q.Get("danger") != ""}
}

// mine are the live requests somebody may work on, the most urgent first; what is private is taken out later.
func (m me) mine(tx store.Tx, n int) []community.Request {
	if !m.runs() {
		return store.OwnedBy(tx, m.Who.ID, n)
	}
	return store.Ranked(tx, n)
}

// list reads the one list of the store that fits the filter best.
func (m me) list(tx store.Tx, f filter, now time.Time) []community.Request {
	switch {
	case f.Closed:
		return slices.DeleteFunc(store.Lately(tx, counted), func(r community.Request) bool { return r.State.Live() })
	case !m.runs():
		return m.mine(tx, counted)
	case f.Late:
		return store.Overdue(tx, now, counted)
	case f.Owner == nobody:
		return store.OwnedBy(tx, "", counted)
	case f.Owner != "":
		return store.OwnedBy(tx, community.PersonID(f.Owner), counted)
	case f.Group != "":
		return store.InGroup(tx, community.GroupID(f.Group), counted)
	}
	return store.Ranked(tx, counted)
}

// only keeps what somebody may see and what the filter asks for.
func (m me) only(all []community.Request, f filter, now time.Time) []community.Request {
	return slices.DeleteFunc(all, func(r community.Request) bool { return !m.sees(r) || !f.wants(r, now) })
}

func (f filter) wants(r community.Request, now time.Time) bool {
	switch {
	case f.Group != "" && !slices.Contains(r.Groups, community.GroupID(f.Group)):
		return false
	case f.Owner == nobody && r.Owner != "":
		return false
	case f.Owner != "" && f.Owner != nobody && string(r.Owner) != f.Owner:
		return false
	case f.Danger && r.Urgency != community.Emergency:
		return false
	}
	return !f.Late || late(r, now)
}

// late reports whether the problem still stands after its date.
func late(r community.Request, now time.Time) bool {
	return r.State.Open() && !r.Due.IsZero() && r.Due.Before(now)
}

// words is the filter as people say it.
func (f filter) words(groups []community.Group, people []community.Person) string {
	var out []string
	if f.Closed {
		out = append(out, "最近办结的")
	}
	if f.Danger {
		out = append(out, "危急的")
	}
	if f.Late {
		out = append(out, "逾期的")
	}
	for _, g := range groups {
		if string(g.ID) == f.Group {
			out = append(out, g.Name)
		}
	}
	if f.Owner == nobody {
		out = append(out, "还没人管")
	}
	for _, p := range people {
		if string(p.ID) == f.Owner {
			out = append(out, p.Name+"负责")
		}
	}
	return strings.Join(out, " · ")
}

// listAt is the address of a list.
func listAt(pairs ...string) string {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	if len(q) == 0 {
		return Root
	}
	return Root + "?" + q.Encode()
}

// tab is one ready-made list.
type tab struct {
	Name, Path string
	Here       bool
}

func (m me) tabs(f filter) []tab {
	me := string(m.Who.ID)
	out := []tab{
		{"全部", listAt(), f == filter{}},
		{"逾期", listAt("late", "1"), f == filter{Late: true}},
		{"还没人管", listAt("owner", nobody), f == filter{Owner: nobody}},
		{"我负责的", listAt("owner", me), f == filter{Owner: me}},
		{"最近办结", listAt("closed", "1"), f == filter{Closed: true}},
	}
	for i := range out {
		out[i].Path += "#list"
	}
	if !m.runs() {
		return []tab{out[0], out[1], out[4]}
	}
	return out
}

func (m me) owners(people []community.Person, on string) []choice {
	out := []choice{{nobody, "还没人管", on == nobody}}
	for _, p := range people {
		if p.Role.Serves() || p.Role == community.Volunteer {
			out = append(out, choice{string(p.ID), withJob(p), string(p.ID) == on})
		}
	}
	return out
}
