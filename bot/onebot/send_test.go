package onebot_test

import (
	"fmt"
	"testing"
	"time"

	"linli/bot/onebot"
	"linli/bot/onebot/onebottest"
	"linli/community"
)

func TestAnswersOfABridgeAreJudgedHonestly(t *testing.T) {
	l := connect(t, onebottest.Options{}, onebot.Options{}).dial()
	for i, x := range []struct {
		name    string
		fault   onebottest.Fault
		said    bool // no error
		certain bool
		again   bool
	}{
		{"taken for later", onebottest.Fault{Async: true}, true, false, false},
		{"bad request", onebottest.Fault{Retcode: 1400}, false, true, false},
		{"no such action", onebottest.Fault{Retcode: 1404}, false, true, false},
		{"muted", onebottest.Fault{Retcode: 120, Wording: "被禁言"}, false, true, false},
		{"the bridge's own timeout", onebottest.Fault{Retcode: 1200, Wording: "Timeout: sendMsg"}, false, false, false},
		{"answered too late", onebottest.Fault{Late: 4 * time.Second}, false, false, false},
		{"answered twice", onebottest.Fault{Twice: true}, true, false, false},
		{"other answers first", onebottest.Fault{Strange: true}, true, false, false},
		{"rate limit", onebottest.Fault{Retcode: 1429}, false, true, true}, // last: the group is left alone after it
	} {
		l.b.Fail(x.fault)
		err := l.send(community.Outgoing{Key: fmt.Sprint(i), Text: fmt.Sprint("第", i, "句")})
		if x.said {
			if err != nil {
				t.Errorf("%s: got %v, want it said", x.name, err)
			}
			continue
		}
		if f := failure(t, err); f.Certain != x.certain || (f.After > 0) != x.again {
			t.Errorf("%s: got certain %v, again after %v; want %v, %v", x.name, f.Certain, f.After, x.certain, x.again)
		}
	}
	// The other groups go on while this one waits.
	if err := l.ch.Send(t.Context(), onebot.GroupHandle("10001", "3009"), community.Outgoing{Key: "other", Text: "照说"}); err != nil {
		t.Errorf("another group: got %v, want it said", err)
	}
}

func TestWhatGoesOutIsPlain(t *testing.T) {
	l := connect(t, onebottest.Options{}, onebot.Options{}).dial()
	l.says(onebottest.Text("请问"))
	first := l.hears(1)[0]
	for i, x := range []struct {
		out  community.Outgoing
		want onebottest.Shown
	}{
		{community.Outgoing{Text: "好的", ReplyTo: first.ID}, onebottest.Shown{Text: "好的", Reply: first.ID[1:]}},
		{community.Outgoing{Text: "好的", ReplyTo: "w12ab"}, onebottest.Shown{Text: "好的"}}, // another channel's message
		{community.Outgoing{Text: "您看", Mention: first.Sender}, onebottest.Shown{Text: " 您看", Mentions: []string{"40001"}}},
		{community.Outgoing{Text: "您看", Mention: "web-1"}, onebottest.Shown{Text: "您看"}},
		{community.Outgoing{Text: "您看", Mention: "onebot-s:all"}, onebottest.Shown{Text: "您看"}},
		{community.Outgoing{Text: "您看", Mention: "onebot-anon/3003/9"}, onebottest.Shown{Text: "您看"}},
		{community.Outgoing{Text: "请 @ 所有人 看"}, onebottest.Shown{Text: "请 ＠ 所有人 看"}},
	} {
		x.out.Key = fmt.Sprint("plain/", i)
		before := len(l.b.Shown())
		if err := l.send(x.out); err != nil {
			t.Fatal(err)
		}
		s := l.b.Shown()[before]
		if s.Group != group || s.Text != x.want.Text || s.Reply != x.want.Reply || fmt.Sprint(s.Mentions) != fmt.Sprint(x.want.Mentions) {
			t.Errorf("%+v: got %+v, want %+v", x.out, s, x.want)
		}
		if i == 0 { // a quote of our own words is known as such
			l.says(onebottest.Reply(s.ID), onebottest.Text("谢谢"))
			if m := l.hears(2)[1]; m.ReplyTo != "own/plain/0" {
				t.Errorf("got a quote of %q, want our own words", m.ReplyTo)
			}
		}
	}
}

func TestSendsOfOneAccountKeepTheirPace(t *testing.T) {
	const gap = 150 * time.Millisecond
	l := connect(t, onebottest.Options{}, onebot.Options{Pace: gap}).dial()
	began := time.Now()
	for i := range 4 {
		if err := l.send(community.Outgoing{Key: fmt.Sprint(i), Text: "一句"}); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took < 3*gap {
		t.Errorf("four sends took %v, want at least %v", took, 3*gap)
	}
	slow := connect(t, onebottest.Options{}, onebot.Options{Pace: time.Minute}).dial() // its first word is out
	if f := failure(t, slow.send(community.Outgoing{Key: "late", Text: "排队"})); !f.Certain || f.After < time.Second {
		t.Errorf("got %+v, want it back in the outbox until its turn", f)
	}
	if err := slow.send(community.Outgoing{Key: "sos", Text: "着火了", Urgent: true}); err != nil {
		t.Errorf("an emergency: got %v, want it said at once", err)
	}
}

func TestOutageIsWaitedOut(t *testing.T) {
	now := time.Now()
	var ahead time.Duration
	l := connect(t, onebottest.Options{}, onebot.Options{Clock: func() time.Time { return now.Add(ahead) }})
	var last time.Duration
	for _, ahead = range []time.Duration{0, 10 * time.Second, time.Minute, time.Hour} {
		f := failure(t, l.send(community.Outgoing{Key: "k", Text: "有人吗"}))
		if !f.Certain || f.After < last || f.After < 3*time.Second || f.After > 5*time.Minute {
			t.Errorf("away for %v: got %+v, want ever longer waits", ahead, f)
		}
		last = f.After
	}
}
