package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"linli/bot"
)

const (
	gather    = 80 * time.Millisecond  // news that come together are shown together
	listEvery = 400 * time.Millisecond // the list is drawn no oftener
	heartbeat = 20 * time.Second       // keeps proxies from closing a quiet stream
	retry     = 1500                   // milliseconds until the browser comes back
	farBack   = 500                    // lines a browser that was away may catch up; beyond that it opens the page anew
)

// item is one drawn bubble with the fingerprint of what it shows.
type item struct {
	ID   string `json:"id"`
	Rev  string `json:"rev"`
	HTML string `json:"html"`
}

// stream is one open event stream: it re-reads what the person sees whenever there is news and sends what has changed.
type stream struct {
	c     *Channel
	w     http.ResponseWriter
	out   *http.ResponseController
	k     look
	still func() (bool, error) // whether the browser may still listen
	chat  bool                 // a conversation is open beside the list
	upTo  int64                // nanoseconds of the newest line the browser has; 0 before it has any
	revs  map[string]string
	panel string
	list  string
}

// live is the event stream. Events are drawn from what is stored, so news that
// were missed do no harm, and a browser that comes back with Last-Event-ID gets all since then.
func (c *Channel) live(w http.ResponseWriter, r *http.Request, d device) {
	s := &stream{c: c, w: w, out: http.NewResponseController(w), k: look{device: d}, chat: r.PathValue("conv") != "", upTo: since(r), revs: map[string]string{}}
	s.still = func() (bool, error) {
		now, ok, err := c.device(r)
		return ok && now.Person == d.Person, err
	}
	if s.chat {
		k, ok := c.looking(w, r, d)
		if !ok {
			return
		}
		s.k = k
	}
	if !c.ears.enter(d.key) {
		c.tooFast(w, r, 10*time.Second)
		return
	}
	defer c.ears.leave(d.key)
	ctx, stop := context.WithCancel(r.Context())
	defer stop()
	news := c.house.Load().Watch(ctx)
	if err := s.out.SetWriteDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		s.ended(err) // a stream stays open longer than any page; without this the server's own limit would cut it
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no")
	if _, err := fmt.Fprintf(w, "retry: %d\n\n", retry); err != nil {
		return
	}
	if err := s.draw(ctx, true); err != nil {
		s.ended(err)
		return
	}
	s.ended(s.follow(ctx, news))
}

func (s *stream) ended(err error) {
	if err != nil {
		s.c.log.Debug("web: stream ended", "err", err)
	}
}

// since is the newest line the browser has: what it got last, or what the page was drawn with.
func since(r *http.Request) int64 {
	for _, s := range []string{r.Header.Get("Last-Event-ID"), r.FormValue("since")} {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
	}
	return 0
}

// follow sends what changes until the browser goes, the house closes, or something breaks.
func (s *stream) follow(ctx context.Context, news <-chan bot.News) error {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	var soon, later <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.c.quit:
			return nil
		case n, ok := <-news:
			if !ok {
				return nil
			}
			if n.Community != "" && n.Community != s.k.device.Community {
				continue
			}
			if soon == nil && (n.Handle == s.k.room.Handle || n.Community == "") {
				soon = time.After(gather)
			}
			if later == nil {
				later = time.After(listEvery)
			}
		case <-soon:
			soon = nil
			if err := s.draw(ctx, false); err != nil {
				return err
			}
		case <-later:
			later = nil
			if err := s.rooms(ctx); err != nil {
				return err
			}
		case <-beat.C:
			if ok, err := s.still(); err != nil || !ok {
				return err
			}
			if err := s.draw(ctx, true); err != nil { // clocks on the cards move on
				return err
			}
			if err := s.send("beat", 0, struct{}{}); err != nil {
				return err
			}
		}
	}
}

// draw sends the bubbles and the panel as far as they have changed.
func (s *stream) draw(ctx context.Context, list bool) error {
	if s.chat {
		v, err := s.view(ctx)
		if err != nil {
			return err
		}
		if v.missed(s.upTo) {
			return s.send("again", 0, struct{}{})
		}
		s.upTo = max(s.upTo, v.cursor)
		var fresh []line
		for _, l := range v.lines {
			if s.revs[l.ID] != l.Rev {
				s.revs[l.ID] = l.Rev
				fresh = append(fresh, l)
			}
		}
		if err := s.bubbles(fresh, v); err != nil {
			return err
		}
		if err := s.changed("panel", &s.panel, "panel", v.panel); err != nil {
			return err
		}
	}
	if list {
		return s.rooms(ctx)
	}
	return nil
}

// view reads as far back as the browser's newest line: after a burst, or a time away, that is further than a page.
func (s *stream) view(ctx context.Context) (view, error) {
	k, err := s.c.look(ctx, s.k.device, s.k.room)
	if err != nil {
		return view{}, err
	}
	v, err := s.c.view(ctx, k, shown)
	if err == nil && v.missed(s.upTo) {
		return s.c.view(ctx, k, farBack)
	}
	return v, err
}

// missed reports whether there may be lines after this moment that are not in the view.
func (v view) missed(upTo int64) bool { return upTo > 0 && v.more && v.oldest > upTo }

func (s *stream) bubbles(fresh []line, v view) error {
	if len(fresh) == 0 {
		return nil
	}
	items, err := drawLines(fresh)
	if err != nil {
		return err
	}
	return s.send("lines", v.cursor, map[string]any{"items": items, "members": v.members})
}

func (s *stream) rooms(ctx context.Context) error {
	rooms, err := s.c.list(ctx, s.k.device, s.k.room.Conv)
	if err != nil {
		return err
	}
	return s.changed("rooms", &s.list, "rooms", rooms)
}

// changed draws something and sends it if it is not what was sent last.
func (s *stream) changed(event string, last *string, name string, data any) error {
	html, err := draw(name, data)
	if err != nil || html == *last {
		return err
	}
	*last = html
	return s.send(event, 0, map[string]string{"html": html})
}

func (s *stream) send(event string, id int64, data any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("web: stream: %w", err)
	}
	if id > 0 {
		if _, err := fmt.Fprintf(s.w, "id: %d\n", id); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(s.w, "event: %s\ndata: %s\n\n", event, raw); err != nil {
		return err
	}
	return s.out.Flush()
}

func drawLines(lines []line) ([]item, error) {
	items := []item{}
	for _, l := range lines {
		html, err := draw("line", l)
		if err != nil {
			return nil, err
		}
		items = append(items, item{l.ID, l.Rev, html})
	}
	return items, nil
}
