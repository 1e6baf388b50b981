package onebottest

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// reconnect is how soon a bridge dials again; the standard's default of 3 s is too long for tests.
const reconnect = 200 * time.Millisecond

// Dial is the reverse direction: the bridge links to an application under the
// roles (Universal, or API and Event apart) and dials again whenever a link breaks.
func (b *Bridge) Dial(url string, roles ...string) {
	for _, role := range roles {
		b.work.Go(func() {
			for !b.stopped() {
				if ws, _, err := b.Knock(url, role); err == nil {
					b.serve(&link{ws: ws, calls: role != "Event", events: role != "API"})
				}
				b.wait(reconnect)
			}
		})
	}
}

// Knock dials once and gives back what came of it.
func (b *Bridge) Knock(url, role string) (*websocket.Conn, *http.Response, error) {
	head := http.Header{"X-Self-ID": {b.o.Self}, "X-Client-Role": {role}}
	if b.o.Token != "" {
		head.Set("Authorization", "Bearer "+b.o.Token)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return websocket.Dial(ctx, url, &websocket.DialOptions{HTTPHeader: head})
}

func (b *Bridge) stopped() bool {
	select {
	case <-b.stopping:
		return true
	default:
		return false
	}
}

func (b *Bridge) wait(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-b.stopping:
	}
}

// serve greets with a lifecycle event, sends heartbeats, and answers calls until the link breaks.
func (b *Bridge) serve(l *link) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	l.ws.SetReadLimit(16 << 20)
	b.set(func() { b.links[l] = true; b.dialled++ })
	defer b.set(func() { delete(b.links, l) })
	defer l.ws.CloseNow()
	if b.stopped() {
		return
	}
	if l.events {
		b.write(l, b.event("meta_event", map[string]any{"meta_event_type": "lifecycle", "sub_type": "connect"}))
		if b.o.Heartbeat > 0 {
			go b.beat(ctx, l)
		}
	}
	for {
		_, raw, err := l.ws.Read(ctx)
		if err != nil {
			return
		}
		if l.calls {
			b.answer(l, raw)
		}
	}
}

func (b *Bridge) beat(ctx context.Context, l *link) {
	tick := time.NewTicker(b.o.Heartbeat)
	defer tick.Stop()
	for {
		b.mu.Lock()
		mute, offline := b.mute, b.offline
		b.mu.Unlock()
		if !mute {
			b.write(l, b.event("meta_event", map[string]any{"meta_event_type": "heartbeat", "interval": b.o.Heartbeat.Milliseconds(),
				"status": map[string]any{"online": !offline, "good": true}}))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// event puts what all events have around an event.
func (b *Bridge) event(post string, e map[string]any) map[string]any {
	e["post_type"], e["self_id"] = post, b.id(b.o.Self)
	if e["time"] == nil {
		e["time"] = time.Now().Unix()
	}
	return e
}

func (b *Bridge) write(l *link, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // a test's own mistake
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	l.ws.Write(ctx, websocket.MessageText, raw) // a broken link is noticed where it is read
}

// Push sends an event over every link that brings events, and reports whether there was one.
func (b *Bridge) Push(e map[string]any) bool {
	post, _ := e["post_type"].(string)
	return b.push(func(l *link) { b.write(l, b.event(post, e)) })
}

// PushRaw sends a frame as it is.
func (b *Bridge) PushRaw(raw []byte) bool {
	return b.push(func(l *link) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		l.ws.Write(ctx, websocket.MessageText, raw)
	})
}

func (b *Bridge) push(send func(*link)) bool {
	b.mu.Lock()
	var to []*link
	for l := range b.links {
		if l.events {
			to = append(to, l)
		}
	}
	b.mu.Unlock()
	for _, l := range to {
		send(l)
	}
	return len(to) > 0
}
