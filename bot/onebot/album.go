package onebot

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"linli/bot"
	"linli/bot/photo"
)

// An album keeps the photos of messages. An address in a message is a
// stranger's word: it is followed only to hosts that the settings name, never
// into a private network, and what comes back must be a picture of limited size.
type album struct {
	hosts  []string
	client *http.Client
	save   atomic.Pointer[bot.Bot]
}

const (
	fetchWithin  = 15 * time.Second
	maxRedirects = 3
)

func newAlbum(hosts []string) *album {
	a := &album{hosts: hosts}
	a.client = &http.Client{
		Timeout:   fetchWithin,
		Transport: &http.Transport{DialContext: a.dial, Proxy: nil, MaxIdleConns: 4, IdleConnTimeout: 30 * time.Second, TLSHandshakeTimeout: 5 * time.Second},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects || !a.allowed(r.URL) {
				return errors.New("onebot: a redirect that is not followed")
			}
			return nil
		},
	}
	return a
}

// keep saves the photo of an image segment. What cannot be kept is a photo without a picture, no more.
func (a *album) keep(ctx context.Context, log *slog.Logger, p segment) (hash string, ok bool) {
	house := a.save.Load()
	if house == nil {
		return "", false
	}
	raw, err := a.bytes(ctx, p)
	if err == nil {
		var bare []byte
		if _, bare, err = photo.Read(bytes.NewReader(raw)); err == nil {
			hash, err = house.SaveBlob(ctx, bytes.NewReader(bare), photo.Max)
		}
	}
	if err != nil && !errors.Is(err, errNotFetched) {
		log.Warn("onebot: a photo was not kept", "err", withoutAddress(err))
	}
	return hash, err == nil
}

// errNotFetched says that the settings do not allow to fetch this photo; that is no fault.
var errNotFetched = errors.New("onebot: photos of this address are not fetched")

// bytes reads a photo that is written into the message, or fetches it. A file:// is never opened.
func (a *album) bytes(ctx context.Context, p segment) ([]byte, error) {
	for _, key := range []string{"file", "url"} {
		if text, ok := strings.CutPrefix(string(p.Data[key]), "base64://"); ok {
			return decodePhoto(text)
		}
	}
	for _, key := range []string{"url", "file"} {
		if u, err := url.Parse(string(p.Data[key])); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
			return a.fetch(ctx, u)
		}
	}
	return nil, errNotFetched
}

func decodePhoto(text string) ([]byte, error) {
	if len(text) > photo.Max/3*4+8 {
		return nil, bot.ErrBlobTooBig
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("onebot: a photo that is not base64")
	}
	return raw, nil
}

func (a *album) fetch(ctx context.Context, u *url.URL) ([]byte, error) {
	if !a.allowed(u) {
		return nil, errNotFetched
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, errNotFetched
	}
	res, err := a.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("onebot: photo: %s", res.Status)
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, photo.Max+1))
	if len(raw) > photo.Max {
		return nil, bot.ErrBlobTooBig
	}
	return raw, err
}

// allowed reports whether the settings name the host of an address.
func (a *album) allowed(u *url.URL) bool {
	if u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return false
	}
	return a.named(u.Hostname())
}

func (a *album) named(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, h := range a.hosts {
		if h = strings.ToLower(h); host == h || strings.HasPrefix(h, ".") && strings.HasSuffix(host, h) {
			return true
		}
	}
	return false
}

// dial connects only to public addresses, whatever a name resolves to. This
// machine itself is reached only where the settings name it by its address.
func (a *album) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	ip, err := netip.ParseAddr(host)
	here := err == nil && ip.IsLoopback() && a.named(host)
	d := net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !here && !public(at.Addr()) {
			return errors.New("onebot: a photo is not fetched from a private network")
		}
		return nil
	}}
	return d.DialContext(ctx, network, addr)
}

// closed are the networks that IsPrivate does not know: shared, translated and reserved ones.
var closed = []netip.Prefix{netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32")}

func public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() {
		return false
	}
	for _, net := range closed {
		if net.Contains(ip) {
			return false
		}
	}
	return true
}

// withoutAddress takes the address out of an error: it is a bearer's secret.
func withoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
