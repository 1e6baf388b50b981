package onebot

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// How long to wait before dialling again: doubled each time, less by up to a
// half so that many do not come at once; a link that held begins anew.
const (
	dialWithin = 15 * time.Second
	waitFirst  = time.Second
	waitMost   = time.Minute
	heldWell   = 30 * time.Second
	// A wrong token heals by a person only; knocking on would get the account noticed.
	waitWrongToken = time.Hour
)

var errToken = errors.New("onebot: the bridge refuses the token")

// dialOn keeps a link to the bridge until ctx ends.
func (c *Channel) dialOn(ctx context.Context) {
	wait := waitFirst
	for ctx.Err() == nil {
		began := c.clock()
		err := c.dial(ctx)
		if ctx.Err() != nil {
			return
		}
		if c.clock().Sub(began) > heldWell {
			wait = waitFirst
		}
		next := wait/2 + rand.N(wait/2)
		if errors.Is(err, errToken) {
			next = waitWrongToken
			c.log.Error("onebot: 对方不认访问令牌，一小时后再试。请改好令牌并重启 linli", "err", err)
		} else {
			c.log.Warn("onebot: no link, trying again", "in", next, "err", err)
		}
		wait = min(2*wait, waitMost)
		pause(ctx, next)
	}
}

// dial links to the bridge once and serves the link to its end.
func (c *Channel) dial(ctx context.Context) error {
	head := http.Header{}
	if c.o.Token != "" {
		head.Set("Authorization", "Bearer "+c.o.Token)
	}
	limited, cancel := context.WithTimeout(ctx, dialWithin)
	ws, res, err := websocket.Dial(limited, c.o.URL, &websocket.DialOptions{HTTPHeader: head, HTTPClient: plainClient})
	cancel()
	switch {
	case res != nil && (res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusForbidden):
		return errors.Join(errToken, err)
	case err != nil:
		return err
	}
	l := newLink(ws, true)
	c.lanes.run(func(quick context.Context) { c.greet(quick, l) })
	return c.serve(ctx, l)
}

// plainClient follows no redirect: the token is for the address in the settings only.
var plainClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
