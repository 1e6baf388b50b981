package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"linli/store"
	"linli/store/storetest"
)

func opened(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fresh is a new store that is closed when the test ends.
func fresh(t testing.TB) *Store {
	s := opened(t, filepath.Join(t.TempDir(), "x.db"))
	t.Cleanup(func() { s.Close() })
	return s
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, storetest.Backend{Open: func(t testing.TB, dir string) store.Store { return opened(t, filepath.Join(dir, "x.db")) }})
}

func TestSQLiteRunTwice(t *testing.T) {
	storetest.Run(t, storetest.Backend{Open: func(t testing.TB, dir string) store.Store {
		return storetest.Twice(opened(t, filepath.Join(dir, "x.db")))
	}})
}

func putOne(t testing.TB, s *Store, key, val string) {
	t.Helper()
	if err := s.Update(t.Context(), "c", func(tx store.Tx) { tx.Put(key, []byte(val)) }); err != nil {
		t.Fatal(err)
	}
}

func has(t testing.TB, s *Store, key string) (got string) {
	t.Helper()
	if err := s.View(t.Context(), "c", func(tx store.Tx) { got = string(tx.Get(key)) }); err != nil {
		t.Fatal(err)
	}
	return got
}

// TestViewKeepsItsStateWhileAnUpdateCommits: an Update neither waits for a long View nor shows in it.
func TestViewKeepsItsStateWhileAnUpdateCommits(t *testing.T) {
	s := fresh(t)
	putOne(t, s, "k", "old")
	err := s.View(t.Context(), "c", func(tx store.Tx) {
		before := string(tx.Get("k"))
		putOne(t, s, "k", "new")
		if got := string(tx.Get("k")); before != "old" || got != "old" {
			t.Errorf("got %q and then %q, want old twice", before, got)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := has(t, s, "k"); got != "new" {
		t.Errorf("got %q, want new", got)
	}
}

// TestOneOfAGroupFailsAlone: many Updates that are committed together; every third fails, every fourth panics.
func TestOneOfAGroupFailsAlone(t *testing.T) {
	s := fresh(t)
	no := errors.New("no")
	var all sync.WaitGroup
	for i := range 300 {
		all.Go(func() {
			defer func() {
				if v := recover(); (v != nil) != (i%4 == 1) {
					t.Errorf("%d: panic %v", i, v)
				}
			}()
			err := s.Update(t.Context(), "c", func(tx store.Tx) {
				n, _ := strconv.Atoi(string(tx.Get("n")))
				tx.Put("n", []byte(strconv.Itoa(n+1)))
				tx.Put(fmt.Sprintf("p/%03d", i), nil)
				if i%4 == 0 {
					tx.Fail(no)
				}
				if i%4 == 1 {
					panic(no)
				}
			})
			if errors.Is(err, no) != (i%4 == 0) {
				t.Errorf("%d: got %v", i, err)
			}
		})
	}
	all.Wait()
	if got := has(t, s, "n"); got != "150" {
		t.Errorf("got %s, want 150", got)
	}
}

// TestClosureThatEndsItsGoroutineEndsNothingElse: t.Fatal in a closure does that.
func TestClosureThatEndsItsGoroutineEndsNothingElse(t *testing.T) {
	s := fresh(t)
	ended := make(chan error, 1)
	go func() {
		ended <- s.Update(t.Context(), "c", func(tx store.Tx) { tx.Put("half", nil); (&testing.T{}).SkipNow() })
	}()
	if err := <-ended; !errors.Is(err, errEnded) {
		t.Errorf("got %v, want errEnded", err)
	}
	putOne(t, s, "k", "v")
	if err := s.View(t.Context(), "c", func(tx store.Tx) {
		if tx.Get("half") != nil {
			t.Error("half a closure was written")
		}
	}); err != nil {
		t.Fatal(err)
	}
}

// TestCloseWaitsForTheViewUnderWay: what it still reads is there.
func TestCloseWaitsForTheViewUnderWay(t *testing.T) {
	s := fresh(t)
	putOne(t, s, "k", "v")
	in, closed := make(chan struct{}), make(chan error, 1)
	go func() {
		<-in
		closed <- s.Close()
	}()
	err := s.View(t.Context(), "c", func(tx store.Tx) {
		close(in)
		<-s.closing
		if got := string(tx.Get("k")); got != "v" {
			t.Errorf("got %q, want v", got)
		}
	})
	if err := errors.Join(err, <-closed); err != nil {
		t.Fatal(err)
	}
}

// TestLoneUpdateIsNotKeptWaiting: one that comes alone is committed at once, not when a group or a moment is full.
// In the bubble a wait by the clock would show as time that went by; real work takes none.
func TestLoneUpdateIsNotKeptWaiting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := fresh(t)
		for i := range 50 {
			began := time.Now()
			putOne(t, s, fmt.Sprint(i), "v")
			if took := time.Since(began); took != 0 {
				t.Fatalf("waited %v for others, want none", took)
			}
		}
	})
}

// The papers hold what neighbours said: nobody else on the machine may read them, whatever the folder lets in.
func TestOnlyTheOwnerReadsThePapers(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := Open(filepath.Join(dir, "linli.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Update(t.Context(), "c", func(tx store.Tx) { tx.Put("k", []byte("v")) }); err != nil {
		t.Fatal(err)
	}
	if err := Copy(t.Context(), filepath.Join(dir, "linli.db"), filepath.Join(dir, "copy")); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) < 4 {
		t.Fatalf("got %v %v, want the file, its log and a copy", files, err)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: got mode %v %v, want nothing for others", filepath.Base(f), info.Mode(), err)
		}
	}
}
