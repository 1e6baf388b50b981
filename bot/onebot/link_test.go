package onebot_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"linli/bot/onebot"
	"linli/bot/onebot/onebottest"
	"linli/community"
)

func TestOnlyTheHolderOfTheTokenMayLink(t *testing.T) {
	l := connect(t, onebottest.Options{}, onebot.Options{SelfID: "10001"})
	for _, x := range []struct {
		name         string
		head         map[string]string
		query        string
		want         int
		withoutHello bool
	}{
		{"no token", map[string]string{"Authorization": ""}, "", 401, false},
		{"another token", map[string]string{"Authorization": "Bearer " + token + "x"}, "", 403, false},
		{"token in the address", map[string]string{"Authorization": ""}, "?access_token=" + token, 401, false},
		{"another account", map[string]string{"X-Self-ID": "10002"}, "", 403, false},
		{"no account", map[string]string{"X-Self-ID": ""}, "", 400, false},
		{"an account that is none", map[string]string{"X-Self-ID": "10001/g/3"}, "", 400, false},
		{"a role that is none", map[string]string{"X-Client-Role": "Boss"}, "", 400, false},
		{"from a page", map[string]string{"Origin": "https://elsewhere.example"}, "", 403, false},
		{"no handshake", nil, "", 426, true},
		{"well", nil, "", 101, false},
		{"well, the old word", map[string]string{"Authorization": "Token " + token}, "", 101, false},
	} {
		req, err := http.NewRequest("GET", "http"+strings.TrimPrefix(l.url, "ws")+x.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		head := map[string]string{"Authorization": "Bearer " + token, "X-Self-ID": "10001", "X-Client-Role": "Universal"}
		if !x.withoutHello {
			for k, v := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="} {
				head[k] = v
			}
		}
		for k, v := range x.head {
			head[k] = v
		}
		for k, v := range head {
			if v != "" {
				req.Header.Set(k, v)
			}
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != x.want {
			t.Errorf("%s: got %d, want %d", x.name, res.StatusCode, x.want)
		}
	}
}

func TestWrongTokenIsNotTriedAgainAndAgain(t *testing.T) {
	var knocks atomic.Int32
	b := onebottest.New(onebottest.Options{Token: "quite another token"})
	t.Cleanup(b.Close)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { knocks.Add(1); b.ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	ch, err := onebot.New(onebot.Options{Mode: onebot.Forward, URL: "ws" + strings.TrimPrefix(srv.URL, "http") + "/", Token: token, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second) // a dial that failed otherwise is tried again within 1 s, then 2 s
	defer cancel()
	if err := ch.Run(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if n := knocks.Load(); n != 1 {
		t.Errorf("got %d knocks, want one", n)
	}
}

func TestMissingHeartbeatsEndTheLink(t *testing.T) {
	l := connect(t, onebottest.Options{Heartbeat: 500 * time.Millisecond}, onebot.Options{}).dial()
	began := time.Now()
	l.b.Until(3*time.Second, func() bool { return time.Since(began) > 2*time.Second })
	if _, ever := l.b.Links(); ever != 1 {
		t.Fatalf("got %d links while hearts beat, want one", ever)
	}
	l.b.Mute(true)
	if !l.b.Until(10*time.Second, func() bool { _, ever := l.b.Links(); return ever > 1 }) {
		t.Error("a link without a heartbeat is kept")
	}
}

func TestOfflineAccountSaysNothing(t *testing.T) {
	l := connect(t, onebottest.Options{Heartbeat: 50 * time.Millisecond}, onebot.Options{}).dial()
	l.b.Offline(true)
	if !l.b.Until(10*time.Second, func() bool {
		err := l.send(community.Outgoing{Key: "k", Text: "在线吗"})
		return err != nil && failure(t, err).Certain && failure(t, err).After > 0
	}) {
		t.Error("an offline account goes on speaking")
	}
	l.b.Offline(false)
	if !l.b.Until(10*time.Second, func() bool { return l.send(community.Outgoing{Key: "k", Text: "又在线了"}) == nil }) {
		t.Error("an account that is back stays silent")
	}
}

// TestNewestLinkOfAnAccountSpeaks: a bridge that comes anew has lost its old link, whether or not we know.
func TestNewestLinkOfAnAccountSpeaks(t *testing.T) {
	l := connect(t, onebottest.Options{}, onebot.Options{}).dial()
	fresh := onebottest.New(onebottest.Options{Token: token})
	t.Cleanup(fresh.Close)
	ws, _, err := fresh.Knock(l.url, "Universal")
	if err != nil {
		t.Fatal(err)
	}
	defer ws.CloseNow()
	if !l.b.Until(10*time.Second, func() bool { up, ever := l.b.Links(); return up == 0 || ever > 1 }) {
		t.Error("the old link is still open")
	}
}

func TestEventAndAPILinksWorkTogether(t *testing.T) {
	l := connect(t, onebottest.Options{}, onebot.Options{})
	l.b.Dial(l.url, "Event", "API")
	linked(t, l.b, l.ch, onebot.PrivateHandle("10001", "1"))
	if !l.b.Until(10*time.Second, func() bool { up, _ := l.b.Links(); return up == 2 }) {
		t.Fatal("two links are wanted")
	}
	l.says(onebottest.Text("听得见"))
	if m := l.hears(1)[0]; m.Text != "听得见" {
		t.Errorf("got %+v", m)
	}
	if err := l.send(community.Outgoing{Key: "k", Text: "说得出"}); err != nil {
		t.Error(err)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []onebot.Options{{}, {Mode: "sideways"}, {Mode: onebot.Forward}, {Mode: onebot.Forward, URL: "http://x/"},
		{Mode: onebot.Forward, URL: "ws://x/?access_token=1"}, {Mode: onebot.Forward, URL: "ws://me:secret@x/"}} {
		if _, err := onebot.New(o); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: got %v, want a refusal without secrets", o, err)
		}
	}
}
