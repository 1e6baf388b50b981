package onebot_test

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/bot"
	"linli/bot/channeltest"
	"linli/bot/onebot"
	"linli/bot/onebot/onebottest"
	"linli/community"
)

// A crowd is the people behind a bridge, as the examination knows them.
type crowd struct {
	b     *onebottest.Bridge
	o     onebottest.Options
	group string
	mu    sync.Mutex
	users map[string]string
	ids   map[string]string // of messages, by the examination's keys
}

func (c *crowd) user(person string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.users[person] == "" {
		id := fmt.Sprintf("%d", 9_007_199_254_740_993+int64(len(c.users))) // a float would not hold it
		if c.o.Strings {
			id = "wxid_" + id
		}
		c.users[person] = id
	}
	return c.users[person]
}

func (c *crowd) id(key string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ids[key] == "" {
		c.ids[key] = c.b.NextID()
	}
	return c.ids[key]
}

func (c *crowd) say(_ *testing.T, s channeltest.Said) bool {
	user, group := c.user(s.Person), c.group
	if s.Private {
		group = ""
	}
	if s.Recall != "" {
		return c.b.Recall(group, user, user, strings.TrimPrefix(s.Recall, "o"))
	}
	if s.Own {
		user = c.b.Self()
		c.b.Say(onebottest.Said{Group: group, User: user, Card: "小邻", Echo: true, Parts: []onebottest.Part{onebottest.Text(s.Text)}})
	}
	var parts []onebottest.Part
	if s.Quote != "" {
		parts = append(parts, onebottest.Reply(strings.TrimPrefix(s.Quote, "o")))
	}
	if s.AtBot {
		parts = append(parts, onebottest.At(c.b.Self()), onebottest.Text(" "))
	}
	if s.AtOther != "" {
		parts = append(parts, onebottest.At(c.user(s.AtOther)), onebottest.Text(" "))
	}
	if s.Text != "" {
		parts = append(parts, onebottest.Text(s.Text))
	}
	if s.Photo != nil {
		parts = append(parts, onebottest.Part{Type: "image", Data: map[string]string{"file": "base64://" + base64.StdEncoding.EncodeToString(s.Photo)}})
	}
	_, ok := c.b.Say(onebottest.Said{ID: c.id(s.Key), Group: group, User: user, Nickname: "昵称", Card: s.Person, At: s.At, Parts: parts})
	return ok
}

func (c *crowd) handle(kind, id string) community.Handle {
	if c.o.Strings {
		id = "s:" + id
	}
	return community.Handle{Channel: "onebot", ID: c.b.Self() + "/" + kind + "/" + id}
}

func (c *crowd) shown(*testing.T) []channeltest.Shown {
	var out []channeltest.Shown
	for _, s := range c.b.Shown() {
		if s.Group == c.group {
			x := channeltest.Shown{Text: s.Text, Mentions: s.Mentions}
			if s.Reply != "" {
				x.Quote = "o" + s.Reply
			}
			out = append(out, x)
		}
	}
	return out
}

func (c *crowd) shownTo(_ *testing.T, person string) []string {
	var out []string
	for _, s := range c.b.Shown() {
		if s.User == c.user(person) {
			out = append(out, s.Text)
		}
	}
	return out
}

var faults = map[channeltest.Fate]onebottest.Fault{
	channeltest.Refused: {Retcode: 100, Wording: "被禁言"}, channeltest.TooFast: {Retcode: 100, Wording: "发送过于频繁"},
	channeltest.Unanswered: {Silent: true}, channeltest.CutOff: {Cut: true}, channeltest.LateAnswer: {Strange: true, Twice: true},
}

const token = "a-token-that-nobody-guesses"

// open builds a channel and the bridge it is linked to.
func open(t *testing.T, mode string, o onebottest.Options) channeltest.Platform {
	t.Helper()
	o.Token = token
	c := &crowd{b: onebottest.New(o), o: o, group: "9223372036854775806", users: map[string]string{}, ids: map[string]string{}}
	if o.Strings {
		c.group = "5502/3@chatroom"
	}
	c.b.Title(c.group, "考场大群")
	opts := onebot.Options{Mode: mode, Token: token, Pace: -1, Robots: []string{c.user("群管家")}, Log: slog.New(slog.DiscardHandler)}
	if mode == onebot.Forward {
		opts.URL = "ws" + strings.TrimPrefix(listen(t, c.b), "http") + "/"
	}
	ch, err := onebot.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	if mode == onebot.Reverse {
		srv := httptest.NewServer(ch)
		t.Cleanup(srv.Close)
		url := "ws" + strings.TrimPrefix(srv.URL, "http") + "/hook/onebot"
		t.Cleanup(c.b.Close)
		return c.platform(ch, func() { c.b.Dial(url, "Universal") })
	}
	return c.platform(ch, func() {})
}

// listen lets a bridge be dialled.
func listen(t *testing.T, b *onebottest.Bridge) string {
	srv := httptest.NewServer(b)
	t.Cleanup(func() { b.Close(); srv.Close() })
	return srv.URL
}

func (c *crowd) platform(ch *onebot.Channel, link func()) channeltest.Platform {
	return channeltest.Platform{
		Channel: ch, Attach: ch.Attach, Group: c.handle("g", c.group),
		Other: []community.Handle{{Channel: "onebot", ID: "10001/x/1"}, {Channel: "onebot", ID: "10001/g/"}, {Channel: "onebot", ID: "1 0/g/5"}, {Channel: "onebot", ID: "10001/g/07"}},
		Say:   c.say, Shown: c.shown, ShownTo: c.shownTo,
		Cut: c.b.Cut, Next: func(f channeltest.Fate) { c.b.Fail(faults[f]) },
		Ready: func(t *testing.T) {
			link()
			linked(t, c.b, ch, c.handle("p", c.user("门房")))
		},
	}
}

// linked waits until the channel and the bridge have found each other and know whose link it is.
func linked(t *testing.T, b *onebottest.Bridge, ch *onebot.Channel, to community.Handle) {
	t.Helper()
	n := 0
	ok := b.Until(20*time.Second, func() bool {
		n++
		return ch.Send(t.Context(), to, community.Outgoing{Key: fmt.Sprint("linked/", n), Text: "通了"}) == nil
	})
	if !ok {
		t.Fatal("the bridge and the channel do not find each other")
	}
}

func TestOneBotSitsTheExamination(t *testing.T) {
	for name, x := range map[string]struct {
		mode string
		o    onebottest.Options
	}{
		"reverse, numbers, segments": {onebot.Reverse, onebottest.Options{Heartbeat: time.Second}},
		"reverse, strings, codes":    {onebot.Reverse, onebottest.Options{Strings: true, Codes: true}},
		"forward, numbers, codes":    {onebot.Forward, onebottest.Options{Codes: true}},
		"forward, strings, segments": {onebot.Forward, onebottest.Options{Strings: true, Self: "wxid_self"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they wait most of the time
			channeltest.Run(t, channeltest.Options{
				Features: channeltest.Features{Again: true, Dates: true, Quotes: true, Mentions: true, Photos: true, Recalls: true,
					Private: true, Robots: true, Echo: true, Wire: true, Limits: true},
				Open: func(t *testing.T) channeltest.Platform { return open(t, x.mode, x.o) },
			})
		})
	}
}

var _ bot.Channel = (*onebot.Channel)(nil)
