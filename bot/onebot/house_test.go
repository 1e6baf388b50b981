package onebot_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/bot"
	"linli/bot/onebot"
	"linli/bot/onebot/onebottest"
	"linli/community"
)

// A line is a channel between a fake bridge and a test's own ear.
type line struct {
	t    *testing.T
	b    *onebottest.Bridge
	ch   *onebot.Channel
	url  string
	mu   sync.Mutex
	all  []community.Message
	fail func(community.Message) error
	stop func()
}

const group = "3003"

// connect links a bridge in the reverse direction to a channel without a house.
func connect(t *testing.T, bo onebottest.Options, o onebot.Options) *line {
	t.Helper()
	bo.Token, o.Token, o.Mode, o.Log = token, token, onebot.Reverse, slog.New(slog.DiscardHandler)
	if o.Pace == 0 {
		o.Pace = -1
	}
	ch, err := onebot.New(o)
	if err != nil {
		t.Fatal(err)
	}
	l := &line{t: t, b: onebottest.New(bo), ch: ch}
	srv := httptest.NewServer(ch)
	l.url = "ws" + strings.TrimPrefix(srv.URL, "http") + "/hook/onebot"
	l.run()
	t.Cleanup(func() { l.b.Close(); l.stop(); srv.Close() })
	return l
}

func (l *line) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.ch.Run(ctx, l.hear) }()
	l.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			l.t.Error(err)
		}
	})
}

// dial lets the bridge come, and waits until it is known.
func (l *line) dial() *line {
	l.t.Helper()
	l.b.Dial(l.url, "Universal")
	linked(l.t, l.b, l.ch, onebot.PrivateHandle(l.b.Self(), "1"))
	return l
}

func (l *line) hear(_ context.Context, m community.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		if err := l.fail(m); err != nil {
			return err
		}
	}
	l.all = append(l.all, m)
	return nil
}

func (l *line) heard() []community.Message {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.all)
}

// hears waits for n messages.
func (l *line) hears(n int) []community.Message {
	l.t.Helper()
	if !l.b.Until(30*time.Second, func() bool { return len(l.heard()) >= n }) {
		l.t.Fatalf("heard %d messages, want %d", len(l.heard()), n)
	}
	return l.heard()
}

// says lets 张阿姨 say something in the group.
func (l *line) says(parts ...onebottest.Part) {
	l.t.Helper()
	if _, ok := l.b.Say(onebottest.Said{Group: group, User: "40001", Nickname: "张", Card: "张阿姨 3-502", Parts: parts}); !ok {
		l.t.Fatal("no link")
	}
}

func (l *line) send(o community.Outgoing) error {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	return l.ch.Send(ctx, onebot.GroupHandle(l.b.Self(), group), o)
}

func failure(t *testing.T, err error) *bot.Failure {
	t.Helper()
	var f *bot.Failure
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want a *bot.Failure", err)
	}
	return f
}

func TestMessagesAreReadWhole(t *testing.T) {
	l := connect(t, onebottest.Options{Nickname: "小帮手"}, onebot.Options{}).dial()
	l.b.Card(group, "40002", "老李 5-201")
	text, at := onebottest.Text, onebottest.At
	part := func(kind string) onebottest.Part {
		return onebottest.Part{Type: kind, Data: map[string]string{"id": "1"}}
	}
	for i, x := range []struct {
		parts []onebottest.Part
		want  community.Message
	}{
		{[]onebottest.Part{at("10001"), text(" 食堂几点开门")}, community.Message{Kind: community.Text, Text: "食堂几点开门", MentionsBot: true}},
		{[]onebottest.Part{text("@小帮手\u2005食堂几点开门")}, community.Message{Kind: community.Text, Text: "食堂几点开门", MentionsBot: true}},
		{[]onebottest.Part{text("问问@小邻 食堂几点开门")}, community.Message{Kind: community.Text, Text: "问问食堂几点开门", MentionsBot: true}},
		{[]onebottest.Part{text("@小帮手2号 在吗")}, community.Message{Kind: community.Text, Text: "@小帮手2号 在吗"}},
		{[]onebottest.Part{at("40002"), text(" 您看看")}, community.Message{Kind: community.Text, Text: "@老李 5-201 您看看", Mentions: []string{"老李 5-201"}}},
		{[]onebottest.Part{at("49999"), text("谁")}, community.Message{Kind: community.Text, Text: "@49999 谁", Mentions: []string{"49999"}}},
		{[]onebottest.Part{at("all"), text("停水")}, community.Message{Kind: community.Text, Text: "@所有人 停水"}},
		{[]onebottest.Part{part("record")}, community.Message{Kind: community.Voice}},
		{[]onebottest.Part{part("record"), text("识别出来的话")}, community.Message{Kind: community.Voice, Text: "识别出来的话"}},
		{[]onebottest.Part{part("video")}, community.Message{Kind: community.Video}},
		{[]onebottest.Part{part("image")}, community.Message{Kind: community.Image}},
		{[]onebottest.Part{part("image"), text("就是这里")}, community.Message{Kind: community.Text, Text: "就是这里"}},
		{[]onebottest.Part{part("face")}, community.Message{Kind: community.Text, Text: "[表情]"}},
		{[]onebottest.Part{part("json")}, community.Message{Kind: community.Text, Text: "[卡片]"}},
		{[]onebottest.Part{at("10001")}, community.Message{Kind: community.Text, MentionsBot: true}},
	} {
		l.says(part("poke")) // with nothing in it: nothing is heard
		l.says(x.parts...)
		m := l.hears(i + 1)[i]
		if m.Kind != x.want.Kind || m.Text != x.want.Text || m.MentionsBot != x.want.MentionsBot || !slices.Equal(m.Mentions, x.want.Mentions) ||
			m.Name != "张阿姨 3-502" || m.Sender != "onebot-40001" || m.Handle != onebot.GroupHandle("10001", group) {
			t.Errorf("%v: got %+v, want %+v", x.parts, m, x.want)
		}
	}
	for _, action := range []string{"get_group_info", "get_group_member_info"} {
		n := 0
		for _, a := range l.b.Asked() {
			if a == action {
				n++
			}
		}
		if n > 2 { // the two others that were mentioned
			t.Errorf("%s was asked %d times: every question holds up the group", action, n)
		}
	}
}

func TestWhoSpeaks(t *testing.T) {
	l := connect(t, onebottest.Options{}, onebot.Options{Robots: []string{"77"}}).dial()
	words := []onebottest.Part{onebottest.Text("群里的话")}
	for _, s := range []onebottest.Said{
		{Group: group, User: "40001", Nickname: "张\u202e\n", Role: "owner", Parts: words},
		{Group: group, User: "80000000", Nickname: "匿名", Sub: "anonymous", More: map[string]any{"anonymous": map[string]any{"id": 9, "name": "热心人", "flag": "f"}}, Parts: words},
		{Group: group, User: "1000000", Sub: "notice", Parts: words},
		{Group: group, User: "77", Card: "管家", Parts: words},
		{Group: group, User: "78", Card: "别家机器人", More: map[string]any{"is_bot": true}, Parts: words},
		{Group: group, User: "10001", Card: "小邻", Parts: words}, // ourselves
		{Group: group, User: "40009", Parts: words},
	} {
		l.b.Say(s)
	}
	all := l.hears(6)
	for i, want := range []community.Message{
		{Sender: "onebot-40001", Name: "张", Kind: community.Text}, {Sender: "onebot-anon/3003/9", Name: "热心人", Kind: community.Text},
		{Sender: "onebot-system", Name: "系统", Kind: community.System}, {Sender: "onebot-77", Name: "管家", Kind: community.Text, FromBot: true},
		{Sender: "onebot-78", Name: "别家机器人", Kind: community.Text, FromBot: true}, {Sender: "onebot-40009", Name: "40009", Kind: community.Text},
	} {
		m := all[i]
		if i == 1 {
			want.Sender = "onebot-anon/3003/9"
		}
		if m.Sender != want.Sender || m.Name != want.Name || m.Kind != want.Kind || m.FromBot != want.FromBot || m.Role != "" {
			t.Errorf("got %+v, want %+v, and no role: a platform's owner is nobody here", m, want)
		}
	}
}

func TestBrokenFramesDoNoHarm(t *testing.T) {
	l := connect(t, onebottest.Options{}, onebot.Options{}).dial()
	for _, raw := range []string{"", "{", "[]", "null", "7", `{"post_type":7}`, `{"post_type":"message"}`, `{"echo":"linli-1"}`, `{"status":"failed","retcode":-1}`,
		`{"post_type":"message","message_type":"group","self_id":1.5,"message_id":1,"group_id":2,"user_id":3,"message":"x"}`,
		`{"post_type":"message","message_type":"group","self_id":10001,"message_id":[1],"group_id":2,"user_id":3,"message":"x"}`,
		`{"post_type":"message","message_type":"group","self_id":10001,"message_id":1,"group_id":2,"user_id":3,"message":{"type":"text","data":"x"}}`,
		`{"post_type":"request","request_type":"group","self_id":10001,"group_id":2,"user_id":3,"flag":"x"}`, "\xff\xfe"} {
		l.b.PushRaw([]byte(raw))
	}
	l.says(onebottest.Text("还在"))
	if m := l.hears(1); len(m) != 1 || m[0].Text != "还在" {
		t.Errorf("got %+v, want only the words", m)
	}
	if _, ever := l.b.Links(); ever != 1 {
		t.Errorf("got %d links, want the first one still", ever)
	}
}

func TestBurstIsHeardWholeAndInOrder(t *testing.T) {
	l := connect(t, onebottest.Options{}, onebot.Options{}).dial()
	const n = 10_000
	for i := range n {
		l.b.Say(onebottest.Said{Group: fmt.Sprint(3000 + i%7), User: "40001", Card: "张", Parts: []onebottest.Part{onebottest.Text(fmt.Sprintf("%05d", i))}})
	}
	last := map[string]string{}
	for _, m := range l.hears(n) {
		if m.Text <= last[m.Handle.ID] {
			t.Fatalf("in %s, %s came after %s", m.Handle.ID, m.Text, last[m.Handle.ID])
		}
		last[m.Handle.ID] = m.Text
	}
}

func TestOneGroupsTroubleIsNotTheOthers(t *testing.T) {
	l := connect(t, onebottest.Options{}, onebot.Options{}).dial()
	l.mu.Lock()
	l.fail = func(m community.Message) error {
		switch {
		case strings.Contains(m.Text, "坏"):
			return errors.New("the disk is full")
		case strings.Contains(m.Text, "不成话"):
			return bot.ErrEvent
		}
		return nil
	}
	l.mu.Unlock()
	l.says(onebottest.Text("不成话"), onebottest.Text("。")) // can never be taken: given up at once
	l.says(onebottest.Text("坏"))
	l.says(onebottest.Text("排在后面"))
	l.b.Say(onebottest.Said{Group: "3004", User: "40001", Card: "张", Parts: []onebottest.Part{onebottest.Text("别的群")}})
	if m := l.hears(1)[0]; m.Text != "别的群" {
		t.Errorf("got %q, want the other group's words first", m.Text)
	}
	l.mu.Lock()
	l.fail = nil
	l.mu.Unlock()
	if all := l.hears(3); all[1].Text != "坏" || all[2].Text != "排在后面" {
		t.Errorf("got %+v, want both, in order", all)
	}
}

func TestWhatWasBroughtIsWrittenDownBeforeTheEnd(t *testing.T) {
	l := connect(t, onebottest.Options{}, onebot.Options{}).dial()
	hold := make(chan struct{})
	var once sync.Once
	reached := make(chan struct{})
	l.mu.Lock()
	l.fail = func(community.Message) error { once.Do(func() { close(reached) }); <-hold; return nil }
	l.mu.Unlock()
	for i := range 50 {
		l.says(onebottest.Text(fmt.Sprint("句", i)))
	}
	<-reached
	l.says(onebottest.At("10001"), onebottest.Text("最后"))
	linked(t, l.b, l.ch, onebot.PrivateHandle("10001", "1")) // an answer behind them: they were all read
	go close(hold)
	l.stop()
	if n := len(l.heard()); n != 51 {
		t.Errorf("got %d messages written down, want 51", n)
	}
}
