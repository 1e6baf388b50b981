// Package onebot is the channel to OneBot 11 implementations: bridges that
// people run themselves beside a chat program. linli is the application side,
// over WebSocket in either direction: the bridge dials us (reverse) or we dial
// it (forward).
//
// OneBot acknowledges nothing and has no history to ask for. What happens
// while no link is up is never heard; what a link has brought and is not yet
// on disk is lost by kill -9 (an orderly stop writes it down first). A message
// that cannot be written is tried again from memory for a while. What we say
// goes out on a live link of that account only, as text segments, so that
// nothing in a text is ever read as a code. The package never decides, and
// never believes a platform's roles.
package onebot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"linli/bot"
	"linli/community"
)

const channelName = "onebot"

var _ bot.Channel = (*Channel)(nil)

// The two directions of a link.
const (
	Reverse = "reverse" // the bridge dials us
	Forward = "forward" // we dial the bridge
)

// Options is what the channel is built from.
type Options struct {
	Mode       string
	URL        string           // Forward: where the bridge listens, ws:// or wss://
	Token      string           // access token of both sides; "" none
	SelfID     string           // the only account that may link; "" any
	Robots     []string         // user ids of other programs in the groups; they are never answered
	PhotoHosts []string         // where photos may be fetched from: a host, or .domain for all below it; empty: nowhere
	Pace       time.Duration    // least time between two sends of one account, jitter comes on top; 0: 1 s, negative: none
	Clock      func() time.Time // nil: time.Now
	Log        *slog.Logger     // nil: slog.Default
}

// Channel speaks OneBot 11. Photos are kept only when it is attached to a house.
type Channel struct {
	o      Options
	robots map[string]bool
	photos *album
	names  *names
	pace   *pace
	lanes  *lanes
	order  order
	gone   gone
	log    *slog.Logger
	clock  func() time.Time

	mu      sync.Mutex
	running context.Context // while Run is running
	hear    bot.Hear
	links   []*link // live ones, newest last
	away    map[string]time.Time
	started time.Time
	sent    *sent
	open    sync.WaitGroup // links being served
}

// New builds the channel, or says what is wrong with the options.
func New(o Options) (*Channel, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	u, err := url.Parse(o.URL)
	switch {
	case o.Mode != Reverse && o.Mode != Forward:
		return nil, fmt.Errorf("onebot: mode %q is neither %s nor %s", o.Mode, Reverse, Forward)
	case err != nil || o.Mode == Forward && (u.Host == "" || u.Scheme != "ws" && u.Scheme != "wss"):
		return nil, errors.New("onebot: the url is no ws:// or wss:// address")
	case u.User != nil || u.RawQuery != "":
		return nil, errors.New("onebot: the url must not carry the token: addresses end up in logs")
	}
	c := &Channel{o: o, robots: map[string]bool{}, log: cmp.Or(o.Log, slog.Default()), clock: o.Clock,
		photos: newAlbum(o.PhotoHosts), names: newNames(), pace: newPace(o.Pace), lanes: newLanes(), order: order{last: map[string]time.Time{}}, gone: gone{all: map[string]bool{}}, away: map[string]time.Time{}, sent: newSent()}
	c.started = c.clock()
	for _, id := range o.Robots {
		c.robots[id] = true
	}
	return c, nil
}

// Attach gives the channel the house whose blob folder keeps the photos.
func (c *Channel) Attach(house *bot.Bot) { c.photos.save.Store(house) }

// Name implements bot.Channel.
func (c *Channel) Name() string { return channelName }

// maxBytes is well below what the chat programs behind bridges cut.
const maxBytes = 4000

// Caps implements bot.Channel. A link that is down for a moment changes nothing: Send says when to try again.
func (c *Channel) Caps(h community.Handle) community.Caps {
	at, ok := parseHandle(h)
	if !ok {
		return community.Caps{Hear: community.HearNone, Speak: community.SpeakNone}
	}
	return community.Caps{Hear: community.HearAll, Speak: community.SpeakAuto, Mention: at.group, Quote: true, MaxBytes: maxBytes, Name: c.names.title(h.ID)}
}

// Run implements bot.Channel. It returns when ctx has ended and what was brought until then is written down.
func (c *Channel) Run(ctx context.Context, hear bot.Hear) error {
	c.mu.Lock()
	if c.running != nil {
		c.mu.Unlock()
		return errors.New("onebot: already running")
	}
	c.running, c.hear = ctx, hear
	c.mu.Unlock()
	if c.o.Mode == Forward {
		c.dialOn(ctx)
	}
	<-ctx.Done()
	c.mu.Lock()
	c.running = nil // no further link comes in
	c.mu.Unlock()
	c.open.Wait()
	c.lanes.finish()
	return nil
}
