package storetest

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/anishathalye/porcupine"

	"linli/community"
	"linli/store"
)

// TestBrokenStoresAreCaught: stores that break their word in one way each must not pass as serializable.
func TestBrokenStoresAreCaught(t *testing.T) {
	for name, open := range map[string]func() store.Store{
		"LosesUpdates":  func() store.Store { return loses{store.NewMemory()} },
		"WritesHalves":  func() store.Store { return halves{store.NewMemory()} },
		"ReadsOldState": func() store.Store { return &old{Memory: store.NewMemory(), behind: store.NewMemory()} },
		"KeepsFailed":   func() store.Store { return keeps{store.NewMemory()} },
	} {
		t.Run(name, func(t *testing.T) {
			for range 20 {
				if judge(history(t, open())) == porcupine.Illegal {
					return
				}
			}
			t.Error("twenty histories of a broken store were found in order")
		})
	}
}

// notes remembers what a closure puts, and does not pass it on.
type notes struct {
	store.Tx
	puts map[string][]byte
	err  error
}

func (n *notes) Put(key string, val []byte) { n.puts[key] = val }
func (n *notes) Fail(err error)             { n.err = err }

func noted(ctx context.Context, st store.Store, c community.ID, fn func(store.Tx)) (*notes, error) {
	n := &notes{puts: map[string][]byte{}}
	err := st.View(ctx, c, func(tx store.Tx) {
		n.Tx = tx
		fn(n)
	})
	return n, err
}

// loses reads in one transaction and writes in another.
type loses struct{ *store.Memory }

func (s loses) Update(ctx context.Context, c community.ID, fn func(store.Tx)) error {
	n, err := noted(ctx, s.Memory, c, fn)
	if err != nil || n.err != nil {
		return n.err
	}
	runtime.Gosched()
	return s.Memory.Update(ctx, c, n.write)
}

func (n *notes) write(tx store.Tx) {
	for k, v := range n.puts {
		tx.Put(k, v)
	}
}

// halves commits every paper by itself.
type halves struct{ *store.Memory }

func (s halves) Update(ctx context.Context, c community.ID, fn func(store.Tx)) error {
	n, err := noted(ctx, s.Memory, c, fn)
	if err != nil || n.err != nil {
		return n.err
	}
	for k, v := range n.puts {
		if err := s.Memory.Update(ctx, c, func(tx store.Tx) { tx.Put(k, v) }); err != nil {
			return err
		}
		runtime.Gosched()
	}
	return nil
}

// old shows a View the state before the last Update.
type old struct {
	*store.Memory
	behind *store.Memory
	mu     sync.Mutex
	last   func(store.Tx)
}

func (s *old) Update(ctx context.Context, c community.ID, fn func(store.Tx)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := noted(ctx, s.Memory, c, fn)
	if err != nil || n.err != nil {
		return n.err
	}
	if s.last != nil {
		s.behind.Update(ctx, c, s.last) //nolint:errcheck // a broken store
	}
	s.last = n.write
	return s.Memory.Update(ctx, c, n.write)
}

func (s *old) View(ctx context.Context, c community.ID, fn func(store.Tx)) error {
	return s.behind.View(ctx, c, fn)
}

// keeps writes also what a failed closure put.
type keeps struct{ *store.Memory }

func (s keeps) Update(ctx context.Context, c community.ID, fn func(store.Tx)) (err error) {
	s.Memory.Update(ctx, c, func(tx store.Tx) { //nolint:errcheck // a broken store
		n := &notes{Tx: tx, puts: map[string][]byte{}}
		fn(n)
		n.write(tx)
		err = n.err
	})
	return err
}
