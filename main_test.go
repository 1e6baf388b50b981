package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"strings"
	"testing"
	"time"

	"linli/configs"
)

// TestServeAnswersAndStopsClean starts the real program on a free port, as a newcomer would.
func TestServeAnswersAndStopsClean(t *testing.T) {
	dir := t.TempDir()
	for range 2 { // the second time on the papers of the first
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		rd, wr := io.Pipe()
		done := make(chan error, 1)
		go func() {
			done <- run(ctx, []string{"serve", "--data", dir, "--listen", "127.0.0.1:0"}, wr)
			wr.Close()
		}()
		said := bufio.NewScanner(rd)
		if !said.Scan() {
			t.Fatal(said.Err(), <-done)
		}
		addr := regexp.MustCompile(`http://\S+:\d+`).FindString(said.Text())
		if !said.Scan() {
			t.Fatal(said.Err(), <-done)
		}
		staffLogIn(t, said.Text())
		for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ok", "/metrics": "linli_decided_total", "/": "悦枫"} {
			res, err := http.Get(addr + path)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode != 200 || !strings.Contains(string(body), want) {
				t.Errorf("%s: got %d %.200q, want %q in it", path, res.StatusCode, body, want)
			}
		}
		stop()
		if err := <-done; err != nil {
			t.Fatalf("stopping: %v", err)
		}
	}
}

// staffLogIn uses the link that serve prints, as the chair would, and looks for the sample's request.
func staffLogIn(t *testing.T, line string) {
	t.Helper()
	link := regexp.MustCompile(`http://\S+/staff/in/\S+`).FindString(line)
	if link == "" || !strings.Contains(line, "p01") {
		t.Fatalf("got %q, want a login link of the chair", line)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Jar: jar}).Post(link, "application/x-www-form-urlencoded", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), "周敏") || !strings.Contains(string(body), `href="/staff/r/1"`) {
		t.Errorf("the staff's page: got %d %v, want 周敏 and #1", res.StatusCode, err)
	}
}

func TestListeningBeyondThisMachineIsRefused(t *testing.T) {
	err := run(t.Context(), []string{"serve", "--data", t.TempDir(), "--listen", "0.0.0.0:0"}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "TLS") {
		t.Errorf("got %v, want a refusal that names TLS", err)
	}
}

func TestAddressThatIsPrintedCanBeOpened(t *testing.T) {
	for _, x := range []struct {
		addr string
		cfg  configs.Config
		base string
		says string
	}{
		{"127.0.0.1:8080", configs.Config{}, "http://127.0.0.1:8080", "打开 http://127.0.0.1:8080"},
		{"[::]:8080", configs.Config{InsecureLAN: true}, "http://127.0.0.1:8080", "没有加密"},
		{"0.0.0.0:8080", configs.Config{BehindTLS: true}, "https://您的域名", "TLS 代理"},
	} {
		var out strings.Builder
		if base := welcome(&out, x.addr, x.cfg); base != x.base || !strings.Contains(out.String(), x.says) || strings.Contains(out.String(), "http://0.0.0.0") {
			t.Errorf("%s: got %s and %q, want %s and %q", x.addr, base, out.String(), x.base, x.says)
		}
	}
}
