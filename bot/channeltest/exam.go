package channeltest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/bot"
	"linli/community"
	"linli/store"
)

const (
	town  community.ID      = "exam"
	hall  community.GroupID = "g1"
	long                    = 20 * time.Second // by when something must have happened
	zhang                   = "张阿姨 3-502"
	li                      = "老李 5-201"
)

// An exam is one running house whose only channel is the one examined.
type exam struct {
	Platform
	features Features
	house    *bot.Bot
	ear      *ear
	stop     context.CancelFunc
	done     chan error
	n        int
}

// sit starts the house and waits until people can talk.
func sit(t *testing.T, o Options) *exam {
	t.Helper()
	x := &exam{Platform: o.Open(t), features: o.Features, done: make(chan error, 1)}
	x.ear = &ear{Channel: x.Channel, changed: make(chan struct{})}
	st := store.NewMemory()
	err := st.Update(t.Context(), town, func(tx store.Tx) {
		store.PutProfile(tx, community.Profile{ID: town, Name: "考场社区", Type: "old", Sample: true, Estates: []community.Estate{{Name: "考场苑", Buildings: "1-9"}}})
		store.PutGroup(tx, community.Group{ID: hall, Name: "考场大群", Kind: community.EstateGroup})
	})
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	x.house, err = bot.New(bot.Options{Store: st, Channels: []bot.Channel{x.ear}, Blobs: t.TempDir(), Log: quiet})
	if err == nil {
		err = x.house.Bind(t.Context(), x.Group, town, hall)
	}
	if err != nil {
		t.Fatal(err)
	}
	if x.Attach != nil {
		x.Attach(x.house)
	}
	var ctx context.Context
	ctx, x.stop = context.WithCancel(context.Background())
	go func() { x.done <- x.house.Run(ctx) }()
	t.Cleanup(func() { x.end(t) })
	x.Ready(t)
	return x
}

// end stops the house, once.
func (x *exam) end(t *testing.T) {
	x.stop()
	if x.done == nil {
		return
	}
	select {
	case err := <-x.done:
		if err != nil {
			t.Errorf("the house ended with %v", err)
		}
	case <-time.After(long):
		t.Error("the house does not end")
	}
	x.done = nil
}

// An ear is the channel with a hand at its ear: what it brings is noted, and refused where the test wants that.
type ear struct {
	bot.Channel
	mu      sync.Mutex
	heard   []community.Message // what the house has taken
	brought int
	refuse  func(community.Message) error
	changed chan struct{}
}

// Run implements bot.Channel.
func (e *ear) Run(ctx context.Context, hear bot.Hear) error {
	return e.Channel.Run(ctx, func(ctx context.Context, m community.Message) error {
		e.mu.Lock()
		refuse := e.refuse
		e.mu.Unlock()
		var err error
		if refuse != nil {
			err = refuse(m)
		}
		if err == nil {
			err = hear(ctx, m)
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		e.brought++
		if err == nil {
			e.heard = append(e.heard, m)
		}
		close(e.changed)
		e.changed = make(chan struct{})
		return err
	})
}

// all is what was taken so far.
func (e *ear) all() []community.Message {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.heard)
}

func (e *ear) set(refuse func(community.Message) error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.refuse = refuse
}

// hears waits for the first message that fits.
func (x *exam) hears(t *testing.T, what string, fits func(community.Message) bool) community.Message {
	t.Helper()
	late := time.After(long)
	for {
		x.ear.mu.Lock()
		changed := x.ear.changed
		x.ear.mu.Unlock()
		all := x.ear.all()
		if i := slices.IndexFunc(all, fits); i >= 0 {
			return all[i]
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("never heard: %s; heard %d others", what, len(all))
		}
	}
}

func (x *exam) hearsText(t *testing.T, text string) community.Message {
	t.Helper()
	return x.hears(t, text, func(m community.Message) bool { return strings.Contains(m.Text, text) })
}

// key is a new name for something said.
func (x *exam) key() string {
	x.n++
	return fmt.Sprintf("exam-key-%04d", x.n)
}

// says lets somebody say something, and expects it to be taken.
func (x *exam) says(t *testing.T, s Said) Said {
	t.Helper()
	if s.Key == "" {
		s.Key = x.key()
	}
	if s.Person == "" {
		s.Person = zhang
	}
	if !x.Say(t, s) {
		t.Fatalf("%q was not taken", s.Text)
	}
	return s
}

// utter lets the house say something through its outbox, as it always does.
func (x *exam) utter(t *testing.T, o community.Outgoing) {
	t.Helper()
	o.Key, o.Due, o.Because, o.Kind = x.key(), x.house.Now(), "exam", "command" // somebody asked for it: no quiet hours
	if o.Handle.Channel == "" {
		o.Handle, o.Group = x.Group, hall
	}
	err := x.house.Store().Update(t.Context(), town, func(tx store.Tx) { store.Say(tx, o) })
	if err == nil { // a moment that nobody waits for, to wake the mouth
		err = x.house.Accept(t.Context(), town, community.Event{Key: "wake/" + o.Key, Tick: &community.Tick{Job: "exam"}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// until looks again and again, on a ticker, for what has no bell to ring.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(long)
	for !ok() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("never happened: %s", what)
		}
	}
}

// sees waits until the group is shown a line with the text.
func (x *exam) sees(t *testing.T, text string) Shown {
	t.Helper()
	var found Shown
	until(t, fmt.Sprintf("the group is shown %.60q", text), func() bool {
		all := x.Shown(t)
		i := slices.IndexFunc(all, func(s Shown) bool { return strings.Contains(s.Text, text) })
		if i >= 0 {
			found = all[i]
		}
		return i >= 0
	})
	return found
}

// send goes straight to the channel, where the channel's own word on it matters.
func (x *exam) send(t *testing.T, h community.Handle, text string, within time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	return x.Channel.Send(ctx, h, community.Outgoing{Key: x.key(), Group: hall, Handle: h, Text: text, Kind: "notice"})
}

// failure is the honest error a channel must give.
func failure(t *testing.T, err error) *bot.Failure {
	t.Helper()
	var f *bot.Failure
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want a *bot.Failure", err)
	}
	if f.Say == "" {
		t.Errorf("got a failure without a word for staff: %v", err)
	}
	return f
}
