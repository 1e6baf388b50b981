package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"linli/store"
)

func scan(t *testing.T, st store.Store) {
	for i := range 700 {
		put(t, st, fmt.Sprintf("n/%04d", (i*269)%700), fmt.Sprint((i*269)%700))
	}
	view(t, st, func(tx store.Tx) {
		i := 0
		for k, v := range tx.Scan("n/", "n0") {
			if want := fmt.Sprintf("n/%04d", i); k != want || string(v) != fmt.Sprint(i) {
				t.Fatalf("got %q %q, want %q %d", k, v, want, i)
			}
			i++
		}
		if i != 700 {
			t.Errorf("got %d papers, want 700", i)
		}
		for k := range tx.Scan("n/0500", "") { // leaving early, and starting again
			if k != "n/0500" {
				t.Errorf("got %q, want n/0500", k)
			}
			break
		}
	})
}

func scanBounds(t *testing.T, st store.Store) {
	put(t, st, "a", "1", "b", "2", "b/1", "3", "b\xff", "4", "c", "5", "\x00", "6", "\xff\xff", "7")
	for _, x := range []struct {
		from, to string
		want     []string
	}{
		{"", "", []string{"\x00", "a", "b", "b/1", "b\xff", "c", "\xff\xff"}},
		{"", "b", []string{"\x00", "a"}},
		{"b", "c", []string{"b", "b/1", "b\xff"}},
		{"b\x00", "c", []string{"b/1", "b\xff"}},
		{"c", "", []string{"c", "\xff\xff"}},
		{"c", "c", nil},
		{"c", "b", nil},
		{"\xff\xff\xff", "", nil},
	} {
		view(t, st, func(tx store.Tx) {
			if got := names(tx, x.from, x.to); !slices.Equal(got, x.want) {
				t.Errorf("from %q to %q: got %q, want %q", x.from, x.to, got, x.want)
			}
		})
	}
}

func scanOwnWrites(t *testing.T, st store.Store) {
	put(t, st, "a", "1", "b", "2", "c", "3", "d", "4")
	update(t, st, func(tx store.Tx) {
		tx.Delete("b")
		tx.Delete("never")
		tx.Put("aa", nil)
		tx.Put("c", []byte("new"))
		tx.Put("z", []byte("y"))
		if got, want := names(tx, "", ""), []string{"a", "aa", "c", "d", "z"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := string(tx.Get("c")); got != "new" || tx.Get("b") != nil {
			t.Errorf("got c = %q and b = %q, want its own writes", got, tx.Get("b"))
		}
		tx.Put("b", []byte("again"))
	})
	view(t, st, func(tx store.Tx) {
		if got, want := names(tx, "", ""), []string{"a", "aa", "b", "c", "d", "z"}; !slices.Equal(got, want) {
			t.Errorf("afterwards: got %q, want %q", got, want)
		}
	})
}

// scanWhileWriting: what a scan has still before it may be changed or deleted under its hands.
func scanWhileWriting(t *testing.T, st store.Store) {
	for i := range 40 {
		put(t, st, fmt.Sprintf("k%02d", i), "old")
	}
	update(t, st, func(tx store.Tx) {
		var got []string
		for k, v := range tx.Scan("k", "l") {
			got = append(got, k+string(v))
			if k == "k05" {
				tx.Put("k30", []byte("new"))
				tx.Delete("k31")
			}
			tx.Delete(k)
		}
		if len(got) != 39 || !slices.Contains(got, "k30new") {
			t.Errorf("got %q, want 39 with the new k30 and without k31", got)
		}
		if left := names(tx, "", ""); len(left) != 0 {
			t.Errorf("got %q left, want all deleted", left)
		}
	})
}

func values(t *testing.T, st store.Store) {
	big := strings.Repeat("é", 1<<19) // 1 MiB
	put(t, st, "empty", "", "big", big, "bytes", "\x00\xff\xfe")
	update(t, st, func(tx store.Tx) { tx.Put("nil", nil) })
	view(t, st, func(tx store.Tx) {
		for _, k := range []string{"empty", "nil"} {
			if v := tx.Get(k); v == nil || len(v) != 0 {
				t.Errorf("%s: got %v, want an empty paper", k, v)
			}
		}
		if string(tx.Get("big")) != big || string(tx.Get("bytes")) != "\x00\xff\xfe" || tx.Get("none") != nil {
			t.Error("a value came back changed")
		}
	})
}

// anyBytes: a key may hold any bytes and is found again, alone and in order.
func anyBytes(t *testing.T, st store.Store) {
	keys := []string{"\x00", "\x00\x00", "\xff", "a\x00b", "a\xffb", "\xc3\x28", "\xed\xa0\x80", "楼道灯", "'; --", "%_*", strings.Repeat("\xff", store.MaxKey), strings.Repeat("k", store.MaxKey)}
	for b := range 256 {
		keys = append(keys, "x"+string([]byte{byte(b)}))
	}
	for _, k := range keys {
		put(t, st, k, "of "+k)
	}
	slices.Sort(keys)
	view(t, st, func(tx store.Tx) {
		for _, k := range keys {
			if got := string(tx.Get(k)); got != "of "+k {
				t.Errorf("%q: got %q", k, got)
			}
		}
		if got := names(tx, "", ""); !slices.Equal(got, keys) {
			t.Errorf("got %q, want %q", got, keys)
		}
	})
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
	if err := st.Update(t.Context(), town, func(tx store.Tx) { tx.Put("", nil) }); !errors.Is(err, store.ErrKey) {
		t.Errorf("empty key: got %v, want ErrKey", err)
	}
	for name, fn := range map[string]func(store.Tx){"Put": func(tx store.Tx) { tx.Put("k", nil) }, "Delete": func(tx store.Tx) { tx.Delete("k") }} {
		if err := st.View(t.Context(), town, fn); !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("%s in a View: got %v, want ErrReadOnly", name, err)
		}
	}
}
