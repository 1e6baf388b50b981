package bot_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"linli/bot"
	"linli/community"
	"linli/store"
)

func kinds(said []community.Outgoing) map[string]int {
	n := map[string]int{}
	for _, o := range said {
		n[o.Kind]++
	}
	return n
}

// A mouth is a channel that remembers what it was told to say, and fails as it is told.
type mouth struct {
	name string
	mu   sync.Mutex
	said []community.Outgoing
	fail func(n int) error
	n    int

	before func(community.Outgoing) // may wait, or never come back
}

func (m *mouth) Name() string { return "tape" }
func (m *mouth) Caps(community.Handle) community.Caps {
	return community.Caps{Hear: community.HearAll, Speak: community.SpeakAuto, Quote: true, Name: m.name}
}
func (m *mouth) Run(ctx context.Context, _ bot.Hear) error { <-ctx.Done(); return nil }
func (m *mouth) Send(_ context.Context, _ community.Handle, o community.Outgoing) error {
	if m.before != nil {
		m.before(o)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.n++
	if m.fail != nil {
		if err := m.fail(m.n); err != nil {
			return err
		}
	}
	m.said = append(m.said, o)
	return nil
}

const town community.ID = "town"

var (
	square = community.Handle{Channel: "tape", ID: "g1"}
	desk   = community.Handle{Channel: "tape", ID: "staff"}
)

// house runs a bot in a bubble of simulated time, with one group, until the test ends.
func house(t *testing.T, m *mouth, more ...func(*bot.Options)) *bot.Bot {
	t.Helper()
	b, stop := lodge(t, m, more...)
	t.Cleanup(stop)
	return b
}

// lodge is house for a test that stops it itself.
func lodge(t *testing.T, m *mouth, more ...func(*bot.Options)) (b *bot.Bot, stop func()) {
	t.Helper()
	o := bot.Options{Store: open(), Channels: []bot.Channel{m}, Log: slog.New(slog.DiscardHandler), Understand: plainly}
	for _, fn := range more {
		fn(&o)
	}
	furnish(t, o.Store)
	b, err := bot.New(o)
	if err != nil {
		t.Fatal(err)
	}
	for h, g := range map[community.Handle]community.GroupID{square: "g1", desk: "staff"} {
		if err := b.Bind(t.Context(), h, town, g); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	return b, func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// furnish makes the small town that lives in these tests.
func furnish(t *testing.T, st store.Store) {
	t.Helper()
	err := st.Update(t.Context(), town, func(tx store.Tx) {
		store.PutProfile(tx, community.Profile{ID: town, Name: "小镇"})
		store.PutGroup(tx, community.Group{ID: "g1", Name: "3号楼群", Kind: community.BuildingGroup})
		store.PutGroup(tx, community.Group{ID: "staff", Name: "工作群", Kind: community.StaffGroup})
		store.PutPeople(tx, []community.Person{{ID: "s1", Name: "网格员小王", Role: community.Staff}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func say(t *testing.T, b *bot.Bot, id, who, text string) {
	t.Helper()
	m := community.Message{ID: id, Handle: square, Sender: community.PersonID(who), Name: who, Kind: community.Text, Text: text, At: b.Now()}
	if err := b.Hear(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

// daytime moves the bubble's clock, which starts at midnight UTC, into the Chinese day.
func daytime() { time.Sleep(2 * time.Hour) } // inside synctest: no real time passes

func TestComplaintBecomesOneRequestAndOneAck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mouth{}
		b := house(t, m)
		daytime()
		for range 3 {
			say(t, b, "m1", "张阿姨 3-502", "3号楼2单元楼道灯坏了")
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if len(m.said) != 1 || !strings.Contains(m.said[0].Text, "#1") {
			t.Fatalf("got %+v, want one ack of #1", m.said)
		}
		made, err := b.Made(t.Context(), town, square, 5)
		if err != nil || len(made) != 1 || made[0].Request == nil || made[0].Request.Where.Building != "3" || made[0].Why == "" {
			t.Fatalf("got %+v %v, want one message with its request in building 3 and a reason", made, err)
		}
	})
}

func TestUnsureSendIsNeverRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mouth{fail: func(int) error { return errors.New("connection reset") }}
		b := house(t, m)
		daytime()
		say(t, b, "m1", "张阿姨", "3号楼2单元楼道灯坏了")
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if m.n != 1 || b.Stats().Perhaps != 1 {
			t.Fatalf("got %d sends and %d perhaps said, want 1 and 1", m.n, b.Stats().Perhaps)
		}
	})
}

func TestCertainFailureIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mouth{fail: func(n int) error {
			if n < 3 {
				return &bot.Failure{Certain: true, After: time.Minute, Say: "断线", Err: errors.New("down")}
			}
			return nil
		}}
		b := house(t, m)
		daytime()
		say(t, b, "m1", "张阿姨", "3号楼2单元楼道灯坏了")
		time.Sleep(time.Hour)
		synctest.Wait()
		if m.n != 3 || len(m.said) != 1 {
			t.Fatalf("got %d sends, %d said; want 3 and 1", m.n, len(m.said))
		}
	})
}

func TestEmergencySpeaksAtOnceAtAnyHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mouth{}
		b := house(t, m)
		time.Sleep(18 * time.Hour) // two in the morning in China
		say(t, b, "m1", "小孟", "救命，有人困在电梯里了，2单元")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if len(m.said) != 2 || kinds(m.said)["emergency"] != 1 || kinds(m.said)["ring"] != 1 {
			t.Fatalf("got %+v, want the emergency text and a ring within 5 s", m.said)
		}
	})
}

func TestStaffAreRungUntilTheyAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mouth{}
		b := house(t, m)
		rings := func() int { m.mu.Lock(); defer m.mu.Unlock(); return kinds(m.said)["ring"] }
		time.Sleep(18 * time.Hour)
		say(t, b, "m1", "小孟", "救命，有人困在电梯里了，2单元")
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if n := rings(); n != 4 { // at once, after 2, 4 and 9 minutes
			t.Fatalf("got %d rings in ten minutes, want 4", n)
		}
		m1 := community.Message{ID: "s1", Handle: desk, Sender: "s1", Name: "网格员小王", Kind: community.Text, Text: "接", At: b.Now()}
		if err := b.Hear(t.Context(), m1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if n := rings(); n != 4 {
			t.Errorf("got %d rings, want none after the answer", n)
		}
	})
}

func TestStrangersWaitToBeBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mouth{}
		b := house(t, m)
		other := community.Handle{Channel: "tape", ID: "unknown"}
		msg := community.Message{ID: "x1", Handle: other, Sender: "s", Name: "某人", Kind: community.Text, Text: "灯坏了"}
		if err := b.Hear(t.Context(), msg); err != nil {
			t.Fatal(err)
		}
		who, err := b.Unknown(t.Context())
		if err != nil || len(who) != 1 || who[0].Handle != other || who[0].Messages != 1 {
			t.Fatalf("got %+v %v, want the unknown group once", who, err)
		}
		if err := b.Bind(t.Context(), other, town, "g1"); err != nil {
			t.Fatal(err)
		}
		if who, _ := b.Unknown(t.Context()); len(who) != 0 {
			t.Fatalf("got %+v, want nobody waiting", who)
		}
	})
}

func TestEventsMustBeWhole(t *testing.T) {
	b, err := bot.New(bot.Options{Store: store.NewMemory()})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []community.Event{{}, {Key: "k"}, {Key: strings.Repeat("k", 400), Tick: &community.Tick{}},
		{Key: "k", Message: &community.Message{ID: "1", Sender: "s"}}, {Key: "k", Tick: &community.Tick{}, Order: &community.Order{}}} {
		if err := b.Accept(t.Context(), town, e); !errors.Is(err, bot.ErrEvent) {
			t.Errorf("%s: got %v, want ErrEvent", fmt.Sprint(e.Key), err)
		}
	}
}
