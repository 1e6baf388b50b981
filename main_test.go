package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
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
		line := make([]byte, 200)
		n, err := rd.Read(line)
		if err != nil {
			t.Fatal(err, <-done)
		}
		addr := regexp.MustCompile(`http://\S+:\d+`).FindString(string(line[:n]))
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
	var out bytes.Buffer
	if err := run(t.Context(), []string{"backup", "--data", dir, filepath.Join(dir, "copy.db")}, &out); err != nil {
		t.Fatal(err)
	}
}

func TestListeningBeyondThisMachineIsRefused(t *testing.T) {
	err := run(t.Context(), []string{"serve", "--data", t.TempDir(), "--listen", "0.0.0.0:0"}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "TLS") {
		t.Errorf("got %v, want a refusal that names TLS", err)
	}
}
