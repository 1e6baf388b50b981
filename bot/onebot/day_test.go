package onebot_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"linli/bot"
	"linli/bot/onebot"
	"linli/bot/onebot/onebottest"
	"linli/community"
	"linli/store"
)

// TestComplaintInAGroupIsAcknowledgedThere is a morning in a house whose clock runs fast.
func TestComplaintInAGroupIsAcknowledgedThere(t *testing.T) {
	start, began := time.Date(2026, 5, 11, 2, 0, 0, 0, time.UTC), time.Now() // ten in the morning in China
	clock := func() time.Time { return start.Add(40 * time.Since(began)) }
	st := store.NewMemory()
	if err := st.Update(t.Context(), "lan", func(tx store.Tx) {
		store.PutProfile(tx, community.Profile{ID: "lan", Name: "兰亭社区", Estates: []community.Estate{{Name: "兰亭苑", Buildings: "1-9"}}})
	}); err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	ch, err := onebot.New(onebot.Options{Mode: onebot.Reverse, Token: token, Clock: clock, Log: quiet, Pace: -1})
	if err != nil {
		t.Fatal(err)
	}
	house, err := bot.New(bot.Options{Store: st, Channels: []bot.Channel{ch}, BindNew: "lan", Clock: clock, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- house.Run(ctx) }()
	b := onebottest.New(onebottest.Options{Token: token, Strings: true, Codes: true})
	srv := httptest.NewServer(ch)
	t.Cleanup(func() {
		b.Close()
		stop()
		srv.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	b.Title("5502@chatroom", "兰亭苑3号楼邻里群")
	b.Dial("ws"+strings.TrimPrefix(srv.URL, "http")+"/", "Universal")
	linked(t, b, ch, onebot.PrivateHandle("10001", "s:1"))
	say := func(user, card string, parts ...onebottest.Part) string {
		id, ok := b.Say(onebottest.Said{Group: "5502@chatroom", User: user, Card: card, At: clock(), Parts: parts})
		if !ok {
			t.Fatal("no link")
		}
		return id
	}
	first := say("wxid_tang", "唐阿姨 3-402", onebottest.Text("二单元楼道灯又不亮了，昨晚摸黑上楼"))
	say("wxid_jian", "阿健 3-602", onebottest.Reply(first), onebottest.Text("我们这也是，黑漆漆的"))
	say("wxid_qin", "老秦 8-301", onebottest.Text("早上好，今天降温"))
	var acks []onebottest.Shown
	if !b.Until(30*time.Second, func() bool {
		acks = nil
		for _, s := range b.Shown() {
			if s.Group != "" {
				acks = append(acks, s)
			}
		}
		return len(acks) > 0
	}) {
		t.Fatal("nobody acknowledged it")
	}
	if s := acks[0]; len(acks) != 1 || s.Group != "5502@chatroom" || !strings.Contains(s.Text, "#1") || !strings.Contains(s.Text, "3号楼2单元") || s.Reply != first {
		t.Errorf("got %+v, want one ack of #1 for 3号楼2单元, quoting %s", acks, first)
	}
	var r community.Request
	err = st.View(t.Context(), "lan", func(tx store.Tx) { r, _ = store.Request(tx, "1") })
	if err != nil || len(r.Supporters) != 2 || r.Supporters[0] != "onebot-s:wxid_tang" {
		t.Errorf("got %+v %v, want two supporters", r.Supporters, err)
	}
	groups, err := house.Groups(t.Context(), "lan")
	if err != nil || len(groups) != 1 || groups[0].Name != "兰亭苑3号楼邻里群" || groups[0].Building != "3" {
		t.Errorf("got %+v %v, want the group under its own name", groups, err)
	}

	// The words are taken back, and a recall that overtakes its message keeps the words out.
	b.Recall("5502@chatroom", "wxid_jian", "wxid_jian", "msg_ahead")
	b.Say(onebottest.Said{ID: "msg_ahead", Group: "5502@chatroom", User: "wxid_jian", Card: "阿健 3-602", At: clock(), Parts: []onebottest.Part{onebottest.Text("不该留下的话")}})
	b.Recall("5502@chatroom", "wxid_tang", "wxid_admin", first)
	if !b.Until(20*time.Second, func() bool {
		talk, err := house.Talk(t.Context(), "lan", onebot.GroupHandle("10001", "s:5502@chatroom"), time.Time{}, 10)
		for _, l := range talk {
			if l.Text == "不该留下的话" {
				t.Fatal("words that were taken back before they came are kept")
			}
		}
		return err == nil && len(talk) > 0 && talk[0].Recalled && talk[0].Text == ""
	}) {
		t.Error("the words that were taken back are still there")
	}
	// Somebody heard in a group may write in private, and is no stranger.
	b.Say(onebottest.Said{User: "wxid_tang", Nickname: "唐", At: clock(), Parts: []onebottest.Part{onebottest.Text("悄悄说一句")}})
	private := onebot.PrivateHandle("10001", "s:wxid_tang")
	if !b.Until(20*time.Second, func() bool {
		talk, err := house.Talk(t.Context(), "lan", private, time.Time{}, 10)
		return err == nil && len(talk) == 1 && talk[0].Text == "悄悄说一句"
	}) {
		t.Error("the private words did not find their community")
	}
	if waiting, err := house.Unknown(t.Context()); err != nil || len(waiting) != 0 {
		t.Errorf("got %+v %v, want nobody waiting", waiting, err)
	}
}
