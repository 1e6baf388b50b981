// Package onebottest is a OneBot 11 implementation for tests: a bridge to a
// chat program that is not there. It speaks the standard over real sockets in
// both directions, shows what it was told to send, and fails as it is told.
// An independent OneBot application is tried against it, so that what linli
// is tried against is more than our own reading of the standard.
package onebottest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// Options is how a bridge behaves.
type Options struct {
	Self      string        // the account; "10001" if empty
	Strings   bool          // ids are JSON strings, as WeChat's are; otherwise numbers
	Codes     bool          // messages come as strings with codes, not as segments
	Token     string        // access token
	Heartbeat time.Duration // 0: none, as the standard has it by default
	Nickname  string        // of the account; 小邻 if empty
}

// Bridge is one running bridge. All methods are safe for concurrent use.
type Bridge struct {
	o  Options
	mu sync.Mutex

	links    map[*link]bool
	met      map[string]map[string]any // messages by id, for get_msg
	shown    []Shown
	faults   []Fault
	titles   map[string]string // of groups
	cards    map[string]string // GROUP/USER
	last     int64
	mute     bool // heartbeats stop
	offline  bool
	dialled  int
	asked    []string
	changed  chan struct{} // closed and made anew whenever something happens
	closed   bool
	stopping chan struct{}
	work     sync.WaitGroup
}

// A link is one WebSocket and what goes over it.
type link struct {
	ws            *websocket.Conn
	calls, events bool
}

// Shown is one thing that members of a group, or one person, saw the account say.
type Shown struct {
	ID       string
	Group    string
	User     string // for a private chat
	Text     string
	Mentions []string // "all" is everybody
	Reply    string
	Other    []string // types of other segments
}

// New makes a bridge that is linked to nobody yet.
func New(o Options) *Bridge {
	o.Self, o.Nickname = cmp.Or(o.Self, "10001"), cmp.Or(o.Nickname, "小邻")
	return &Bridge{o: o, links: map[*link]bool{}, met: map[string]map[string]any{}, titles: map[string]string{}, cards: map[string]string{},
		last: 7_000_000_000_000_000, changed: make(chan struct{}), stopping: make(chan struct{})}
}

// Self is the account's id.
func (b *Bridge) Self() string { return b.o.Self }

// id writes an id in the kind this bridge uses.
func (b *Bridge) id(s string) any {
	if b.o.Strings {
		return s
	}
	return json.Number(s)
}

// NextID is a message id nobody has used; longer than 32 bits and than a float holds exactly.
func (b *Bridge) NextID() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last += 3
	if b.o.Strings {
		return "msg_" + strconv.FormatInt(b.last, 36)
	}
	return strconv.FormatInt(b.last+2_000_000_000_000_000, 10)
}

// Title names a group, Card a member of it.
func (b *Bridge) Title(group, name string)      { b.set(func() { b.titles[group] = name }) }
func (b *Bridge) Card(group, user, name string) { b.set(func() { b.cards[group+"/"+user] = name }) }

// Mute stops the heartbeats; Offline makes them say that the account is not online.
func (b *Bridge) Mute(is bool)    { b.set(func() { b.mute = is }) }
func (b *Bridge) Offline(is bool) { b.set(func() { b.offline = is }) }

func (b *Bridge) set(do func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	do()
	close(b.changed)
	b.changed = make(chan struct{})
}

// Shown is what has been shown so far, oldest first.
func (b *Bridge) Shown() []Shown {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Shown(nil), b.shown...)
}

// Asked lists the actions called so far.
func (b *Bridge) Asked() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.asked...)
}

// Links tells how many links are up, and how many there have been.
func (b *Bridge) Links() (up, ever int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.links), b.dialled
}

// Until waits until ok is true, or reports false after a while. It looks whenever something has happened.
func (b *Bridge) Until(within time.Duration, ok func() bool) bool {
	late := time.NewTimer(within)
	defer late.Stop()
	for {
		b.mu.Lock()
		changed := b.changed
		b.mu.Unlock()
		if ok() {
			return true
		}
		select {
		case <-changed:
		case <-time.After(50 * time.Millisecond): // what happens at the other side rings no bell here
		case <-late.C:
			return ok()
		}
	}
}

// Cut breaks every link as a pulled cable does: without a word.
func (b *Bridge) Cut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for l := range b.links {
		l.ws.CloseNow()
	}
}

// Close ends the bridge and waits for it.
func (b *Bridge) Close() {
	b.mu.Lock()
	if !b.closed {
		b.closed = true
		close(b.stopping)
	}
	b.mu.Unlock()
	b.Cut()
	b.work.Wait()
}

// ServeHTTP is the forward direction: applications link to /, /api or /event.
func (b *Bridge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch got := r.Header.Get("Authorization"); {
	case b.o.Token != "" && got == "" && r.URL.Query().Get("access_token") == "":
		w.WriteHeader(http.StatusUnauthorized)
		return
	case b.o.Token != "" && got != "Bearer "+b.o.Token && r.URL.Query().Get("access_token") != b.o.Token:
		w.WriteHeader(http.StatusForbidden)
		return
	}
	l := &link{calls: true, events: true}
	switch r.URL.Path {
	case "/api", "/api/":
		l.events = false
	case "/event", "/event/":
		l.calls = false
	case "/":
	default:
		http.NotFound(w, r)
		return
	}
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	l.ws = ws
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		ws.CloseNow()
		return
	}
	b.work.Add(1)
	b.mu.Unlock()
	defer b.work.Done()
	b.serve(l)
}
