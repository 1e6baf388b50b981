package store_test

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/community"
	"linli/store"
	"linli/store/storetest"
)

const town community.ID = "town"

var (
	morning = time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC)
	groups  = []community.GroupID{"g1", "g2", "g/3"}
	people  = []community.PersonID{"u1", "u2", "张/三", "u4"}
)

// change makes a new request or changes one in some way that life may bring.
func change(rng *rand.Rand, all map[community.RequestID]community.Request) community.Request {
	at := morning.Add(time.Duration(rng.IntN(10*24)) * time.Hour)
	id := community.RequestID(fmt.Sprint(1 + rng.IntN(120)))
	r, ok := all[id]
	if !ok {
		r = community.Request{ID: id, State: community.Recorded, Opened: at, Touched: at, Group: pick(rng, groups), Steps: []community.Step{{At: at, To: community.Recorded}}}
		r = r.Add(community.Line{Message: string(id), Group: r.Group, At: at}).Support(pick(rng, people))
	}
	switch rng.IntN(6) {
	case 0:
		r = r.Support(pick(rng, people))
	case 1:
		r = r.Add(community.Line{Message: fmt.Sprint(rng.Int()), Group: pick(rng, groups), At: at})
	case 2, 3:
		if to := r.Moves(); len(to) > 0 {
			r, _ = r.Move(pick(rng, to), "staff", at, "", "")
		}
	case 4:
		r.Owner, r.Due = pick(rng, append(people, "")), pick(rng, []time.Time{{}, at, at.Add(time.Hour)})
	}
	r.Category = pick(rng, []string{"lighting", "water/hot", ""})
	r.Urgency = pick(rng, []community.Urgency{community.Normal, community.Urgent, community.Emergency})
	r.Where.Building = pick(rng, []string{"", "1", "3/甲"})
	return r
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// changed is a store after many random changes, and what should be in it.
func changed(t *testing.T) (store.Store, map[community.RequestID]community.Request) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Log("seed", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	st := storetest.Twice(store.NewMemory())
	all := map[community.RequestID]community.Request{}
	for range 1500 {
		r := change(rng, all)
		all[r.ID] = r
		if err := st.Update(t.Context(), town, func(tx store.Tx) { store.PutRequest(tx, r) }); err != nil {
			t.Fatal(err)
		}
	}
	return st, all
}

func view(t *testing.T, st store.Store, fn func(store.Tx)) {
	t.Helper()
	if err := st.View(t.Context(), town, fn); err != nil {
		t.Fatal(err)
	}
}

// TestCountersAreWhatTheRequestsSay: counted anew from all requests, every day has the same figures.
func TestCountersAreWhatTheRequestsSay(t *testing.T) {
	st, all := changed(t)
	want := map[string]int{}
	for _, r := range all {
		day := store.Day(r.Opened) + " "
		building := cmp.Or(r.Where.Building, "-")
		for _, what := range []string{"opened/all", "category/" + escaped(r.Category), "urgency/" + string(r.Urgency), "building/" + escaped(building)} {
			want[day+what]++
		}
		for _, s := range r.Steps[1:] {
			want[store.Day(s.At)+" became/"+string(s.To)]++
		}
	}
	got := map[string]int{}
	view(t, st, func(tx store.Tx) {
		for d := range 12 {
			day := store.Day(morning.AddDate(0, 0, d))
			for what, n := range store.Counters(tx, day) {
				if n != 0 {
					got[day+" "+what] = n
				}
			}
		}
	})
	if !maps.Equal(got, want) || len(want) < 50 {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func escaped(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "/", "%2F"), "甲", "%E7%94%B2")
}

// TestListsAreWhatTheRequestsSay: each list, made anew from all requests, is the one that is kept.
func TestListsAreWhatTheRequestsSay(t *testing.T) {
	st, all := changed(t)
	now := morning.AddDate(0, 0, 5)
	live := func(r community.Request) bool { return r.State.Live() }
	view(t, st, func(tx store.Tx) {
		same(t, "ranked", store.Ranked(tx, 0), chosen(all, live, byRank))
		for _, g := range groups {
			in := func(r community.Request) bool { return live(r) && slices.Contains(r.Groups, g) }
			same(t, "in group", store.InGroup(tx, g, 0), chosen(all, in, byRank))
		}
		for _, p := range append(people, "") {
			owned := func(r community.Request) bool { return live(r) && r.Owner == p }
			same(t, "owned", store.OwnedBy(tx, p, 0), chosen(all, owned, byRank))
			of := func(r community.Request) bool { return slices.Contains(r.Supporters, p) }
			same(t, "of person", store.OfPerson(tx, p, 0), chosen(all, of, func(a, b community.Request) int { return b.Opened.Compare(a.Opened) }))
		}
		late := func(r community.Request) bool { return r.State.Open() && !r.Due.IsZero() && r.Due.Before(now) }
		same(t, "overdue", store.Overdue(tx, now, 0), chosen(all, late, func(a, b community.Request) int { return a.Due.Compare(b.Due) }))
		if got := store.Ranked(tx, 3); len(got) != 3 {
			t.Errorf("got %d, want the first 3", len(got))
		}
	})
}

func byRank(a, b community.Request) int {
	order := map[community.Urgency]int{community.Emergency: 0, community.Urgent: 1, community.Normal: 2}
	return cmp.Or(cmp.Compare(order[a.Urgency], order[b.Urgency]), cmp.Compare(len(b.Supporters), len(a.Supporters)), a.Opened.Compare(b.Opened))
}

// chosen picks and sorts; what compares as equal comes in the order of the ids.
func chosen(all map[community.RequestID]community.Request, want func(community.Request) bool, order func(a, b community.Request) int) (out []community.RequestID) {
	var rs []community.Request
	for _, r := range all {
		if want(r) {
			rs = append(rs, r)
		}
	}
	slices.SortFunc(rs, func(a, b community.Request) int { return cmp.Or(order(a, b), cmp.Compare(a.ID, b.ID)) })
	for _, r := range rs {
		out = append(out, r.ID)
	}
	return out
}

func same(t *testing.T, what string, got []community.Request, want []community.RequestID) {
	t.Helper()
	var ids []community.RequestID
	for _, r := range got {
		ids = append(ids, r.ID)
	}
	if !slices.Equal(ids, want) {
		t.Errorf("%s: got %v, want %v", what, ids, want)
	}
}

// counted counts what is read through it.
type counted struct {
	store.Tx
	n *int
}

func (c counted) Get(key string) []byte { *c.n++; return c.Tx.Get(key) }

func (c counted) Scan(from, to string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for k, v := range c.Tx.Scan(from, to) {
			if *c.n++; !yield(k, v) {
				return
			}
		}
	}
}

// TestListsAndSceneDoNotReadTheWholeHouse: with ten times the papers they read no more of them.
func TestListsAndSceneDoNotReadTheWholeHouse(t *testing.T) {
	reads := map[string][]int{}
	for _, size := range []int{1000, 10000} {
		st := store.NewMemory()
		for from := 0; from < size; from += 1000 {
			if err := st.Update(t.Context(), town, func(tx store.Tx) { months(tx, from, from+1000) }); err != nil {
				t.Fatal(err)
			}
		}
		now := morning.Add(time.Duration(size) * time.Hour)
		for name, read := range map[string]func(store.Tx){
			"ranked":    func(tx store.Tx) { store.Ranked(tx, 50) },
			"in group":  func(tx store.Tx) { store.InGroup(tx, "g1", 50) },
			"owned":     func(tx store.Tx) { store.OwnedBy(tx, "u1", 50) },
			"overdue":   func(tx store.Tx) { store.Overdue(tx, now, 50) },
			"of person": func(tx store.Tx) { store.OfPerson(tx, "u1", 50) },
			"counters":  func(tx store.Tx) { store.Counters(tx, store.Day(now)) },
			"scene":     func(tx store.Tx) { store.Scene(tx, community.Event{Key: "k", At: now, Tick: &community.Tick{}}) },
		} {
			n := 0
			view(t, st, func(tx store.Tx) { read(counted{tx, &n}) })
			reads[name] = append(reads[name], n)
		}
	}
	for name, n := range reads {
		if n[1] > n[0]+n[0]/10+5 || n[1] > 1500 || n[1] == 0 && name != "counters" {
			t.Errorf("%s: read %d papers among 1000 requests and %d among 10000", name, n[0], n[1])
		}
	}
}

// months are requests, an hour apart, each with its message and a roll.
func months(tx store.Tx, from, to int) {
	for i := from; i < to; i++ {
		at := morning.Add(time.Duration(i) * time.Hour)
		id := fmt.Sprint(i + 1)
		m := community.Message{ID: "m" + id, Group: "g1", Sender: people[i%4], Kind: community.Text, Text: "灯坏了", At: at}
		e := community.Event{Key: m.ID, At: at, Message: &m}
		store.Receive(tx, e)
		store.Apply(tx, e, community.Plan{
			Requests: []community.Request{{ID: community.RequestID(id), State: community.Recorded, Urgency: community.Normal, Owner: people[i%4],
				Groups: groups[:1], Supporters: people[i%4 : i%4+1], Opened: at, Touched: at, Due: at.Add(time.Hour)}},
			Rolls: []community.Roll{{ID: "roll" + id, Group: "g1", Touched: at}},
		})
	}
}
