// Package web is the local web chat: groups that live in the browser and look
// like WeChat's on a phone. It is the default channel and the stage where
// linli is shown and rehearsed. Beside the talk it shows what 小邻 made of it.
//
// It keeps device tokens, invitations and read marks on the house's shelf and
// nothing else; what was said is read back from the house. It never decides.
package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"linli/bot"
	"linli/community"
)

var _ bot.Channel = (*Channel)(nil)

// Options is what the web chat is built from.
type Options struct {
	Clock  func() time.Time // nil: time.Now
	Demo   bool             // anybody may take on anybody's role, also in a community that is not invented
	Secure bool             // the browser reaches us by TLS: cookies are marked Secure
	Log    *slog.Logger     // nil: slog.Default
}

// Channel is the web chat. It is a channel of the house it is attached to.
type Channel struct {
	clock  func() time.Time
	demo   bool
	secure bool
	log    *slog.Logger

	house  atomic.Pointer[bot.Bot]
	hear   atomic.Pointer[bot.Hear]
	quit   chan struct{} // closed when Run ends, so that open event streams end too
	once   sync.Once
	joins  *meter     // by address: joining and taking roles
	crowds *meter     // the same, for those whose address a proxy keeps to itself
	words  *meter     // by device: everything a browser sends
	ears   *crowd     // open event streams
	shelfs sync.Mutex // guards read-then-write on the shelf (an invitation's uses)
}

// New builds the web chat. It answers 503 until it is attached and running.
func New(o Options) *Channel {
	c := &Channel{clock: o.Clock, demo: o.Demo, secure: o.Secure, log: cmp.Or(o.Log, slog.Default()), quit: make(chan struct{})}
	if c.clock == nil {
		c.clock = time.Now
	}
	c.joins = newMeter(c.clock, 30, 5*time.Second)
	c.crowds = newMeter(c.clock, 600, 200*time.Millisecond)
	c.words = newMeter(c.clock, 40, 700*time.Millisecond)
	c.ears = newCrowd(8, 2000)
	return c
}

// Attach gives the channel its house. A house is built from its channels, so this comes right after bot.New.
func (c *Channel) Attach(house *bot.Bot) { c.house.Store(house) }

// Name implements bot.Channel.
func (c *Channel) Name() string { return channelName }

// Caps implements bot.Channel: the web chat hears everything and may always speak.
func (c *Channel) Caps(h community.Handle) community.Caps {
	if _, ok := parseHandle(h); !ok {
		return community.Caps{Hear: community.HearNone, Speak: community.SpeakNone}
	}
	return community.Caps{Hear: community.HearAll, Speak: community.SpeakAuto, Mention: true, Quote: true, MaxBytes: community.MaxText}
}

// Run implements bot.Channel. It opens the groups that no other channel has,
// takes in what browsers say until ctx ends, and then lets their streams go.
func (c *Channel) Run(ctx context.Context, hear bot.Hear) error {
	defer c.once.Do(func() { close(c.quit) })
	if c.house.Load() == nil {
		return errors.New("web: not attached to a house")
	}
	if err := c.Adopt(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	c.hear.Store(&hear)
	<-ctx.Done()
	c.hear.Store(nil)
	return nil
}

// Adopt makes the web chat the ear and mouth of every group that has none.
func (c *Channel) Adopt(ctx context.Context) error {
	house := c.house.Load()
	all, err := house.Communities(ctx)
	if err != nil {
		return fmt.Errorf("web: %w", err)
	}
	for _, p := range all {
		groups, err := house.Groups(ctx, p.ID)
		if err != nil {
			return fmt.Errorf("web: %w", err)
		}
		for _, g := range groups {
			h := GroupHandle(p.ID, g.ID)
			if len(g.Handles) > 0 && !has(g, h) {
				continue
			}
			if err := house.Bind(ctx, h, p.ID, g.ID); err != nil {
				return fmt.Errorf("web: bind %s: %w", h.ID, err)
			}
		}
	}
	return nil
}

// Send implements bot.Channel. The house keeps every line it says and tells
// those who watch, so handing over means only that there is such a chat.
func (c *Channel) Send(ctx context.Context, h community.Handle, out community.Outgoing) error {
	if _, ok := parseHandle(h); !ok {
		return &bot.Failure{Certain: true, Say: "网页聊天里没有这个群", Err: errors.New("web: unknown handle")}
	}
	if c.house.Load() == nil {
		return &bot.Failure{Certain: true, After: time.Second, Say: "网页聊天还没准备好", Err: errors.New("web: not attached")}
	}
	return ctx.Err()
}

// Handler serves the pages, to be mounted at "/".
func (c *Channel) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.page(c.home))
	mux.HandleFunc("GET /chat/{conv}", c.page(c.chat))
	mux.HandleFunc("GET /chat/{conv}/live", c.page(c.live))
	mux.HandleFunc("GET /chat/{conv}/earlier", c.page(c.earlier))
	mux.HandleFunc("GET /chat/{conv}/photo/{hash}", c.page(c.photo))
	mux.HandleFunc("GET /live", c.page(c.live))
	mux.HandleFunc("POST /chat/{conv}/say", c.page(c.say))
	mux.HandleFunc("POST /chat/{conv}/recall", c.page(c.recall))
	mux.HandleFunc("POST /chat/{conv}/read", c.page(c.read))
	mux.HandleFunc("GET /who", c.open(c.who))
	mux.HandleFunc("POST /who/take", c.open(c.take))
	mux.HandleFunc("POST /who/join", c.open(c.joinSample))
	mux.HandleFunc("GET /join/{token}", c.open(c.invited))
	mux.HandleFunc("POST /join/{token}", c.open(c.joinInvited))
	mux.HandleFunc("GET /pass/{token}", c.open(c.passed))
	mux.HandleFunc("POST /pass/{token}", c.open(c.usePass))
	mux.HandleFunc("POST /leave", c.page(c.leave))
	mux.HandleFunc("GET /web/{file}", asset)
	mux.HandleFunc("/", c.open(func(w http.ResponseWriter, r *http.Request) {
		c.fail(w, r, http.StatusNotFound, "没有这一页", "链接可能没有复制完整。请回到群聊。")
	}))
	return guarded(mux)
}
