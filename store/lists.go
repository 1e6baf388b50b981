package store

import (
	"fmt"
	"strings"
	"time"

	"linli/community"
)

// Request finds a request by its number.
func Request(tx Tx, id community.RequestID) (community.Request, bool) {
	var r community.Request
	ok := get(tx, "req/"+esc(string(id)), &r)
	return r, ok
}

// Requests gives every request there is or was, in the order of their numbers as names.
func Requests(tx Tx) []community.Request { return all[community.Request](tx, "req/", 0) }

// Ranked gives the n most urgent live requests: by danger, then by how many ask, then oldest first.
func Ranked(tx Tx, n int) []community.Request {
	return follow[community.Request](tx, "rank/", after("rank/"), n)
}

// InGroup gives the n most urgent live requests that a group asked for.
func InGroup(tx Tx, g community.GroupID, n int) []community.Request {
	p := join("by-group", esc(string(g))) + "/"
	return follow[community.Request](tx, p, after(p), n)
}

// OwnedBy gives the n most urgent live requests of an owner; of "" those that nobody owns.
func OwnedBy(tx Tx, owner community.PersonID, n int) []community.Request {
	p := join("by-owner", esc(string(owner))) + "/"
	return follow[community.Request](tx, p, after(p), n)
}

// Overdue gives the n live requests whose date is longest past.
func Overdue(tx Tx, now time.Time, n int) []community.Request {
	return follow[community.Request](tx, "due/", "due/"+stamp(now), n)
}

// OfPerson gives the n newest requests, live or not, that a person opened or supports.
func OfPerson(tx Tx, p community.PersonID, n int) []community.Request {
	k := join("by-person", esc(string(p))) + "/"
	return follow[community.Request](tx, k, after(k), n)
}

// PutRequest writes a request and all its places in the lists and counters, in this one transaction.
func PutRequest(tx Tx, r community.Request) {
	key := "req/" + esc(string(r.ID))
	old, had := Request(tx, r.ID)
	was := map[string]bool{}
	if had {
		for _, k := range places(old) {
			was[k] = true
		}
	}
	for _, k := range places(r) {
		if !was[k] {
			tx.Put(k, []byte(key))
		}
		delete(was, k)
	}
	for k := range was {
		tx.Delete(k)
	}
	put(tx, key, r)
	changed(tx, ofRequests, key)
	count(tx, old, had, r)
}

// places are the index rows of one request.
func places(r community.Request) []string {
	id := esc(string(r.ID))
	out := []string{join("desk", inv(r.Touched), id)}
	for _, p := range r.Supporters {
		out = append(out, join("by-person", esc(string(p)), inv(r.Opened), id))
	}
	if !r.State.Live() {
		return out
	}
	rank := rankOf(r) + "/" + id
	out = append(out, "rank/"+rank, join("by-owner", esc(string(r.Owner)), rank))
	for _, g := range r.Groups {
		out = append(out, join("by-group", esc(string(g)), rank))
	}
	if !r.Due.IsZero() && r.State.Open() {
		out = append(out, join("due", stamp(r.Due), id))
	}
	return out
}

func rankOf(r community.Request) string {
	u := "2"
	switch r.Urgency {
	case community.Emergency:
		u = "0"
	case community.Urgent:
		u = "1"
	}
	return fmt.Sprintf("%s/%04d/%s", u, 9999-min(len(r.Supporters), 9999), stamp(r.Opened))
}

// Day is the day of a moment as counters name it. All figures are by Chinese time.
func Day(t time.Time) string { return t.In(shanghai).Format("2006-01-02") }

var shanghai = time.FixedZone("CST", 8*3600)

// count keeps stat/DAY/WHAT/VALUE: what was opened that day by category, urgency and building, and what became of requests that day.
func count(tx Tx, old community.Request, had bool, r community.Request) {
	if had {
		tally(tx, old, -1)
	}
	tally(tx, r, 1)
	for _, s := range r.Steps[min(len(old.Steps), len(r.Steps)):] {
		if s.From != "" {
			add(tx, join("stat", Day(s.At), "became", string(s.To)), 1)
		}
	}
}

// tally adds n to the counters of the day on which the request was opened.
func tally(tx Tx, r community.Request, n int) {
	for _, f := range facts(r) {
		add(tx, join("stat", Day(r.Opened), f), n)
	}
}

func facts(r community.Request) []string {
	building := r.Where.Building
	if building == "" {
		building = "-"
	}
	return []string{"opened/all", "category/" + esc(r.Category), "urgency/" + string(r.Urgency), "building/" + esc(building)}
}

// Counters reads the counters of one day: "opened/all", "category/lighting", "building/3", "became/solved" … → how many.
func Counters(tx Tx, day string) map[string]int {
	out := map[string]int{}
	prefix := join("stat", day) + "/"
	for k := range tx.Scan(prefix, after(prefix)) {
		out[strings.TrimPrefix(k, prefix)] = number(tx, k)
	}
	return out
}

// Raise puts something before staff's eyes; the same Key once.
func Raise(tx Tx, f community.Flag) {
	mark := "flagged/" + esc(f.Key)
	if tx.Get(mark) != nil {
		return
	}
	key := join("flag", inv(f.At), esc(f.Key))
	tx.Put(mark, []byte(key))
	put(tx, key, f)
}

// Lower takes a flag down when somebody has dealt with it.
func Lower(tx Tx, key string) {
	if k := tx.Get("flagged/" + esc(key)); k != nil {
		tx.Delete(string(k))
	}
}

// Flags gives the n newest flags.
func Flags(tx Tx, n int) []community.Flag { return all[community.Flag](tx, "flag/", n) }
