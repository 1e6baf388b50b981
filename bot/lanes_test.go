package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"linli/bot"
	"linli/community"
	"linli/store"
	"linli/store/sqlite"
)

// TestAnEmergencyBehindAThousandMessages measures on the real store, on the real clock, with a desk as
// full as it gets: from the moment the words are taken in until the group and the first of staff have heard.
func TestAnEmergencyBehindAThousandMessages(t *testing.T) {
	st, err := sqlite.Open(filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	fullDesk(t, st, 500/slowdown)
	furnish(t, st)
	var mu sync.Mutex
	heard := map[string]time.Duration{}
	var start time.Time
	all := make(chan struct{})
	var b *bot.Bot
	var before uint64
	m := &mouth{before: func(o community.Outgoing) {
		mu.Lock()
		defer mu.Unlock()
		if _, ok := heard[o.Kind]; !ok {
			heard[o.Kind] = time.Since(start)
			before = b.Stats().Decided
			if len(heard) == 2 {
				close(all)
			}
		}
	}}
	if b, err = bot.New(bot.Options{Store: st, Channels: []bot.Channel{m}, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	for h, g := range map[community.Handle]community.GroupID{square: "g1", desk: "staff"} {
		if err := b.Bind(t.Context(), h, town, g); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 1000 / slowdown {
		say(t, b, fmt.Sprintf("chat%d", i), "甲", "早上好，今天天气不错")
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	start = time.Now()
	say(t, b, "sos", "乙", "救命，有人困在电梯里了，3号楼2单元")
	go func() { done <- b.Run(ctx) }()
	select {
	case <-all:
	case <-time.After(time.Minute):
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	t.Logf("group after %v, first ring after %v", heard["emergency"], heard["ring"])
	// What a loaded machine cannot change: how much of what waited was decided first.
	if heard["emergency"] == 0 || heard["ring"] == 0 || before > 100/slowdown {
		t.Errorf("got group %v, ring %v after %d other decisions; want it before what waited", heard["emergency"], heard["ring"], before)
	}
}

func TestAGroupThatWantsToBeLeftAloneIsOnlyCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mouth{}
		b := house(t, m)
		policy(t, b, community.PolicyOff)
		daytime()
		say(t, b, "m1", "甲", "3号楼2单元楼道灯坏了")
		say(t, b, "m2", "乙", "早上好")
		time.Sleep(time.Hour)
		synctest.Wait()
		lines, err := b.Talk(t.Context(), town, square, time.Time{}, 9)
		if err != nil || len(lines) != 0 || len(m.said) != 0 || b.Stats().Heard != 0 {
			t.Errorf("got %+v %v, %d said, %d heard; want nothing kept and nothing said", lines, err, len(m.said), b.Stats().Heard)
		}
		err = b.Store().View(t.Context(), town, func(tx store.Tx) {
			if got := store.Counters(tx, store.Day(b.Now()))["off/g1"]; got != 2 {
				t.Errorf("got %d counted, want 2", got)
			}
			for k, v := range tx.Scan("", "") {
				if strings.Contains(string(v), "楼道灯") {
					t.Errorf("%s keeps the words", k)
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAListeningGroupIsRecordedAndSilentButForEmergencies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mouth{}
		b := house(t, m)
		policy(t, b, community.PolicyListen)
		daytime()
		say(t, b, "m1", "甲", "3号楼2单元楼道灯坏了")
		time.Sleep(time.Hour)
		synctest.Wait()
		made, err := b.Made(t.Context(), town, square, 1)
		if err != nil || len(made) != 1 || made[0].Request == nil || len(m.said) != 0 || !strings.Contains(made[0].Why, "只听不说") {
			t.Fatalf("got %+v %v and %d said, want a request, silence and why", made, err, len(m.said))
		}
		say(t, b, "m2", "乙", "救命，有人困在电梯里了")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if n := kinds(m.said); n["emergency"] != 1 || n["ring"] != 1 {
			t.Errorf("got %+v, want the emergency said", m.said)
		}
	})
}

func policy(t *testing.T, b *bot.Bot, p community.Policy) {
	t.Helper()
	err := b.Store().Update(t.Context(), town, func(tx store.Tx) {
		g, _ := store.Group(tx, "g1")
		g.Policy = p
		store.PutGroup(tx, g)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A house that was down in the evening does not catch up at night, nor all at once in the morning.
func TestWhatIsLateKeepsTheHourAndTheDistance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mouth{}
		var times []time.Time
		m.before = func(o community.Outgoing) { times = append(times, time.Now()) }
		st := store.NewMemory()
		b, err := bot.New(bot.Options{Store: st, Channels: []bot.Channel{m}, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		furnish(t, st)
		if err := b.Bind(t.Context(), square, town, "g1"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(13 * time.Hour) // nine in the evening in China
		err = st.Update(t.Context(), town, func(tx store.Tx) {
			for _, key := range []string{"one", "two"} {
				store.Say(tx, community.Outgoing{Key: key, Group: "g1", Handle: square, Text: key, Kind: "ack", Due: b.Now()})
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Hour)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- b.Run(ctx) }()
		time.Sleep(10 * time.Hour)
		synctest.Wait()
		morning := time.Date(2000, 1, 1, 23, 30, 0, 0, time.UTC) // 07:30 in China
		if len(times) != 2 || times[0].Before(morning) || times[0].After(morning.Add(time.Minute)) || times[1].Sub(times[0]) < 90*time.Second {
			t.Errorf("got %v, want one at half past seven and one at least 90 s later", times)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
