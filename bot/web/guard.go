package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"linli/bot/photo"
)

// maxForm is the largest form without photos that a browser may send.
const maxForm = 128 << 10

// policy lets a page load only what we serve ourselves, and no inline script or style.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded puts what every answer needs around the pages: headers, a limit on bodies, and no word from another site.
func guarded(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "这个请求来自别的网站，没有执行。", http.StatusForbidden)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cache-Control", "no-store")
		limit := int64(maxForm)
		if isUpload(r) && strings.HasSuffix(r.URL.Path, "/say") {
			limit = photo.Max + maxForm
		}
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, limit)
		}
		cross.Handler(next).ServeHTTP(w, r)
	})
}

// meter is a token bucket for each key; a key that is full again is forgotten.
type meter struct {
	mu    sync.Mutex
	now   func() time.Time
	burst int
	every time.Duration
	full  map[string]time.Time // when the bucket of this key will be full again
}

func newMeter(now func() time.Time, burst int, every time.Duration) *meter {
	return &meter{now: now, burst: burst, every: every, full: map[string]time.Time{}}
}

// take reports whether one more is allowed, and if not, how long to wait.
func (m *meter) take(key string) (wait time.Duration, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if len(m.full) > 10_000 {
		for k, t := range m.full {
			if t.Before(now) {
				delete(m.full, k)
			}
		}
	}
	at := m.full[key]
	if at.Before(now) {
		at = now
	}
	at = at.Add(m.every)
	if over := at.Sub(now) - time.Duration(m.burst)*m.every; over > 0 {
		return over, false
	}
	m.full[key] = at
	return 0, true
}

// crowd counts open event streams, by key and in all.
type crowd struct {
	mu        sync.Mutex
	each, max int
	all       int
	by        map[string]int
}

func newCrowd(each, max int) *crowd { return &crowd{each: each, max: max, by: map[string]int{}} }

func (c *crowd) enter(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all >= c.max || c.by[key] >= c.each {
		return false
	}
	c.all++
	c.by[key]++
	return true
}

func (c *crowd) leave(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.by[key]--; c.by[key] == 0 {
		delete(c.by, key)
	}
}

// address is where a request comes from, as far as limits count it. Behind a
// proxy everybody has the proxy's address, so there the proxy's own word counts:
// the last of X-Forwarded-For, since whatever stands before it a visitor may
// have written. known is false when the proxy does not say.
func address(r *http.Request, behindProxy bool) (from string, known bool) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if behindProxy {
		all := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		host = strings.TrimSpace(all[len(all)-1])
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return "", false
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() { // one household has a whole /64
		net, err := ip.Prefix(64)
		return net.String(), err == nil
	}
	return ip.String(), true
}
