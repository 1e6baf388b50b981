package store

import (
	"cmp"
	"math"
	"net/url"
	"strings"
	"testing"
	"time"
)

// FuzzNames: whatever comes from outside, a name made of it can be taken apart
// again, reaches into no other drawer, and sorts by its time.
func FuzzNames(f *testing.F) {
	f.Add("a", "b", int64(0), int64(1))
	f.Add("3/502", "..", int64(-1), int64(math.MaxInt64))
	f.Add("\x00\xff", "张阿姨%2F", int64(math.MinInt64), int64(1_778_000_000))
	f.Add("", "/", int64(253402300800), int64(253402300801))
	f.Fuzz(func(t *testing.T, a, b string, x, y int64) {
		parts(t, a, b)
		prefixes(t, a, b)
		times(t, time.Unix(x>>8, x&0xff), time.Unix(y>>8, y&0xff))
		times(t, time.Unix(0, x), time.Unix(0, y))
	})
}

func parts(t *testing.T, a, b string) {
	name := join("d", esc(a), esc(b))
	got := strings.Split(name, "/")
	if len(got) != 3 {
		t.Fatalf("%q has %d parts, want 3", name, len(got))
	}
	for i, want := range []string{a, b} {
		if s, err := url.PathUnescape(got[i+1]); err != nil || s != want {
			t.Errorf("%q came back as %q, %v", want, s, err)
		}
	}
	if (join(esc(a), esc(b)) == join(esc(b), esc(a))) != (a == b) {
		t.Errorf("%q and %q the one way and the other have one name", a, b)
	}
}

// prefixes: a scan from a prefix to what comes after it finds all that begins with it, and nothing else.
func prefixes(t *testing.T, prefix, key string) {
	if prefix == "" {
		return
	}
	end := after(prefix)
	for _, k := range []string{key, prefix + key} {
		in := k >= prefix && (end == "" || k < end)
		if in != strings.HasPrefix(k, prefix) {
			t.Errorf("%q among those that begin with %q: got %v", k, prefix, in)
		}
	}
}

func times(t *testing.T, a, b time.Time) {
	if len(stamp(a)) != 19 || len(inv(a)) != 19 {
		t.Fatalf("%v: got %q and %q, want 19 digits each", a, stamp(a), inv(a))
	}
	first, last := time.Unix(0, 0), time.Unix(0, math.MaxInt64)
	within := func(x time.Time) time.Time {
		if x.Before(first) {
			return first
		}
		if x.After(last) {
			return last
		}
		return x
	}
	want := within(a).Compare(within(b))
	if got := cmp.Compare(stamp(a), stamp(b)); got != want {
		t.Errorf("stamps of %v and %v compare as %d, want %d", a, b, got, want)
	}
	if got := cmp.Compare(inv(b), inv(a)); got != want {
		t.Errorf("inverse stamps of %v and %v compare as %d, want %d", a, b, got, want)
	}
	if got := stampOf("todo/"+stamp(a)+"/k", "todo/"); !got.Equal(within(a)) {
		t.Errorf("got %v back, want %v", got, within(a))
	}
}
