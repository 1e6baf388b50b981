package storetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"linli/community"
	"linli/store"
)

func allOrNothing(t *testing.T, st store.Store) {
	put(t, st, "old", "1")
	no := errors.New("no")
	err := st.Update(t.Context(), town, func(tx store.Tx) {
		tx.Put("a", []byte("1"))
		tx.Delete("old")
		tx.Fail(no)
		tx.Fail(errors.New("a later one"))
		tx.Put("b", []byte("2"))
		if tx.Get("old") != nil || len(names(tx, "", "")) != 0 {
			t.Error("something was read after Fail")
		}
	})
	if !errors.Is(err, no) {
		t.Fatalf("got %v, want the closure's first error", err)
	}
	if err := st.View(t.Context(), town, func(tx store.Tx) { tx.Fail(no) }); !errors.Is(err, no) {
		t.Errorf("got %v, want the View's error", err)
	}
	onlyOld(t, st)
}

func onlyOld(t *testing.T, st store.Store) {
	t.Helper()
	view(t, st, func(tx store.Tx) {
		if got := names(tx, "", ""); !slices.Equal(got, []string{"old"}) {
			t.Errorf("got %q, want only what was there before", got)
		}
	})
}

func panics(t *testing.T, st store.Store) {
	put(t, st, "old", "1")
	for _, do := range []func(context.Context, community.ID, func(store.Tx)) error{st.Update, st.View} {
		func() {
			defer func() {
				v := recover()
				if p, ok := v.(*store.Panic); ok {
					v = p.Value
					if !strings.Contains(string(p.Stack), "storetest.panics") {
						t.Errorf("the stack does not lead to the closure:\n%s", p.Stack)
					}
				}
				if v != "boom" {
					t.Errorf("got %v, want the closure's panic", v)
				}
			}()
			do(t.Context(), town, func(tx store.Tx) { tx.Put("a", nil); panic("boom") }) //nolint:errcheck // it panics
		}()
	}
	onlyOld(t, st)
}

func cancelled(t *testing.T, st store.Store) {
	put(t, st, "old", "1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := st.Update(ctx, town, func(tx store.Tx) { tx.Put("k", nil) }); !errors.Is(err, context.Canceled) {
		t.Errorf("Update: got %v, want cancelled", err)
	}
	if err := st.View(ctx, town, func(store.Tx) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("View: got %v, want cancelled", err)
	}
	if _, err := st.Communities(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Communities: got %v, want cancelled", err)
	}
	onlyOld(t, st)
}

func communities(t *testing.T, st store.Store) {
	all := []community.ID{"A", store.House, "a", "a/", "aa", "a\x00", "社区"}
	slices.Sort(all)
	for _, c := range all {
		err := st.Update(t.Context(), c, func(tx store.Tx) {
			if got := names(tx, "", ""); len(got) != 0 {
				t.Errorf("%q: another community's papers: %q", c, got)
			}
			tx.Put("k", []byte(c))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range all {
		err := st.View(t.Context(), c, func(tx store.Tx) {
			if got := string(tx.Get("k")); got != string(c) {
				t.Errorf("%q: got the paper of %q", c, got)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	listed(t, st, all)
	if err := st.Update(t.Context(), all[0], func(tx store.Tx) { tx.Delete("k") }); err != nil {
		t.Fatal(err)
	}
	listed(t, st, all[1:])
}

func listed(t *testing.T, st store.Store, want []community.ID) {
	t.Helper()
	if got, err := st.Communities(t.Context()); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q %v, want %q", got, err, want)
	}
}

// oneState: while many papers change together again and again, nobody sees some changed and some not.
func oneState(t *testing.T, st store.Store) {
	const papers, rounds = 60, 200
	ctx, stop := context.WithCancel(t.Context())
	var work sync.WaitGroup
	work.Go(func() {
		defer stop()
		for i := range rounds {
			err := st.Update(t.Context(), town, func(tx store.Tx) {
				for p := range papers {
					tx.Put(fmt.Sprintf("p%02d", p), []byte(strconv.Itoa(i)))
				}
			})
			if err != nil {
				t.Error(err)
			}
			runtime.Gosched()
		}
	})
	for range 4 {
		work.Go(func() {
			for ctx.Err() == nil {
				look(t, st, papers)
			}
		})
	}
	work.Wait()
}

func look(t *testing.T, st store.Store, papers int) {
	err := st.View(t.Context(), town, func(tx store.Tx) {
		first := string(tx.Get("p59"))
		runtime.Gosched()
		n := 0
		for k, v := range tx.Scan("p", "q") {
			if n++; string(v) != first {
				t.Errorf("%s is of round %s, p59 of %s", k, v, first)
			}
		}
		if n != 0 && n != papers || string(tx.Get("p00")) != first {
			t.Errorf("got %d papers, p00 of %s and p59 of %s", n, tx.Get("p00"), first)
		}
	})
	if err != nil {
		t.Error(err)
	}
}

// writers: 64 add to one counter and to their own list at once; no addition may be lost.
func writers(t *testing.T, st store.Store) {
	const hands, each = 64, 20
	var all sync.WaitGroup
	for h := range hands {
		all.Go(func() {
			for i := range each {
				err := st.Update(t.Context(), town, func(tx store.Tx) {
					n, _ := strconv.Atoi(string(tx.Get("n")))
					tx.Put("n", []byte(strconv.Itoa(n+1)))
					tx.Put(fmt.Sprintf("at/%06d", n), fmt.Appendf(nil, "%d/%d", h, i))
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	view(t, st, func(tx store.Tx) {
		if got := string(tx.Get("n")); got != strconv.Itoa(hands*each) {
			t.Errorf("got %s, want %d", got, hands*each)
		}
		next := map[string]int{}
		for k, v := range tx.Scan("at/", "at0") {
			hand, i, _ := strings.Cut(string(v), "/")
			if i != strconv.Itoa(next[hand]) {
				t.Fatalf("%s: hand %s wrote %s, want %d: out of order", k, hand, i, next[hand])
			}
			next[hand]++
		}
	})
}

func closed(t *testing.T, st store.Store) {
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := st.Communities(t.Context())
	for name, err := range map[string]error{
		"Update":      st.Update(t.Context(), town, func(tx store.Tx) { tx.Put("a", nil) }),
		"View":        st.View(t.Context(), town, func(store.Tx) {}),
		"Communities": err,
		"Close":       st.Close(),
	} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s: got %v, want ErrClosed", name, err)
		}
	}
}
