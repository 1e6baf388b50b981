package cron

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

func table(t *testing.T) *Table {
	t.Helper()
	x, err := New(Jobs)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func keys(t *testing.T, now time.Time, own map[string]string) string {
	t.Helper()
	ticks, err := table(t).Fire(now, own)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range ticks {
		if !e.At.Equal(e.Tick.Due) || !strings.Contains(e.Key, e.Tick.Job) {
			t.Errorf("got %+v, want the tick to carry its scheduled moment", e)
		}
		out = append(out, strings.TrimPrefix(e.Key, "tick/"))
	}
	return strings.Join(out, " ")
}

func TestMomentsComeOnceAndNotTooLate(t *testing.T) {
	evening := map[string]string{"digest": "19:00"}
	for _, x := range []struct {
		name string
		now  string
		own  map[string]string
		want string
	}{
		{"before", "2026-05-11 08:29", nil, "prune/2026-05-11T03:10+08:00"},
		{"on the minute", "2026-05-11 08:30", nil, "digest/2026-05-11T08:30+08:00 prune/2026-05-11T03:10+08:00"},
		{"a restart within the grace", "2026-05-11 11:30", nil, "digest/2026-05-11T08:30+08:00 prune/2026-05-11T03:10+08:00"},
		{"too late", "2026-05-11 11:31", nil, "prune/2026-05-11T03:10+08:00"},
		{"down for days: at most one", "2026-05-14 09:00", nil, "digest/2026-05-14T08:30+08:00 prune/2026-05-14T03:10+08:00"},
		{"a Sunday", "2026-05-10 09:00", nil, "prune/2026-05-10T03:10+08:00"},
		{"a worked Saturday", "2026-05-09 09:00", nil, "digest/2026-05-09T08:30+08:00 prune/2026-05-09T03:10+08:00"},
		{"a worked Sunday", "2026-01-04 09:00", nil, "digest/2026-01-04T08:30+08:00 prune/2026-01-04T03:10+08:00"},
		{"a holiday on a Thursday", "2026-10-01 09:00", nil, "prune/2026-10-01T03:10+08:00"},
		{"a year not announced: plain weekdays", "2031-10-01 09:00", nil, "digest/2031-10-01T08:30+08:00 prune/2031-10-01T03:10+08:00"},
		{"its own hour, not yet", "2026-05-11 09:00", evening, "prune/2026-05-11T03:10+08:00"},
		{"its own hour", "2026-05-11 20:40", evening, "digest/2026-05-11T19:00+08:00 prune/2026-05-11T03:10+08:00"},
		{"its own hour, next morning", "2026-05-12 02:00", evening, ""},
	} {
		if got := keys(t, at(x.now), x.own); got != x.want {
			t.Errorf("%s: got %q, want %q", x.name, got, x.want)
		}
	}
}

func TestTheServersZoneChangesNothing(t *testing.T) {
	now := at("2026-05-11 08:30")
	if got, want := keys(t, now.UTC(), nil), keys(t, now, nil); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestBadSchedulesAreNamed(t *testing.T) {
	if _, err := New([]Job{{Name: "tea", Spec: "never"}}); err == nil || !strings.Contains(err.Error(), "tea") {
		t.Errorf("got %v, want an error that names the job", err)
	}
	ticks, err := table(t).Fire(at("2026-05-11 08:30"), map[string]string{"digest": "half past eight"})
	if err == nil || len(ticks) != 2 {
		t.Errorf("got %d ticks and %v, want both at their usual time and an error", len(ticks), err)
	}
}

func TestTheHeartBeatsAtOnceAndEveryMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		beats := 0
		done := make(chan error, 1)
		go func() { done <- Beat(ctx, func() { beats++; time.Sleep(70 * time.Second) }) }()
		time.Sleep(10*time.Minute + 30*time.Second)
		stop()
		if err := <-done; err != nil || beats < 4 || beats > 7 {
			t.Errorf("got %d beats and %v, want one at once and every second minute, for each takes longer than one", beats, err)
		}
	})
}

func FuzzHour(f *testing.F) {
	f.Add("19:00")
	f.Add("7:60")
	f.Fuzz(func(t *testing.T, s string) {
		x, err := hourly(s)
		if err == nil && x.Next(at("2026-05-11 00:00")).IsZero() {
			t.Errorf("%q: never comes", s)
		}
	})
}
