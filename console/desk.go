package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"linli/community"
	"linli/store"
)

// shown is how many requests a list shows; counted how many are looked through for the figures above it.
const (
	shown   = 100
	counted = 1000
)

// deskPage is the first page.
type deskPage struct {
	page
	Hello, Today string
	Counted      string // of today, in words
	Figures      []figure
	Tabs         []tab
	Groups       []choice
	Owners       []choice
	Filter       filter
	Filtered     string // the filter in words; "" none
	Sifting      bool   // the filter is none of the ready-made lists
	Rows         []row
	More         bool
	Alarms       []flagView // life in danger: above everything
	Flags        []flagView
	Strangers    []strangerView
	Targets      []target
	Kinds        []choice
	Asides       []asideView
	Answers      []choice // the rows of the list, where there is a question to answer
}

// figure is one number at the top, and the list behind it.
type figure struct {
	Name, Path, Tone string
	N                int
}

// seenDesk is what one View reads.
type seenDesk struct {
	rows   []community.Request
	all    []community.Request // live ones, for the figures
	more   bool
	people []community.Person
	groups []community.Group
	flags  []flagView
	asides []asideView
	today  string
	rowsOf []choice
}

// desk shows what is to be done, the most urgent first.
func (c *Console) desk(w http.ResponseWriter, r *http.Request, m me) {
	now, f := c.house.Now(), filterOf(r.URL.Query())
	var seen seenDesk
	err := c.house.Store().View(r.Context(), m.Community, func(tx store.Tx) {
		s := seenDesk{people: store.People(tx), groups: store.Groups(tx)}
		s.all = m.only(m.mine(tx, counted), filter{}, now)
		s.rows = m.only(m.list(tx, f, now), f, now)
		if s.more = len(s.rows) > shown; s.more {
			s.rows = s.rows[:shown]
		}
		s.flags = m.flags(tx, "", now)
		s.asides = m.asides(tx, now)
		s.today = m.todayIn(tx, now)
		s.rowsOf = answers(tx, s.flags)
		seen = s
	})
	if err != nil {
		c.broken(w, r, err)
		return
	}
	p := deskPage{page: m.page("要办的事", "desk"), Hello: m.Who.Name + "，" + greeting(now), Today: day(now), Filter: f,
		Filtered: f.words(seen.groups, seen.people), Figures: figures(m, seen.all, now), Tabs: m.tabs(f),
		Groups: groupChoices(seen.groups, f.Group), Owners: m.owners(seen.people, f.Owner), More: seen.more, Asides: seen.asides, Counted: seen.today, Answers: seen.rowsOf}
	p.Sifting = !slices.ContainsFunc(p.Tabs, func(t tab) bool { return t.Here }) && f != filter{Danger: true}
	for _, q := range seen.rows {
		p.Rows = append(p.Rows, rowOf(q, seen.people, now))
	}
	for _, v := range seen.flags {
		aside := slices.ContainsFunc(seen.asides, func(a asideView) bool { return a.Flag == v.Key })
		switch {
		case v.Kind == "danger":
			p.Alarms = append(p.Alarms, v)
		case !aside: // what was set aside is shown with its stack in a place of its own
			p.Flags = append(p.Flags, v)
		}
	}
	if err := c.strangersFor(r, m, &p); err != nil {
		c.broken(w, r, err)
		return
	}
	if p.Notice, err = c.notice(r, m); err != nil {
		c.broken(w, r, err)
		return
	}
	c.render(w, r, http.StatusOK, "desk", p)
}

func (c *Console) strangersFor(r *http.Request, m me, p *deskPage) error {
	if !m.runs() {
		return nil
	}
	unknown, err := c.house.Unknown(r.Context())
	if err != nil || len(unknown) == 0 {
		return err
	}
	if p.Targets, err = c.targets(r.Context(), m); err != nil {
		return err
	}
	p.Strangers = strangersOf(unknown, c.house.Now())
	for _, k := range kindsOffered {
		p.Kinds = append(p.Kinds, choice{Value: string(k), Name: kindNames[k]})
	}
	return nil
}

func figures(m me, all []community.Request, now time.Time) []figure {
	out := []figure{{"未办", listAt(), "", len(all)}, {"逾期", listAt("late", "1"), "amber", 0}, {"危急", listAt("danger", "1"), "red", 0}, {"还没人管", listAt("owner", nobody), "blue", 0}}
	for i := range out {
		out[i].Path += "#list"
	}
	for _, r := range all {
		if late(r, now) {
			out[1].N++
		}
		if r.Urgency == community.Emergency {
			out[2].N++
		}
		if r.Owner == "" {
			out[3].N++
		}
	}
	if !m.runs() {
		out = out[:3]
	}
	return out
}

func withJob(p community.Person) string {
	if job := jobOf(p); job != "" {
		return p.Name + "（" + job + "）"
	}
	return p.Name
}

// find opens a request by its number.
func (c *Console) find(w http.ResponseWriter, r *http.Request, _ me) {
	id := number(r.URL.Query().Get("id"))
	if id == "" {
		http.Redirect(w, r, Root, http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, pathOf(id), http.StatusSeeOther)
}

// number reads what people write for a request: 12, #12, ＃12.
func number(s string) community.RequestID {
	return community.RequestID(strings.TrimLeft(strings.TrimSpace(s), "#＃"))
}

func pathOf(id community.RequestID) string { return Root + "r/" + url.PathEscape(string(id)) }
