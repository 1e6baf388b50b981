package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"linli/bot"
	"linli/calendar"
	"linli/community"
	"linli/cron"
	"linli/store"
)

// Every job of the clock has a handler, every community gets its ticks at its own hour, and each only once.
func TestTheClockworkReachesEveryCommunityOnce(t *testing.T) {
	st := store.NewMemory()
	towns := map[community.ID]map[string]string{"east": nil, "west": {"digest": "19:00"}}
	for id, times := range towns {
		err := st.Update(t.Context(), id, func(tx store.Tx) { store.PutProfile(tx, community.Profile{ID: id, Name: "镇", Times: times}) })
		if err != nil {
			t.Fatal(err)
		}
	}
	now := time.Date(2026, 5, 11, 8, 31, 0, 0, time.FixedZone("", 8*3600))
	house, err := bot.New(bot.Options{Store: st, Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	table, err := cron.New(cron.Jobs)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		fire(t.Context(), house, table)
	}
	want := map[community.ID]string{
		"east": "tick/prune/2026-05-11T03:10+08:00 tick/digest/2026-05-11T08:30+08:00",
		"west": "tick/prune/2026-05-11T03:10+08:00",
	}
	for id := range towns {
		var keys []string
		err := st.View(t.Context(), id, func(tx store.Tx) {
			for _, key := range tx.Scan("todo/", "todo0") {
				keys = append(keys, string(key))
			}
		})
		if got := strings.Join(keys, " "); err != nil || got != want[id] {
			t.Errorf("%s: got %q %v, want %q", id, got, err, want[id])
		}
	}
	if !calendar.Working(now) {
		t.Error("11 May 2026 is a working day")
	}
}
