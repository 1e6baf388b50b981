package onebot

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"linli/bot"
	"linli/community"
)

// take puts an event into the lane of its conversation; false when ctx ended first.
func (c *Channel) take(ctx context.Context, l *link, e event) bool {
	c.known(l, e.SelfID.text)
	at, ok := c.placeOf(e)
	if !ok || c.ownWord(l, e) {
		return true
	}
	return c.lanes.put(ctx, at.handle().ID, func(quick context.Context) {
		if e.Post == "notice" {
			c.gone.put(at, e.ID)
		} else if c.gone.has(at, e.ID) {
			return
		}
		if m, ok := c.message(quick, at, e); ok {
			m.At = c.order.after(m.Handle.ID, m.At)
			c.tell(quick, m)
		}
	})
}

// placeOf is the conversation an event belongs to; ok is false for events that are no words and no recall.
func (c *Channel) placeOf(e event) (at place, ok bool) {
	self := e.SelfID.text
	if !accountForm.MatchString(self) || c.o.SelfID != "" && self != c.o.SelfID || e.ID.nobody() {
		return place{}, false
	}
	switch {
	case e.Post == "message" && e.Message == "group", e.Post == "notice" && e.Notice == "group_recall":
		at = place{self, true, e.Group}
	case e.Post == "message" && e.Message == "private", e.Post == "notice" && e.Notice == "friend_recall":
		at = place{self, false, e.User}
	}
	return at, !at.id.nobody() && (!e.User.nobody() || e.Sub == "notice")
}

// ownWord reports whether we said it ourselves: some bridges bring our own words back,
// and where two accounts of ours sit in one group, each hears the other.
func (c *Channel) ownWord(l *link, e event) bool {
	return e.Post == "message" && (e.User.text == e.SelfID.text || e.User.text == l.account() || c.ours(e.User.text))
}

// How long a message that cannot be written is kept and tried again. The bridge
// will not bring it twice, so this is all there is.
const (
	hearAgainFor = 10 * time.Minute
	hearWithin   = 20 * time.Second
)

// tell hands a message to the house until it is taken. What can never be taken is given up at once.
func (c *Channel) tell(quick context.Context, m community.Message) {
	c.mu.Lock()
	hear := c.hear
	c.mu.Unlock()
	began := c.clock()
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 30*time.Second) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(quick), hearWithin)
		err := hear(ctx, m)
		cancel()
		switch {
		case err == nil:
			return
		case errors.Is(err, bot.ErrEvent), c.clock().Sub(began) > hearAgainFor, !pause(quick, wait):
			c.log.Error("onebot: a message was lost: it could not be written", "message", m, "err", err)
			return
		}
	}
}

// momentOf is when it was said by the platform's clock, in whole seconds; zero if it does not say.
func momentOf(e event) time.Time {
	if s, err := strconv.ParseInt(string(e.Time), 10, 64); err == nil && s > 0 && s < 1<<36 {
		return time.Unix(s, 0)
	}
	return time.Time{}
}

// Order keeps what was said within one second in the order in which it came: the talk is read by time.
type order struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (o *order) after(lane string, at time.Time) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	if last := o.last[lane]; !at.IsZero() && last.Unix() == at.Unix() && !at.After(last) {
		at = last.Add(time.Millisecond)
	}
	if len(o.last) >= maxNames {
		clear(o.last)
	}
	o.last[lane] = at
	return at
}
