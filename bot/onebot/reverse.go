package onebot

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/coder/websocket"
)

// maxLinks is how many bridges may be linked at once.
const maxLinks = 64

// takesCalls says which roles of a bridge's link take calls; all of them but API bring events.
var takesCalls = map[string]bool{"API": true, "Event": false, "Universal": true, "": true}

// ServeHTTP is where bridges link to in the reverse direction. A wrong token is
// answered as the standard says: 401 without one, 403 with another.
func (c *Channel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	self, role := r.Header.Get("X-Self-ID"), r.Header.Get("X-Client-Role")
	calls, known := takesCalls[role]
	switch status := c.admits(r); {
	case c.o.Mode != Reverse:
		http.NotFound(w, r)
		return
	case status != http.StatusOK:
		c.log.Warn("onebot: a bridge was turned away: token", "status", status)
		http.Error(w, http.StatusText(status), status)
		return
	case !accountForm.MatchString(self) || !known:
		http.Error(w, "X-Self-ID or X-Client-Role", http.StatusBadRequest)
		return
	case c.o.SelfID != "" && self != c.o.SelfID:
		c.log.Warn("onebot: 来连的账号不是设置里的 self_id，不让它连", "self", self)
		http.Error(w, "another account is expected", http.StatusForbidden)
		return
	}
	ctx, leave, ok := c.enter()
	if !ok {
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	defer leave()
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		c.log.Warn("onebot: no handshake", "err", err)
		return
	}
	l := newLink(ws, calls)
	l.self.Store(&self)
	err = c.serve(ctx, l)
	c.log.Info("onebot: a bridge is gone", "self", self, "err", err)
}

// admits checks the access token in a time that does not tell how much of it was right.
func (c *Channel) admits(r *http.Request) int {
	if c.o.Token == "" {
		return http.StatusOK
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "Token") { // old bridges say Token
		return http.StatusUnauthorized
	}
	got, want := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(c.o.Token))
	if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
		return http.StatusForbidden
	}
	return http.StatusOK
}

// enter counts a link in, while the channel runs and there is room.
func (c *Channel) enter() (ctx context.Context, leave func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running == nil || c.running.Err() != nil || len(c.links) >= maxLinks {
		return nil, nil, false
	}
	c.open.Add(1)
	return c.running, c.open.Done, true
}
