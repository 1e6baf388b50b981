package configs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExampleIsTheDefault(t *testing.T) {
	c, err := Load("linli.yaml")
	if err != nil || c != Default() {
		t.Fatalf("got %+v %v, want %+v", c, err, Default())
	}
}

func TestUnknownKeyIsRefused(t *testing.T) {
	p := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(p, []byte("listne: 127.0.0.1:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(p); err == nil || !strings.Contains(err.Error(), "listne") {
		t.Fatalf("got %v, want an error that names listne", err)
	}
}

func TestListeningBeyondThisMachineNeedsTLS(t *testing.T) {
	for addr, ok := range map[string]bool{"127.0.0.1:8080": true, "localhost:1": true, "[::1]:1": true, "0.0.0.0:8080": false, ":8080": false, "10.0.0.1:80": false, "x": false} {
		c := Default()
		c.Listen = addr
		if err := c.Check(); (err == nil) != ok {
			t.Errorf("%s: got %v, want ok=%v", addr, err, ok)
		}
		c.InsecureLAN = true
		if err := c.Check(); (err == nil) != (addr != "x") {
			t.Errorf("%s, and the network is said to be safe: got %v", addr, err)
		}
		c.BehindTLS = true
		if err := c.Check(); err == nil {
			t.Errorf("%s: with and without TLS at once is taken", addr)
		}
	}
}
