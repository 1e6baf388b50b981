package onebot_test

import (
	"bufio"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"linli/bot/onebot/onebottest"
)

// A peer is koishi, an application that others wrote, in a process of its own.
type peer struct {
	t     *testing.T
	lines chan heard
}

// heard is one line of what it tells.
type heard struct {
	Kind, ID, User, Channel, Nick, Text, Name string
	Direct                                    bool
	Time                                      int64
	Status                                    int
	At, Images, IDs                           []string
	Quote                                     *struct{ ID, Text string }
}

// koishi starts the peer. ./test installs it and says where; without that this test has nothing to run.
func koishi(t *testing.T, args ...string) *peer {
	t.Helper()
	if os.Getenv("LINLI_KOISHI") == "" {
		t.Skip("koishi is not installed here: ./test does that, and sets LINLI_KOISHI to its folder")
	}
	cmd := exec.Command("node", append([]string{"testdata/koishi/peer.cjs"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{t, make(chan heard, 100)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for sc := bufio.NewScanner(out); sc.Scan(); {
			var h heard
			if json.Unmarshal(sc.Bytes(), &h) == nil { // it also logs on its standard output
				p.lines <- h
			}
		}
		close(p.lines)
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-ended
		cmd.Wait()
	})
	p.next("started", func(h heard) bool { return h.Kind == "started" })
	return p
}

// next waits for a line that fits.
func (p *peer) next(what string, fits func(heard) bool) heard {
	p.t.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case h, open := <-p.lines:
			if !open {
				p.t.Fatalf("koishi ended before: %s", what)
			}
			if fits(h) {
				return h
			}
		case <-late:
			p.t.Fatalf("koishi never told: %s", what)
		}
	}
}

func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// TestIndependentApplicationUnderstandsTheFakeBridge: what linli is tried
// against must be what others take for OneBot too.
func TestIndependentApplicationUnderstandsTheFakeBridge(t *testing.T) {
	for name, x := range map[string]struct {
		o       onebottest.Options
		reverse bool
	}{
		"dials us, numbers, segments": {onebottest.Options{Token: token, Heartbeat: time.Second}, false},
		"dials us, strings, codes":    {onebottest.Options{Token: token, Strings: true, Codes: true, Self: "wxid_self"}, false},
		"is dialled, numbers, codes":  {onebottest.Options{Token: token, Codes: true}, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := onebottest.New(x.o)
			var p *peer
			if x.reverse {
				port := freePort(t)
				p = koishi(t, "ws-reverse", port, b.Self(), token)
				t.Cleanup(b.Close)
				b.Dial("ws://127.0.0.1:"+port+"/onebot", "Universal")
			} else {
				p = koishi(t, "ws", "ws"+strings.TrimPrefix(listen(t, b), "http")+"/", b.Self(), token)
			}
			p.next("it is online", func(h heard) bool { return h.Kind == "status" && h.Status == 1 })
			conversation(t, b, p, x.o.Strings)
		})
	}
}

// conversation goes through everything that linli makes use of.
func conversation(t *testing.T, b *onebottest.Bridge, p *peer, strs bool) {
	group, user, id := "3003", "40001", "880001"
	if strs {
		group, user, id = "5502@chatroom", "wxid_zhang", "msg_1"
	}
	// koishi turns ids beyond 32 bits into strings, so these are shorter than those of the examination.
	at := time.Now().Add(-time.Minute).Truncate(time.Second)
	say := func(id string, parts ...onebottest.Part) {
		t.Helper()
		if _, ok := b.Say(onebottest.Said{ID: id, Group: group, User: user, Nickname: "张", Card: "张阿姨 3-502", At: at, Parts: parts}); !ok {
			t.Fatal("no link")
		}
	}
	say(id, onebottest.Text("灯[坏]了 & 修,吗"))
	h := p.next("the first words", func(h heard) bool { return h.Kind == "message" && h.ID == id })
	if h.Text != "灯[坏]了 & 修,吗" || h.User != user || h.Channel != group || h.Nick != "张阿姨 3-502" || h.Direct || h.Time != at.UnixMilli() {
		t.Errorf("koishi understood %+v", h)
	}
	say(id+"1", onebottest.Reply(id), onebottest.At(b.Self()), onebottest.Text(" 你看"), onebottest.Image("http://127.0.0.1:1/a.png?x=1&y=2,3"))
	h = p.next("the second words", func(h heard) bool { return h.Kind == "message" && h.ID == id+"1" })
	if h.Quote == nil || h.Quote.ID != id || !strings.Contains(h.Quote.Text, "坏") || !slices.Equal(h.At, []string{b.Self()}) ||
		!slices.Equal(h.Images, []string{"http://127.0.0.1:1/a.png?x=1&y=2,3"}) {
		t.Errorf("koishi understood %+v %+v", h, h.Quote)
	}
	sent := p.next("its answer", func(h heard) bool { return h.Kind == "sent" })
	shown := b.Shown()
	if len(shown) != 1 || shown[0].Group != group || shown[0].Reply != id+"1" || !slices.Equal(shown[0].Mentions, []string{user}) ||
		shown[0].Text != " 听到了 [CQ:at,qq=all] & 好" || !slices.Contains(sent.IDs, shown[0].ID) {
		t.Errorf("the bridge shows %+v, koishi sent %v", shown, sent.IDs)
	}
	b.Recall(group, user, user, id)
	if h := p.next("the recall", func(h heard) bool { return h.Kind == "recall" }); h.ID != id || h.User != user || h.Channel != group {
		t.Errorf("koishi understood %+v", h)
	}
	b.Say(onebottest.Said{ID: id + "2", User: user, Nickname: "张", Parts: []onebottest.Part{onebottest.Text("悄悄话")}})
	if h := p.next("the private words", func(h heard) bool { return h.ID == id+"2" }); !h.Direct || h.Text != "悄悄话" || h.Channel != "private:"+user {
		t.Errorf("koishi understood %+v", h)
	}
}
