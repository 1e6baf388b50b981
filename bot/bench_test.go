package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"linli/bot"
	"linli/community"
	"linli/store"
	"linli/store/sqlite"
)

// fullDesk fills a community with live requests, talk and things said, as on a busy day.
func fullDesk(tb testing.TB, st store.Store, live int) {
	tb.Helper()
	now := time.Now()
	for at := 0; at < live+400; at += 100 {
		err := st.Update(tb.Context(), town, func(tx store.Tx) {
			store.PutProfile(tx, community.Profile{ID: town, Name: "小镇"})
			for g := range 20 {
				id := community.GroupID(fmt.Sprintf("g%d", g+1))
				store.PutGroup(tx, community.Group{ID: id, Name: fmt.Sprintf("%d号楼群", g+1), Kind: community.BuildingGroup,
					Handles: []community.Handle{{Channel: "tape", ID: string(id)}}})
			}
			for i := at; i < at+100; i++ {
				g := community.GroupID(fmt.Sprintf("g%d", i%20+1))
				id := fmt.Sprintf("old%d", i)
				when := now.Add(time.Duration(i-live-400) * time.Minute)
				m := community.Message{ID: id, Group: g, Handle: community.Handle{Channel: "tape", ID: string(g)}, Sender: community.PersonID("u" + id),
					Name: "老邻居 3-502", Kind: community.Text, Text: "3号楼2单元楼道的灯又不亮了，晚上走路看不见，麻烦看一下", At: when}
				e := community.Event{Key: community.MessageKey(m.Handle, id), At: when, Message: &m}
				store.Receive(tx, e)
				p := community.Plan{Why: "闲聊"}
				if i < live {
					r := community.Request{ID: community.RequestID(fmt.Sprint(i + 1)), Category: "lighting", Urgency: community.Normal, State: community.Recorded,
						Where: community.Place{Building: fmt.Sprint(i%20 + 1), Unit: "2"}, Summary: "楼道的灯又不亮了", Group: g, Opened: when, Touched: when, Why: "照明",
						Steps: []community.Step{{At: when, To: community.Recorded, Why: "登记"}}}
					for s := range 5 {
						r = r.Support(community.PersonID(fmt.Sprintf("u%d-%d", i, s)))
						r = r.Add(community.Line{Message: fmt.Sprintf("%s-%d", id, s), Group: g, Sender: "u", Part: community.Same, At: when})
					}
					p.Requests = []community.Request{r}
					p.Say = []community.Outgoing{{Key: "ack/" + string(r.ID), Group: g, Handle: m.Handle, Kind: "ack", About: r.ID, Because: id, Text: "收到，已记下", Due: when}}
				}
				store.Apply(tx, e, p)
				if i < live {
					store.Finish(tx, "ack/"+fmt.Sprint(i+1), community.Said{At: when, Fate: community.HandedOver})
				}
			}
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
}

// BenchmarkGoodMorning is the way of one "早上好" through the house, from the door until it is decided, with a backlog before it.
func BenchmarkGoodMorning(b *testing.B) {
	for _, live := range []int{50, 500} {
		for name, open := range map[string]func() (store.Store, error){
			"memory": func() (store.Store, error) { return store.NewMemory(), nil },
			"sqlite": func() (store.Store, error) { return sqlite.Open(filepath.Join(b.TempDir(), "x.db")) },
		} {
			b.Run(fmt.Sprintf("%s/%d", name, live), func(b *testing.B) {
				st, err := open()
				if err != nil {
					b.Fatal(err)
				}
				defer st.Close()
				fullDesk(b, st, live)
				house, err := bot.New(bot.Options{Store: st, Channels: []bot.Channel{&mouth{}}, Log: slog.New(slog.DiscardHandler)})
				if err != nil {
					b.Fatal(err)
				}
				if err := house.Bind(b.Context(), square, town, "g1"); err != nil {
					b.Fatal(err)
				}
				for i := range b.N {
					m := community.Message{ID: fmt.Sprintf("n%d", i), Handle: square, Sender: "u1", Name: "张阿姨 3-502", Kind: community.Text, Text: "早上好"}
					if err := house.Hear(b.Context(), m); err != nil {
						b.Fatal(err)
					}
				}
				b.ResetTimer()
				ctx, stop := context.WithCancel(b.Context())
				done := make(chan error, 1)
				go func() { done <- house.Run(ctx) }()
				tick := time.NewTicker(time.Millisecond)
				defer tick.Stop()
				for house.Stats().Decided < uint64(b.N) {
					<-tick.C
				}
				b.StopTimer()
				stop()
				if err := <-done; err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}
