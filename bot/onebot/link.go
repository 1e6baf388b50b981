package onebot

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// A link is one WebSocket to a bridge.
type link struct {
	ws    *websocket.Conn
	calls bool                   // it takes calls; an Event link only brings events
	self  atomic.Pointer[string] // the account; a link we dialled learns it from what it brings
	down  atomic.Bool            // the bridge says that its account is offline
	beat  chan time.Duration     // intervals named by heartbeats
	busy  atomic.Bool            // a frame is being looked at
	ended chan struct{}

	mu      sync.Mutex
	last    int
	waiting map[string]chan answer
}

func newLink(ws *websocket.Conn, calls bool) *link {
	ws.SetReadLimit(maxFrame)
	return &link{ws: ws, calls: calls, beat: make(chan time.Duration, 1), ended: make(chan struct{}), waiting: map[string]chan answer{}}
}

// maxFrame lets a photo of 10 MB through that is written into the message itself.
const maxFrame = 16 << 20

func (l *link) account() string {
	if p := l.self.Load(); p != nil {
		return *p
	}
	return ""
}

// The two ways in which a call can stay without an answer.
var (
	errNotAsked = errors.New("onebot: the call was not written")
	errNoAnswer = errors.New("onebot: the call was written and not answered")
)

// call asks the bridge to do something and waits for its word on it.
func (l *link) call(ctx context.Context, action string, params any) (answer, error) {
	echo, heard := l.expect()
	defer l.forget(echo)
	raw, err := json.Marshal(map[string]any{"action": action, "params": params, "echo": echo})
	if err != nil || ctx.Err() != nil || l.over() {
		return answer{}, errors.Join(errNotAsked, err, ctx.Err())
	}
	if err := l.ws.Write(ctx, websocket.MessageText, raw); err != nil {
		return answer{}, errors.Join(errNoAnswer, err) // a part of it may have gone out, and that part may be all
	}
	select {
	case a := <-heard:
		return a, nil
	case <-ctx.Done():
		return answer{}, errors.Join(errNoAnswer, ctx.Err())
	case <-l.ended:
		return answer{}, errors.Join(errNoAnswer, errors.New("onebot: the link broke"))
	}
}

func (l *link) over() bool {
	select {
	case <-l.ended:
		return true
	default:
		return false
	}
}

func (l *link) expect() (echo string, heard chan answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	echo, heard = "linli-"+strconv.Itoa(l.last), make(chan answer, 1)
	l.waiting[echo] = heard
	return echo, heard
}

func (l *link) forget(echo string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.waiting, echo)
}

// answered hands an answer to the call it belongs to. An answer nobody waits for, late or twice, is dropped.
func (l *link) answered(a answer) {
	l.mu.Lock()
	heard := l.waiting[string(a.Echo)]
	delete(l.waiting, string(a.Echo))
	l.mu.Unlock()
	if heard != nil {
		heard <- a
	}
}

// The watch over a link. Where the bridge sends heartbeats, three missing in a
// row end the link; a link that answers no ping ends too, for a cut cable tells nobody.
const (
	pingEvery   = 30 * time.Second
	pongWithin  = 10 * time.Second
	beatsMissed = 3
	beatAtLeast = 100 * time.Millisecond
	beatAtMost  = 10 * time.Minute
)

func (l *link) watch(ctx context.Context) error {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	var silent <-chan time.Time
	var most time.Duration
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case every := <-l.beat:
			most = beatsMissed * min(max(every, beatAtLeast), beatAtMost)
			silent = time.After(most)
		case <-silent:
			if l.busy.Load() { // heartbeats queue behind a large frame
				silent = time.After(most)
				continue
			}
			return errors.New("onebot: three heartbeats are missing")
		case <-ping.C:
			limited, cancel := context.WithTimeout(ctx, pongWithin)
			err := l.ws.Ping(limited)
			cancel()
			if err != nil {
				return errors.Join(errors.New("onebot: no answer to a ping"), err)
			}
		}
	}
}

// beats notes a heartbeat.
func (l *link) beats(e event) {
	l.down.Store(e.Status.online != nil && !*e.Status.online)
	ms, err := strconv.ParseInt(string(e.Interval), 10, 32)
	if err != nil || ms <= 0 {
		return
	}
	select {
	case l.beat <- time.Duration(ms) * time.Millisecond:
	case <-l.ended:
	}
}
