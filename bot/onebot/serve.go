package onebot

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/coder/websocket"
)

// serve reads a link until it ends or ctx does. The newest link of an account
// is its mouth; an older one of the same kind is what the bridge left behind
// when it came anew, and is closed.
func (c *Channel) serve(ctx context.Context, l *link) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	c.join(l)
	defer c.leave(l)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		stop(l.watch(ctx))
	}()
	err := c.read(ctx, l)
	stop(err)
	<-watched
	l.ws.CloseNow()
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return err
}

func (c *Channel) read(ctx context.Context, l *link) error {
	for {
		_, raw, err := l.ws.Read(ctx)
		if err != nil {
			return err
		}
		l.busy.Store(true)
		if !c.frame(ctx, l, raw) {
			return ctx.Err()
		}
		l.busy.Store(false)
	}
}

// frame looks at one frame; false when ctx ended.
func (c *Channel) frame(ctx context.Context, l *link, raw []byte) bool {
	f, err := readFrame(raw)
	switch {
	case err != nil:
		c.log.Warn("onebot: a frame was not understood", "self", l.account(), "err", err)
	case f.answer != nil:
		l.answered(*f.answer)
	case f.event.Post == "meta_event":
		c.meta(l, *f.event)
	default:
		return c.take(ctx, l, *f.event)
	}
	return true
}

// meta is the bridge's word about itself.
func (c *Channel) meta(l *link, e event) {
	c.known(l, e.SelfID.text)
	if e.Meta == "heartbeat" {
		l.beats(e)
	}
}

// known notes whose link it is, once; the first word counts.
func (c *Channel) known(l *link, self string) {
	if l.account() != "" || !accountForm.MatchString(self) {
		return
	}
	if c.o.SelfID != "" && self != c.o.SelfID {
		c.log.Error("onebot: 连上的账号不是设置里的 self_id，不用它", "self", self)
		l.ws.Close(websocket.StatusPolicyViolation, "another account is expected")
		return
	}
	l.self.Store(&self)
	c.settled(l)
}

func (c *Channel) join(l *link) {
	c.mu.Lock()
	c.links = append(c.links, l)
	c.mu.Unlock()
	if l.account() != "" {
		c.settled(l)
	}
}

// settled closes the older links that do what this one does for the same account, and greets it.
func (c *Channel) settled(l *link) {
	self := l.account()
	c.mu.Lock()
	delete(c.away, self)
	var old []*link
	for _, x := range c.links {
		if x != l && x.account() == self && x.calls == l.calls {
			old = append(old, x)
		}
	}
	c.mu.Unlock()
	c.log.Info("onebot: a bridge is linked", "self", self, "calls", l.calls)
	for _, x := range old {
		x.ws.CloseNow()
	}
	if _, met := c.names.get(ownKey(self)); l.calls && !met {
		c.lanes.run(func(ctx context.Context) { c.greet(ctx, l) })
	}
}

func (c *Channel) leave(l *link) {
	close(l.ended)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.links = slices.DeleteFunc(c.links, func(x *link) bool { return x == l })
	self := l.account()
	if l.calls && self != "" && !slices.ContainsFunc(c.links, func(x *link) bool { return x.calls && x.account() == self }) {
		c.away[self] = c.clock()
	}
}

// mouth is the newest live link of an account that takes calls; nil with the moment since when there is none.
func (c *Channel) mouth(self string) (*link, time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range slices.Backward(c.links) {
		if l.calls && l.account() == self {
			return l, time.Time{}
		}
	}
	if since, ok := c.away[self]; ok {
		return nil, since
	}
	return nil, c.started
}

// ours reports whether an account is one of those linked here: what it says is our own word.
func (c *Channel) ours(self string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.links, func(l *link) bool { return l.account() == self })
}
