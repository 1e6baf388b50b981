package console

import (
	"fmt"
	"strings"
	"time"

	"linli/community"
	"linli/store"
)

// todayIn is what the day's counters tell, for those who run the community; "" on a day without anything.
func (m me) todayIn(tx store.Tx, now time.Time) string {
	if !m.runs() {
		return ""
	}
	n := store.Counters(tx, store.Day(now))
	var parts []string
	tell := func(many int, form string) {
		if many > 0 {
			parts = append(parts, fmt.Sprintf(form, many))
		}
	}
	tell(n["opened/all"], "今天新增 %d 件")
	tell(n["became/"+string(community.Solved)], "已解决 %d 件")
	unheard := 0
	for what, many := range n {
		if strings.HasPrefix(what, "off/") {
			unheard += many
		}
	}
	tell(unheard, "关着的群里有 %d 句没有听")
	return strings.Join(parts, "，")
}

// othersShown is how many other requests of a neighbour stand on a request's page.
const othersShown = 5

// othersOf are the newest other requests, done or not, of the neighbour who spoke first, as far as m may see them.
func (m me) othersOf(tx store.Tx, q community.Request, people []community.Person, now time.Time) (out []row) {
	if len(q.Supporters) == 0 {
		return nil
	}
	for _, r := range store.OfPerson(tx, q.Supporters[0], 4*othersShown) {
		if r.ID != q.ID && m.sees(r) && len(out) < othersShown {
			out = append(out, rowOf(r, people, now))
		}
	}
	return out
}
