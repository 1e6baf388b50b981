package handlers

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"linli/calendar"
	"linli/community"
)

// A digest is at most this many characters long; what does not fit is counted.
const digestMost = 600

// digest tells those who serve, once a working day and in private, what is new, what is overdue, what
// waits on them and what falls due by tomorrow; every line ends with the word to act on it.
// Nobody is told that there is nothing.
func digest(s *community.Scene, e community.Event) community.Plan {
	p := community.Plan{Why: "没有要说的，不发日报"}
	for _, id := range sortedPeople(s) {
		who := s.People[id]
		text := digestFor(s, who, e.At)
		if text == "" {
			continue
		}
		p.Why = "发每日摘要"
		p.Say = append(p.Say, community.Outgoing{Key: e.Key + "/" + string(id), Kind: "digest", To: id, Because: e.Key, Text: text,
			Due: e.At, Until: e.At.Add(8 * time.Hour)})
	}
	if !calendar.Known(e.At) {
		p.Why += "；今年的放假安排还没公布，按周一至周五算工作日"
	}
	return p
}

// shares is what of the requests each role is told about.
var shares = map[community.Role]func(community.Person, community.Request) bool{
	community.Chair:    func(community.Person, community.Request) bool { return true },
	community.Staff:    func(community.Person, community.Request) bool { return true },
	community.Property: func(p community.Person, r community.Request) bool { return !r.Private && waitsOn(p, r) },
}

// waitsOn reports whether it is this person's turn: the request is theirs, or of a kind that is and nobody's yet.
func waitsOn(p community.Person, r community.Request) bool {
	if !r.State.Open() || r.State == community.Referred {
		return false
	}
	return r.Owner == p.ID || r.Owner == "" && slices.Contains(p.Duties, r.Category)
}

// digestFor is what one person reads; "" if nothing concerns them.
func digestFor(s *community.Scene, who community.Person, now time.Time) string {
	share := shares[who.Role]
	if share == nil {
		return ""
	}
	var fresh, open int
	var late, mine, soon []community.Request
	for _, r := range s.Requests {
		if !r.State.Live() || !share(who, r) {
			continue
		}
		open++
		if now.Sub(r.Opened) <= 24*time.Hour {
			fresh++
		}
		switch due := r.State.Open() && r.State != community.Referred && !r.Due.IsZero(); {
		case due && r.Due.Before(now):
			late = append(late, r)
		case waitsOn(who, r):
			mine = append(mine, r)
		case due && r.Due.Before(endOfTomorrow(now)):
			soon = append(soon, r)
		}
	}
	if fresh+len(late)+len(mine)+len(soon) == 0 {
		return ""
	}
	d := digestText{b: []string{fmt.Sprintf(phraseDigest, calendar.Say(now), fresh, open, len(late))}}
	d.list("逾期", late, func(r community.Request) string {
		return "应在" + calendar.Say(r.Due) + "办好，回「进度 " + string(r.ID) + "」"
	})
	d.list("等您办", mine, func(r community.Request) string { return "办好回「结案 " + string(r.ID) + "」" })
	d.list("明天到期", soon, func(r community.Request) string { return "回「进度 " + string(r.ID) + "」" })
	if !calendar.Known(now) {
		d.add("今年的放假安排还没公布，暂按周一至周五算工作日。")
	}
	return strings.Join(d.b, "\n")
}

// digestText grows line by line as long as there is room.
type digestText struct{ b []string }

func (d *digestText) add(line string) bool {
	n := 0
	for _, l := range d.b {
		n += utf8.RuneCountInString(l) + 1
	}
	if n+utf8.RuneCountInString(line) > digestMost {
		return false
	}
	d.b = append(d.b, line)
	return true
}

// list writes the oldest of some requests, and how many more there are.
func (d *digestText) list(head string, all []community.Request, act func(community.Request) string) {
	const atMost = 5
	slices.SortStableFunc(all, func(a, b community.Request) int { return a.Due.Compare(b.Due) })
	for i, r := range all {
		rest := len(all) - i
		if i == atMost || !d.add(head+"："+staffItem(r)+"，"+act(r)) {
			d.add(fmt.Sprintf("%s：还有 %d 件，回「%s」", head, rest, listWord(head)))
			return
		}
	}
}

// staffItem names a request to those who may know everything: its category by its own name.
func staffItem(r community.Request) string {
	return fmt.Sprintf("%s%s（#%s）", r.Where, community.CategoryOf(r.Category).Name, r.ID)
}

func listWord(head string) string {
	if head == "逾期" {
		return "逾期"
	}
	return "进度"
}

func endOfTomorrow(now time.Time) time.Time {
	d := now.In(shanghai)
	return time.Date(d.Year(), d.Month(), d.Day()+2, 0, 0, 0, 0, shanghai)
}

func sortedPeople(s *community.Scene) []community.PersonID {
	var ids []community.PersonID
	for id := range s.People {
		ids = append(ids, id)
	}
	sortPeople(ids)
	return ids
}
