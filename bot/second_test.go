package bot_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"linli/bot"
	"linli/community"
	"linli/understand"
)

// doubting reads as plain does and is unsure of all that plain takes for chat.
type doubting struct{ *understand.Reader }

func (doubting) Read(ctx context.Context, s *community.Scene, m community.Message) community.Reading {
	return plain{}.Read(ctx, s, m)
}

// A sage takes its time over every question and then takes it for a matter of lighting.
type sage struct {
	takes  func(ctx context.Context)
	mu     sync.Mutex
	asked  []time.Time
	gaveUp []time.Time
}

func (g *sage) Ask(ctx context.Context, _ understand.Query) (understand.Proposal, error) {
	g.mu.Lock()
	g.asked = append(g.asked, time.Now())
	g.mu.Unlock()
	g.takes(ctx)
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := ctx.Err(); err != nil {
		g.gaveUp = append(g.gaveUp, time.Now())
		return understand.Proposal{}, err
	}
	return understand.Proposal{Intent: community.Asks, Category: "lighting", Urgency: community.Normal}, nil
}

// slow thinks for so long.
func slow(d time.Duration) func(context.Context) {
	return func(ctx context.Context) {
		select {
		case <-time.After(d):
		case <-ctx.Done():
		}
	}
}

func withSage(g *sage) func(*bot.Options) {
	return func(o *bot.Options) {
		o.Asker = g
		o.Understand = func(p community.Profile, groups []community.Group, rows []community.Resource) bot.Reader {
			return doubting{understand.New(p, groups, rows)}
		}
	}
}

// readings are what was made of the last messages, newest first.
func readings(t *testing.T, b *bot.Bot) []bot.Made {
	t.Helper()
	made, err := b.Made(t.Context(), town, square, 9)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestQuietStreetWaitsForASecondOpinion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &sage{takes: slow(7 * time.Second)}
		b := house(t, &mouth{}, withSage(g))
		daytime()
		say(t, b, "m1", "张阿姨", "又那样了")
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if made := readings(t, b); len(made) != 1 || made[0].Request == nil || made[0].Request.Category != "lighting" || len(g.asked) != 1 {
			t.Errorf("got %+v after %d questions, want a request by the second opinion", made, len(g.asked))
		}
	})
}

func TestEmergencyDoesNotWaitForAnOpinion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, m := &sage{takes: slow(time.Hour)}, &mouth{}
		b := house(t, m, withSage(g))
		daytime()
		for i := range 5 {
			say(t, b, "m"+string(rune('1'+i)), "老李", "又那样了")
		}
		time.Sleep(100 * time.Millisecond)
		start := time.Now()
		say(t, b, "m9", "小孟", "救命，有人困在电梯里了")
		var heard time.Duration
		for range 5 * 10 {
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
			m.mu.Lock()
			if heard == 0 && slices.ContainsFunc(m.said, func(o community.Outgoing) bool { return o.Kind == "emergency" && o.Group == "g1" }) {
				heard = time.Since(start)
			}
			m.mu.Unlock()
		}
		if heard == 0 || heard > time.Second {
			t.Errorf("got %v, want the emergency answered within a second, five questions or not", heard)
		}
		// What is asked once the street is quiet again may take its time.
		g.mu.Lock()
		defer g.mu.Unlock()
		stood := slices.IndexFunc(g.asked, func(at time.Time) bool { return !at.Before(start) })
		if stood < 0 {
			stood = len(g.asked)
		}
		if stood != 1 || len(g.asked) > 2 || len(g.gaveUp) == 0 || g.gaveUp[0].Sub(start) > time.Second {
			t.Errorf("got questions at %v, given up at %v; want one before %v, given up at once, and at most one after", g.asked, g.gaveUp, start)
		}
	})
}

func TestTalkLeavesAQuestionItsGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &sage{takes: slow(time.Hour)}
		b := house(t, &mouth{}, withSage(g))
		daytime()
		say(t, b, "m1", "老李", "又那样了")
		start := time.Now()
		time.Sleep(100 * time.Millisecond)
		say(t, b, "m2", "张阿姨", "楼道灯坏了")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if len(g.gaveUp) != 1 || g.gaveUp[0].Sub(start) != 2*time.Second || len(readings(t, b)) != 2 {
			t.Errorf("got given up at %v, want two seconds after %v and both decided", g.gaveUp, start)
		}
	})
}

func TestClosingHouseGivesItsQuestionUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &sage{takes: slow(time.Hour)}
		b, stop := lodge(t, &mouth{}, withSage(g))
		daytime()
		say(t, b, "m1", "张阿姨", "又那样了")
		time.Sleep(time.Second)
		start := time.Now()
		stop()
		if took := time.Since(start); took > time.Second || len(g.gaveUp) != 1 {
			t.Errorf("got %v until it was closed, want at once", took)
		}
		if made := readings(t, b); len(made) != 1 || made[0].Why == "" || made[0].Request != nil {
			t.Errorf("got %+v, want the message decided by the first reading", made)
		}
	})
}

func TestAskerThatPanicsOrHangsChangesNothing(t *testing.T) {
	for name, takes := range map[string]func(context.Context){
		"panics": func(context.Context) { panic("boom") },
		"hangs":  func(context.Context) { time.Sleep(3 * time.Minute) },
	} {
		synctest.Test(t, func(t *testing.T) {
			b := house(t, &mouth{}, withSage(&sage{takes: takes}))
			daytime()
			say(t, b, "m1", "张阿姨", "又那样了")
			time.Sleep(90 * time.Second)
			say(t, b, "m2", "张阿姨", "楼道灯坏了")
			time.Sleep(3 * time.Minute)
			synctest.Wait()
			made := readings(t, b)
			if len(made) != 2 || b.Stats().Aside != 0 || made[0].Request == nil && made[1].Request == nil || strings.Contains(made[0].Why+made[1].Why, "搁置") {
				t.Errorf("%s: got %+v, want both decided", name, made)
			}
		})
	}
}
