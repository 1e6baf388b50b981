package bot_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"linli/bot"
	"linli/community"
	"linli/store"
)

// A nervous reader understands as the house does, but not the words it fears.
type nervous struct {
	bot.Reader
	fear func(ctx context.Context, text string)
}

func (n nervous) Read(ctx context.Context, s *community.Scene, m community.Message) community.Reading {
	n.fear(ctx, m.Text)
	return n.Reader.Read(ctx, s, m)
}

// fearing gives the house a nervous reader.
func fearing(fear func(ctx context.Context, text string)) func(*bot.Options) {
	return func(o *bot.Options) {
		o.Understand = func(community.Profile, []community.Group, []community.Resource) bot.Reader {
			return nervous{plain{}, fear}
		}
	}
}

// asideAndOn checks that the second message was set aside in staff's sight and the others were decided.
func asideAndOn(t *testing.T, b *bot.Bot) {
	t.Helper()
	made, err := b.Made(t.Context(), town, square, 5)
	if err != nil || len(made) != 3 {
		t.Fatalf("got %+v %v, want three messages", made, err)
	}
	if s := b.Stats(); s.Decided != 2 || s.Aside != 1 {
		t.Errorf("got %d decided and %d aside, want 2 and 1", s.Decided, s.Aside)
	}
	for _, x := range made {
		if strings.Contains(x.Why, "搁置") != (x.Message == "m2") || (x.Request != nil) != (x.Message == "m3") {
			t.Errorf("got %+v, want m2 set aside and m3 a request", x)
		}
	}
	err = b.Store().View(t.Context(), town, func(tx store.Tx) {
		flags, aside := store.Flags(tx, 9), store.SetAside(tx, 9)
		if len(flags) != 1 || flags[0].Kind != "panic" || flags[0].Message != "m2" {
			t.Errorf("got flags %+v, want one about m2", flags)
		}
		if len(aside) != 1 || aside[0].Tries != store.MaxTries || aside[0].Stack == "" {
			t.Errorf("got %+v, want m2 aside after %d tries with its stack", aside, store.MaxTries)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPanicOverOneMessageSetsItAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := house(t, &mouth{}, fearing(func(_ context.Context, text string) {
			if strings.Contains(text, "毒") {
				panic("cannot swallow this")
			}
		}))
		daytime()
		say(t, b, "m1", "甲", "早上好")
		say(t, b, "m2", "乙", "有毒的一句")
		say(t, b, "m3", "丙", "3号楼2单元楼道灯坏了")
		synctest.Wait()
		asideAndOn(t, b)
	})
}

func TestAReaderThatNeverComesBackIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		b, stop := lodge(t, &mouth{}, fearing(func(_ context.Context, text string) {
			if strings.Contains(text, "毒") {
				<-free // heeds no deadline
			}
		}))
		daytime()
		say(t, b, "m1", "甲", "早上好")
		say(t, b, "m2", "乙", "有毒的一句")
		say(t, b, "m3", "丙", "3号楼2单元楼道灯坏了")
		time.Sleep(30 * time.Second)
		synctest.Wait()
		asideAndOn(t, b)
		stop()
		close(free)
	})
}

func TestAPanickingOrHangingChannelIsPerhapsSaid(t *testing.T) {
	for name, before := range map[string]func(free chan struct{}){
		"panic": func(chan struct{}) { panic("mouth full") },
		"hang":  func(free chan struct{}) { <-free },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				free := make(chan struct{})
				m := &mouth{}
				m.before = func(o community.Outgoing) {
					if o.About == "1" {
						before(free)
					}
				}
				b, stop := lodge(t, m)
				daytime()
				say(t, b, "m1", "甲", "3号楼2单元楼道灯坏了")
				time.Sleep(10 * time.Minute)
				say(t, b, "m2", "乙", "3号楼电梯坏了，按了没反应")
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				if s := b.Stats(); s.Perhaps != 1 || s.HandedOver != 1 {
					t.Errorf("got %d perhaps said and %d handed over, want 1 and 1", s.Perhaps, s.HandedOver)
				}
				stop()
				close(free)
			})
		})
	}
}

func TestASlowGroupHoldsUpNeitherOthersNorEmergencies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mouth{}
		m.before = func(o community.Outgoing) {
			if o.Group == "g1" && !o.Urgent {
				time.Sleep(25 * time.Second) // a platform on a bad day
			}
		}
		b := house(t, m)
		second := community.Handle{Channel: "tape", ID: "g2"}
		err := b.Store().Update(t.Context(), town, func(tx store.Tx) {
			store.PutGroup(tx, community.Group{ID: "g2", Name: "5号楼群", Kind: community.BuildingGroup})
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Bind(t.Context(), second, town, "g2"); err != nil {
			t.Fatal(err)
		}
		daytime()
		err = b.Store().Update(t.Context(), town, func(tx store.Tx) {
			store.Say(tx, community.Outgoing{Key: "slow", Group: "g1", Handle: square, Text: "慢", Kind: "ack", Due: b.Now()})
			store.Say(tx, community.Outgoing{Key: "quick", Group: "g2", Handle: second, Text: "快", Kind: "ack", Due: b.Now()})
		})
		if err != nil {
			t.Fatal(err)
		}
		say(t, b, "m1", "甲", "早上好")
		time.Sleep(2 * time.Second)
		say(t, b, "m2", "乙", "救命，有人困在电梯里了")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		m.mu.Lock()
		defer m.mu.Unlock()
		if n := kinds(m.said); n["emergency"] != 1 || n["ring"] != 1 || n["ack"] != 1 || len(m.said) != 3 {
			t.Errorf("got %+v, want the quick ack, the emergency and a ring while the slow one is still on its way", m.said)
		}
	})
}

func TestACleanStopFinishesWhatIsInHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mouth{before: func(community.Outgoing) { time.Sleep(10 * time.Second) }}
		reading := make(chan struct{}, 9)
		b, stop := lodge(t, m, fearing(func(context.Context, string) { reading <- struct{}{}; time.Sleep(3 * time.Second) }))
		daytime()
		say(t, b, "m1", "乙", "救命，有人困在电梯里了")
		<-reading
		time.Sleep(4 * time.Second) // decided, and being said
		say(t, b, "m2", "甲", "3号楼2单元楼道灯坏了")
		<-reading
		stop() // one is being said, the other understood
		if s := b.Stats(); s.Decided != 2 || s.HandedOver != 2 || s.Perhaps != 0 {
			t.Errorf("got %+v, want both decided, text and ring handed over", s)
		}
		err := b.Store().View(t.Context(), town, func(tx store.Tx) {
			if rec, due := store.Head(tx, b.Now()); due {
				t.Errorf("%s is left undecided", rec.Event.Key)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A full disk lets everything be read and nothing be written.
type fullDisk struct {
	store.Store
	full atomic.Bool
}

var errFull = errors.New("no space left on device")

func (f *fullDisk) Update(ctx context.Context, c community.ID, fn func(store.Tx)) error {
	if f.full.Load() {
		return errFull
	}
	return f.Store.Update(ctx, c, fn)
}

func TestAFullDiskAcknowledgesNothingAndHeals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := &fullDisk{Store: store.NewMemory()}
		m := &mouth{before: func(o community.Outgoing) {
			if o.About == "1" {
				st.full.Store(true) // the disk fills up while this is being said
			}
		}}
		b := house(t, m, func(o *bot.Options) { o.Store = st })
		daytime()
		say(t, b, "m1", "甲", "3号楼2单元楼道灯坏了")
		time.Sleep(time.Minute)
		synctest.Wait()
		lost := community.Message{ID: "m2", Handle: square, Sender: "乙", Name: "乙", Kind: community.Text, Text: "3号楼电梯坏了，按了没反应"}
		for range 5 {
			if err := b.Hear(t.Context(), lost); !errors.Is(err, errFull) {
				t.Fatalf("got %v, want the disk's error", err)
			}
		}
		if s := b.Stats(); s.Heard != 1 || s.Aside != 0 {
			t.Errorf("got %d heard and %d aside, want 1 and 0", s.Heard, s.Aside)
		}
		time.Sleep(20 * time.Second)
		st.full.Store(false)
		if err := b.Hear(t.Context(), lost); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if s := b.Stats(); s.Decided != 2 || s.HandedOver != 2 || s.Aside != 0 || s.Perhaps != 0 {
			t.Errorf("got %+v, want both decided and handed over once", s)
		}
	})
}

// What waits to be decided while the disk is full is neither lost nor blamed.
func TestADiskFullWhileDecidingBlamesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := &fullDisk{Store: store.NewMemory()}
		var filling atomic.Bool
		filling.Store(true)
		b := house(t, &mouth{}, func(o *bot.Options) { o.Store = st }, fearing(func(_ context.Context, text string) {
			if filling.Load() {
				st.full.Store(true) // between the look and the write
			}
		}))
		daytime()
		say(t, b, "m1", "甲", "3号楼2单元楼道灯坏了")
		time.Sleep(500 * time.Millisecond) // the house tries again at full seconds, the disk heals between them
		for range 10 {
			time.Sleep(30 * time.Second)
			st.full.Store(false)
		}
		if s := b.Stats(); s.Decided != 0 || s.Aside != 0 {
			t.Errorf("got %+v, want nothing decided and nothing aside", s)
		}
		filling.Store(false)
		st.full.Store(false)
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if s := b.Stats(); s.Decided != 1 || s.Aside != 0 {
			t.Errorf("got %+v, want it decided soon after", s)
		}
	})
}
