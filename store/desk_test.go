package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"linli/community"
	"linli/store"
)

// TestDeskLaysWhatIsThere lets a community live through random hours and compares, after every
// step, the desk that remembers with one laid from nothing, in a View and inside an Update.
func TestDeskLaysWhatIsThere(t *testing.T) {
	for seed := range uint64(3) {
		w := &walk{t: t, st: store.NewMemory(), r: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)}
		desk := store.NewDesk()
		w.update(func(tx store.Tx) { store.PutGroup(tx, community.Group{ID: "g1", Name: "群"}) })
		for i := range 160 {
			w.now = w.now.Add(time.Duration(w.r.IntN(40)) * time.Minute)
			for range w.r.IntN(3) {
				w.step()
			}
			e := w.message(fmt.Sprintf("q%d", i))
			var fresh, kept, again, none string
			err := w.st.View(t.Context(), "c", func(tx store.Tx) { fresh, kept = asJSON(t, store.Scene(tx, e)), asJSON(t, desk.Lay(tx, e)) })
			if err != nil || fresh != kept {
				t.Fatalf("seed %d step %d: %v\ngot  %s\nwant %s", seed, i, err, kept, fresh)
			}
			undone := errors.New("undone")
			err = w.st.Update(t.Context(), "c", func(tx store.Tx) {
				w.act(tx)
				none, again = asJSON(t, store.Scene(tx, e)), asJSON(t, desk.Again(tx, e))
				tx.Fail(undone)
			})
			if !errors.Is(err, undone) || again != none {
				t.Fatalf("seed %d step %d, inside an update: %v\ngot  %s\nwant %s", seed, i, err, again, none)
			}
		}
	}
}

// A walk is one invented community's hours.
type walk struct {
	t   *testing.T
	st  store.Store
	r   *rand.Rand
	now time.Time
	n   int
}

func (w *walk) update(fn func(store.Tx)) {
	w.t.Helper()
	if err := w.st.Update(w.t.Context(), "c", fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *walk) step() { w.update(w.act) }

func (w *walk) message(id string) community.Event {
	g := community.GroupID(fmt.Sprint("g", 1+w.r.IntN(3)))
	m := community.Message{ID: id, Group: g, Handle: community.Handle{Channel: "x", ID: string(g)}, Sender: "p", Text: "话", At: w.now}
	if w.r.IntN(4) == 0 {
		m.At = m.At.Add(-time.Duration(w.r.IntN(100)) * time.Minute) // the platform was slow
	}
	return community.Event{Key: community.MessageKey(m.Handle, id), At: w.now, Message: &m}
}

func (w *walk) act(tx store.Tx) {
	w.n++
	some := community.RequestID(fmt.Sprint(1 + w.r.IntN(230)))
	key := fmt.Sprintf("k%d", w.r.IntN(60))
	switch w.r.IntN(8) {
	case 0, 1:
		e := w.message(fmt.Sprintf("m%d", w.n))
		store.Receive(tx, e)
		var several []community.Request
		for i := range 6 {
			r := community.Request{ID: community.RequestID(fmt.Sprint(1 + w.r.IntN(260))), State: community.Recorded, Group: "g1", Touched: w.now.Add(time.Duration(i)), Opened: w.now}
			if w.r.IntN(4) == 0 {
				r.State = community.Solved
			}
			several = append(several, r)
		}
		store.Apply(tx, e, community.Plan{Why: "w", Requests: several, Heard: []community.Part{{Message: "m1", Group: "g1", Request: some}},
			Rolls: []community.Roll{{ID: key, Names: []string{key}, Touched: w.now}}})
	case 2, 3:
		store.Say(tx, community.Outgoing{Key: fmt.Sprintf("%s/%d", key, w.n), Group: "g1", Due: w.now, Urgent: w.r.IntN(5) == 0, Draft: w.r.IntN(5) == 0})
	case 4:
		for _, o := range store.Claim(tx, w.now, w.now.Add(time.Minute), 4, func(community.Outgoing) bool { return true }) {
			switch w.r.IntN(4) {
			case 0:
				store.Later(tx, o.Key, w.now.Add(time.Hour))
			case 1:
			default:
				store.Finish(tx, o.Key, community.Said{At: w.now, Fate: community.HandedOver})
			}
		}
	case 5:
		for _, o := range store.Scene(tx, w.message("x")).Waiting {
			store.Unsay(tx, o.Key, "why", w.now)
			break
		}
	case 6:
		store.PutGroup(tx, community.Group{ID: community.GroupID(key), Name: fmt.Sprint(w.n)})
	case 7:
		store.PutPeople(tx, []community.Person{{ID: "p", Name: fmt.Sprint(w.n)}})
	}
}

func asJSON(t *testing.T, s *community.Scene) string {
	t.Helper()
	raw, err := json.Marshal([]any{s.Profile, s.Now, s.Groups, s.People, s.Recent, s.Requests, s.Rolls, s.Rows, s.Said, s.Waiting, s.Next})
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(raw), "null", "[]")
}

// A claim that outlived its process is given up at once by who knows that it is alone.
func TestOrphansAreJudgedAtOnce(t *testing.T) {
	st := store.NewMemory()
	now := time.Date(2026, 5, 11, 2, 0, 0, 0, time.UTC)
	all := func(community.Outgoing) bool { return true }
	var first, second []community.Outgoing
	err := st.Update(t.Context(), "c", func(tx store.Tx) {
		store.Say(tx, community.Outgoing{Key: "chat", Group: "g", Due: now})
		store.Say(tx, community.Outgoing{Key: "fire", Group: "g", Due: now, Urgent: true})
		first = store.Claim(tx, now, now.Add(time.Minute), 8, all)
		if again := store.Claim(tx, now, now.Add(time.Minute), 8, all); len(again) != 0 {
			t.Errorf("claimed twice: %v", again)
		}
		store.Orphans(tx, now)
		second = store.Claim(tx, now, now.Add(time.Minute), 8, all)
	})
	if err != nil || len(first) != 2 || first[0].Key != "fire" || len(second) != 1 || second[0].Key != "fire" {
		t.Fatalf("got %v then %v (%v), want fire and chat, then fire alone", first, second, err)
	}
	err = st.View(t.Context(), "c", func(tx store.Tx) {
		if flags := store.Flags(tx, 5); len(flags) != 1 || flags[0].Kind != string(community.PerhapsSaid) {
			t.Errorf("got %+v, want one flag: perhaps said", flags)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
