// Package storetest is the examination that every store sits, and Twice, a
// store that shows closures which do more than read and put. It is for tests only.
package storetest

import (
	"testing"

	"linli/community"
	"linli/store"
)

// A Backend is a kind of store to be examined.
type Backend struct {
	// Open makes the store of a folder. Opened again on the same folder it has the same papers, unless it Forgets.
	Open func(t testing.TB, dir string) store.Store
	// Forgets says that the store ends with its process.
	Forgets bool
}

const town community.ID = "town"

// alive are the questions to an open store; each gets an empty one of its own.
var alive = map[string]func(*testing.T, store.Store){
	"AllOrNothing": allOrNothing, "Panic": panics, "Cancelled": cancelled,
	"Scan": scan, "ScanBounds": scanBounds, "ScanOwnWrites": scanOwnWrites, "ScanWhileWriting": scanWhileWriting,
	"Values": values, "AnyBytes": anyBytes, "Limits": limits,
	"Communities": communities, "OneState": oneState, "Writers": writers, "Serializable": serializable, "Closed": closed,
}

// lasting are the questions to a store that can be opened again.
var lasting = map[string]func(*testing.T, Backend){"Reopened": reopened, "Killed": killed}

// Run examines a kind of store.
func Run(t *testing.T, b Backend) {
	for name, test := range alive {
		t.Run(name, func(t *testing.T) {
			st := b.Open(t, t.TempDir())
			defer st.Close()
			test(t, st)
		})
	}
	if b.Forgets {
		return
	}
	for name, test := range lasting {
		t.Run(name, func(t *testing.T) { test(t, b) })
	}
}

func put(t testing.TB, st store.Store, pairs ...string) {
	t.Helper()
	update(t, st, func(tx store.Tx) {
		for i := 0; i < len(pairs); i += 2 {
			tx.Put(pairs[i], []byte(pairs[i+1]))
		}
	})
}

func update(t testing.TB, st store.Store, fn func(store.Tx)) {
	t.Helper()
	if err := st.Update(t.Context(), town, fn); err != nil {
		t.Fatal(err)
	}
}

func view(t testing.TB, st store.Store, fn func(store.Tx)) {
	t.Helper()
	if err := st.View(t.Context(), town, fn); err != nil {
		t.Fatal(err)
	}
}

// names are the names of the papers between two bounds.
func names(tx store.Tx, from, to string) []string {
	var out []string
	for k := range tx.Scan(from, to) {
		out = append(out, k)
	}
	return out
}
