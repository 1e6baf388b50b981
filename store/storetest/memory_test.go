package storetest

import (
	"testing"

	"linli/store"
)

var memory = Backend{Open: func(testing.TB, string) store.Store { return store.NewMemory() }, Forgets: true}

func TestMemory(t *testing.T) { Run(t, memory) }

func TestMemoryRunTwice(t *testing.T) {
	Run(t, Backend{Open: func(testing.TB, string) store.Store { return Twice(store.NewMemory()) }, Forgets: true})
}

func TestTwiceCatchesAClosureThatAppends(t *testing.T) {
	st := Twice(store.NewMemory())
	var seen []string
	update(t, st, func(tx store.Tx) {
		seen = append(seen, "u")
		tx.Put("n", append(tx.Get("n"), 'x'))
	})
	view(t, st, func(tx store.Tx) {
		seen = append(seen, "v")
		if got := string(tx.Get("n")); got != "x" {
			t.Errorf("got %q, want x: the first run's writes are thrown away", got)
		}
	})
	if len(seen) != 4 {
		t.Errorf("got %v, want each closure run twice", seen)
	}
}
