package sqlite

import (
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"linli/community"
	"linli/store"
)

// BenchmarkUpdate takes a message in and writes what was decided about it, one
// Update each, in a house of five communities: one after the other, and from 256 hands at once.
// The goal: 256 hands get at least 2.5 times as much done.
func BenchmarkUpdate(b *testing.B) {
	for _, x := range []struct {
		name  string
		hands int
	}{{"alone", 1}, {"256", 256}} {
		b.Run(x.name, func(b *testing.B) {
			st := opened(b, filepath.Join(b.TempDir(), "x.db"))
			defer st.Close()
			work := make(chan int)
			var all sync.WaitGroup
			b.ResetTimer()
			for range x.hands {
				all.Go(func() {
					for n := range work {
						if err := takeIn(b, st, n); err != nil {
							b.Error(err)
						}
					}
				})
			}
			for n := range b.N {
				work <- n
			}
			close(work)
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
		})
	}
}

// takeIn is what one complaint costs: its message into the inbox and the talk,
// a request with its places in lists and counters, and an answer into the outbox.
func takeIn(t testing.TB, st store.Store, n int) error {
	e, p := complaint(n)
	return st.Update(t.Context(), community.ID("c"+strconv.Itoa(n%5)), func(tx store.Tx) {
		store.Receive(tx, e)
		store.Apply(tx, e, p)
	})
}

var monday = time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC)

func complaint(n int) (community.Event, community.Plan) {
	at := monday.Add(time.Duration(n) * time.Second)
	id := fmt.Sprintf("m%08d", n)
	m := community.Message{ID: id, Group: "g3", Handle: community.Handle{Channel: "web", ID: "c/g3"}, Sender: community.PersonID(fmt.Sprintf("u%05d", n%3000)),
		Name: "张阿姨 3-502", Kind: community.Text, Text: "3号楼2单元楼道的灯又不亮了，晚上老人上下楼看不见，能不能来个人修一下", At: at}
	e := community.Event{Key: community.MessageKey(m.Handle, id), At: at, Message: &m}
	r := community.Request{ID: community.RequestID(strconv.Itoa(n + 1)), Category: []string{"lighting", "water", "lift", "noise"}[n%4], Urgency: community.Normal,
		State: community.Recorded, Where: community.Place{Building: strconv.Itoa(1 + n%12), Unit: "2"}, Summary: "楼道灯不亮，晚上看不见", Group: "g3",
		Groups: []community.GroupID{"g3"}, Supporters: []community.PersonID{m.Sender}, Lines: []community.Line{{Message: id, Group: "g3", Sender: m.Sender, At: at}},
		Steps: []community.Step{{At: at, To: community.Recorded, Why: "登记：说了什么坏了", Key: e.Key}}, Opened: at, Touched: at, Due: at.Add(72 * time.Hour), Why: "说了什么坏了"}
	o := community.Outgoing{Key: "ack/" + id, Group: "g3", Handle: m.Handle, Text: "收到，已记下 #" + string(r.ID) + "（楼道灯，3号楼2单元），有进展会在这里说。", ReplyTo: id,
		Because: id, About: r.ID, Kind: "ack", Due: at.Add(time.Minute)}
	return e, community.Plan{Why: "登记为新诉求", Requests: []community.Request{r}, Say: []community.Outgoing{o},
		Heard: []community.Part{{Message: id, Group: "g3", Request: r.ID}}}
}
