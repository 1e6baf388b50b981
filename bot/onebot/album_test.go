package onebot

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"linli/bot"
	"linli/bot/photo"
	"linli/store"
)

func picture(t *testing.T) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := png.Encode(&buf, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestPhotosAreFetchedOnlyWhereAllowed(t *testing.T) {
	raw := picture(t)
	asked := 0
	mux := http.NewServeMux()
	serve := func(path string, do func(http.ResponseWriter)) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { asked++; do(w) })
	}
	serve("/photo", func(w http.ResponseWriter) { w.Write(raw) })
	serve("/page", func(w http.ResponseWriter) { w.Write([]byte("<html><script>")) })
	serve("/huge", func(w http.ResponseWriter) { w.Write(append(raw, make([]byte, photo.Max)...)) })
	serve("/gone", func(w http.ResponseWriter) { w.WriteHeader(http.StatusGone) })
	serve("/away", func(w http.ResponseWriter) { w.Header().Set("Location", "/photo"); w.WriteHeader(http.StatusFound) })
	serve("/inside", func(w http.ResponseWriter) {
		w.Header().Set("Location", "http://192.168.0.1/x")
		w.WriteHeader(http.StatusFound)
	})
	serve("/round", func(w http.ResponseWriter) { w.Header().Set("Location", "/round"); w.WriteHeader(http.StatusFound) })
	srv := httptest.NewServer(mux)
	defer srv.Close()
	here := srv.URL
	there := strings.Replace(here, "127.0.0.1", "localhost", 1) // a name, not an address: it could come to mean anything
	for _, x := range []struct {
		hosts []string
		key   string
		val   string
		want  bool
	}{
		{nil, "url", here + "/photo", false},
		{[]string{"127.0.0.1"}, "url", here + "/photo", true},
		{[]string{"127.0.0.1"}, "file", here + "/photo", true},
		{[]string{"127.0.0.1"}, "url", here + "/away", true},
		{[]string{"127.0.0.1"}, "url", here + "/inside", false},
		{[]string{"127.0.0.1", "192.168.0.1"}, "url", here + "/inside", false},
		{[]string{"127.0.0.1"}, "url", here + "/round", false},
		{[]string{"127.0.0.1"}, "url", here + "/page", false},
		{[]string{"127.0.0.1"}, "url", here + "/huge", false},
		{[]string{"127.0.0.1"}, "url", here + "/gone", false},
		{[]string{"127.0.0.1"}, "url", strings.Replace(here, "http://", "http://me@", 1) + "/photo", false},
		{[]string{"localhost"}, "url", there + "/photo", false},
		{[]string{"10.0.0.7"}, "url", "http://10.0.0.7/photo", false},
		{[]string{"127.0.0.1"}, "url", "file:///etc/hostname", false},
		{[]string{"127.0.0.1"}, "file", "file:///etc/hostname", false},
		{nil, "file", "base64://" + base64.StdEncoding.EncodeToString(raw), true},
		{nil, "url", "base64://" + base64.StdEncoding.EncodeToString(raw), true},
		{nil, "file", "base64://" + base64.StdEncoding.EncodeToString([]byte("no picture")), false},
		{nil, "file", "base64://!!", false},
		{nil, "file", "base64://" + strings.Repeat("A", 15<<20), false},
		{nil, "file", "abc.image", false},
	} {
		a, before := newAlbum(x.hosts), asked
		house, err := bot.New(bot.Options{Store: store.NewMemory(), Blobs: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		a.save.Store(house)
		hash, ok := a.keep(context.Background(), slog.New(slog.DiscardHandler), segment{"image", map[string]word{x.key: word(x.val)}})
		if ok != x.want || ok != (hash != "") {
			t.Errorf("%v %.60s: got %v, want %v", x.hosts, x.val, ok, x.want)
		}
		if len(x.hosts) == 0 && asked != before {
			t.Errorf("%s was asked for though no host is allowed", x.val)
		}
	}
}

func TestPrivateNetworksAreClosed(t *testing.T) {
	for ip, want := range map[string]bool{"1.1.1.1": true, "2606:4700::1111": true, "127.0.0.1": false, "::1": false, "10.1.2.3": false, "192.168.1.1": false,
		"172.16.0.1": false, "169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false, "::": false, "224.0.0.1": false, "255.255.255.255": false,
		"fe80::1": false, "fc00::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false} {
		if got := public(netip.MustParseAddr(ip)); got != want {
			t.Errorf("%s: got %v, want %v", ip, got, want)
		}
	}
}

func TestHostsAreNamedExactly(t *testing.T) {
	a := newAlbum([]string{"cdn.example.com", ".pics.example"})
	for raw, want := range map[string]bool{"https://cdn.example.com/x": true, "https://CDN.example.com./x": true, "https://x.pics.example/": true,
		"https://cdn.example.com.evil.example/": false, "https://evilpics.example/": false, "https://pics.example/": false, "ftp://cdn.example.com/": false,
		"https://cdn.example.com@evil.example/": false} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.allowed(u); got != want {
			t.Errorf("%s: got %v, want %v", raw, got, want)
		}
	}
}
