package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"linli/bot/onebot/onebottest"
)

const bridgeToken = "only-the-bridge-knows-this"

// serveWith starts the real program with a settings file, and returns its address when it listens.
func serveWith(t *testing.T, settings string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "linli.yaml")
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	rd, wr := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"serve", "--config", file, "--data", t.TempDir(), "--listen", "127.0.0.1:0"}, args...), wr)
		wr.CloseWithError(err)
		done <- err
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	lines := bufio.NewScanner(rd)
	if !lines.Scan() {
		t.Fatal("the program does not start")
	}
	addr := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(lines.Text())
	go io.Copy(io.Discard, rd)
	return addr
}

// TestNeighbourOnABridgeIsHeardAndAnswered lets somebody call for help in a group that nobody has bound.
func TestNeighbourOnABridgeIsHeardAndAnswered(t *testing.T) {
	t.Setenv("LINLI_ONEBOT_TOKEN", bridgeToken)
	for _, mode := range []string{"reverse", "forward"} {
		t.Run(mode, func(t *testing.T) {
			b := onebottest.New(onebottest.Options{Token: bridgeToken, Strings: mode == "forward"})
			front := httptest.NewServer(b)
			defer front.Close()
			defer b.Close()
			const group = "3003"
			b.Title(group, "悦枫苑7号楼邻里群")
			addr := serveWith(t, fmt.Sprintf("onebot: {mode: %s, url: %q}\n", mode, "ws"+strings.TrimPrefix(front.URL, "http")+"/"), "--bind-new", "yuefeng")
			if mode == "reverse" {
				b.Dial("ws://"+addr+"/hook/onebot", "API", "Event")
			}
			said := ""
			if !b.Until(20*time.Second, func() bool {
				up, _ := b.Links()
				if up == 0 || mode == "reverse" && up < 2 {
					return false
				}
				id, ok := b.Say(onebottest.Said{Group: group, User: "40001", Card: "小孟 7-301", Parts: []onebottest.Part{onebottest.Text("救命，有人困在电梯里了，7号楼2单元")}})
				said = id
				return ok
			}) {
				t.Fatal("the bridge and linli do not find each other")
			}
			if !b.Until(30*time.Second, func() bool { return len(b.Shown()) > 0 }) {
				t.Fatal("nobody answered")
			}
			s := b.Shown()[0]
			if s.Group != group || !strings.Contains(s.Text, "#") || s.Reply != said || len(s.Mentions) != 0 {
				t.Errorf("got %+v, want help in %s, quoting %s", s, group, said)
			}
		})
	}
}

func TestUnknownHomeForNewGroupsIsRefused(t *testing.T) {
	err := run(t.Context(), []string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--bind-new", "nowhere"}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "nowhere") || !strings.Contains(err.Error(), "yuefeng") {
		t.Errorf("got %v, want a refusal that names both", err)
	}
}
