// Package storetest is the examination that every store sits.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"linli/community"
	"linli/store"
)

const town community.ID = "town"

// Run examines the stores that open makes, each empty and its own.
func Run(t *testing.T, open func(testing.TB) store.Store) {
	tests := map[string]func(*testing.T, store.Store){
		"AllOrNothing": allOrNothing, "Scan": scan, "Values": values, "Limits": limits,
		"Isolation": isolation, "Panic": panics, "Writers": writers, "Closed": closed,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			st := open(t)
			defer st.Close()
			test(t, st)
		})
	}
}

func put(t *testing.T, st store.Store, pairs ...string) {
	t.Helper()
	err := st.Update(t.Context(), town, func(tx store.Tx) {
		for i := 0; i < len(pairs); i += 2 {
			tx.Put(pairs[i], []byte(pairs[i+1]))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func names(tx store.Tx, from, to string) []string {
	var out []string
	for k := range tx.Scan(from, to) {
		out = append(out, k)
	}
	return out
}

func allOrNothing(t *testing.T, st store.Store) {
	no := errors.New("no")
	err := st.Update(t.Context(), town, func(tx store.Tx) { tx.Put("a", []byte("1")); tx.Fail(no); tx.Put("b", []byte("2")) })
	if !errors.Is(err, no) {
		t.Fatalf("got %v, want the closure's error", err)
	}
	err = st.View(t.Context(), town, func(tx store.Tx) {
		if got := names(tx, "", ""); len(got) != 0 {
			t.Errorf("got %v, want nothing", got)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func scan(t *testing.T, st store.Store) {
	put(t, st, "a", "1", "b", "2", "b/1", "3", "b\xff", "4", "c", "5", "\x00", "6")
	for i := range 700 {
		put(t, st, fmt.Sprintf("n/%04d", i), "x")
	}
	err := st.Update(t.Context(), town, func(tx store.Tx) {
		if got, want := names(tx, "", "n"), []string{"\x00", "a", "b", "b/1", "b\xff", "c"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := names(tx, "n/", "n0"); len(got) != 700 || !slices.IsSorted(got) {
			t.Errorf("got %d in order %v, want 700 in order", len(got), slices.IsSorted(got))
		}
		tx.Delete("b")
		tx.Put("aa", nil)
		tx.Put("n/0300+", []byte("y"))
		tx.Put("z", []byte("y"))
		if got, want := names(tx, "a", "c"), []string{"a", "aa", "b/1", "b\xff"}; !slices.Equal(got, want) {
			t.Errorf("own writes: got %q, want %q", got, want)
		}
		if got := names(tx, "n/", ""); len(got) != 702 || got[301] != "n/0300+" || got[701] != "z" {
			t.Errorf("own writes among many: got %d", len(got))
		}
		if got := names(tx, "c", "b"); len(got) != 0 {
			t.Errorf("bounds the wrong way round: got %q", got)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func values(t *testing.T, st store.Store) {
	big := strings.Repeat("é", 1<<19)
	put(t, st, "empty", "", "big", big, "any\x00\xff/key", "v")
	err := st.View(t.Context(), town, func(tx store.Tx) {
		if v := tx.Get("empty"); v == nil || len(v) != 0 {
			t.Errorf("empty: got %v, want an empty paper", v)
		}
		if string(tx.Get("big")) != big || string(tx.Get("any\x00\xff/key")) != "v" || tx.Get("none") != nil {
			t.Error("a value came back changed")
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func limits(t *testing.T, st store.Store) {
	for want, fn := range map[error]func(store.Tx){
		store.ErrKey:    func(tx store.Tx) { tx.Put(strings.Repeat("k", store.MaxKey+1), nil) },
		store.ErrTooBig: func(tx store.Tx) { tx.Put("k", make([]byte, store.MaxValue+1)) },
	} {
		if err := st.Update(t.Context(), town, fn); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	if err := st.View(t.Context(), town, func(tx store.Tx) { tx.Put("k", nil) }); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("got %v, want ErrReadOnly", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := st.Update(ctx, town, func(tx store.Tx) { tx.Put("k", nil) }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
}

func isolation(t *testing.T, st store.Store) {
	put(t, st, "a", "1")
	if err := st.Update(t.Context(), "other", func(tx store.Tx) {
		if got := names(tx, "", ""); len(got) != 0 {
			t.Errorf("another community's papers: %q", got)
		}
		tx.Put("a", []byte("2"))
	}); err != nil {
		t.Fatal(err)
	}
	got, err := st.Communities(t.Context())
	if err != nil || !slices.Equal(got, []community.ID{"other", town}) {
		t.Fatalf("got %v %v, want both communities", got, err)
	}
}

func panics(t *testing.T, st store.Store) {
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not reach the caller")
			}
		}()
		st.Update(t.Context(), town, func(tx store.Tx) { tx.Put("a", nil); panic("boom") }) //nolint:errcheck // it panics
	}()
	err := st.View(t.Context(), town, func(tx store.Tx) {
		if tx.Get("a") != nil {
			t.Error("a panicking closure wrote")
		}
	})
	if err != nil {
		t.Fatal(err)
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
	err := st.View(t.Context(), town, func(tx store.Tx) {
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
	if err != nil {
		t.Fatal(err)
	}
}

func closed(t *testing.T, st store.Store) {
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if err := st.Update(t.Context(), town, func(tx store.Tx) { tx.Put("a", nil) }); !errors.Is(err, store.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	if err := st.View(t.Context(), town, func(store.Tx) {}); !errors.Is(err, store.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}
