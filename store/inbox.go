package store

import (
	"time"

	"linli/community"
)

// Record is the inbox paper of one event: that it came, and what was decided about it.
type Record struct {
	Event community.Event `json:"event"`
	Why   string          `json:"why,omitempty"` // the plan's one line
	Tries int             `json:"tries,omitempty"`
	Done  bool            `json:"done,omitempty"`
	Aside bool            `json:"aside,omitempty"` // given up after MaxTries; staff see it
	Stack string          `json:"stack,omitempty"` // of the panic that set it aside
	Held  []string        `json:"held,omitempty"`  // what we would have said, and why not
	Said  []string        `json:"said,omitempty"`  // keys of what was put into the outbox because of it
}

// MaxTries is how often an event may fail before it is set aside.
const MaxTries = 3

// Receive writes the event into the inbox if its Key is new and reports whether it was.
// A message also enters the talk at once, so that it is seen even before it is decided.
func Receive(tx Tx, e community.Event) bool {
	key := "in/" + esc(e.Key)
	if tx.Get(key) != nil {
		return false
	}
	put(tx, key, Record{Event: e})
	tx.Put(join("todo", stamp(dueOf(e)), esc(e.Key)), []byte(e.Key))
	if e.Message != nil {
		hear(tx, community.Heard{Message: *e.Message})
		needBlobs(tx, *e.Message)
	}
	return true
}

// dueOf is when an event is to be looked at: at once, or at a Wake's moment.
func dueOf(e community.Event) time.Time {
	if e.First {
		return time.Unix(0, 0)
	}
	if e.Tick != nil && e.Tick.Due.After(e.At) {
		return e.Tick.Due
	}
	return e.At
}

// Head is the oldest event still to be decided and due by now.
func Head(tx Tx, now time.Time) (Record, bool) {
	for _, key := range tx.Scan("todo/", "todo/"+stamp(now.Add(time.Nanosecond))) {
		return RecordOf(tx, string(key))
	}
	return Record{}, false
}

// Behind reports whether somebody waits behind the head: more than one event is due by now.
func Behind(tx Tx, now time.Time) bool {
	n := 0
	for range tx.Scan("todo/", "todo/"+stamp(now.Add(time.Nanosecond))) {
		if n++; n > 1 {
			return true
		}
	}
	return false
}

// NextDue is the earliest moment at which something waits to be decided.
func NextDue(tx Tx) (time.Time, bool) {
	for k := range tx.Scan("todo/", after("todo/")) {
		return stampOf(k, "todo/"), true
	}
	return time.Time{}, false
}

func stampOf(key, prefix string) time.Time {
	var n int64
	for _, c := range key[len(prefix):] {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int64(c-'0')
	}
	return time.Unix(0, n)
}

// RecordOf finds the inbox paper of an event by its Key.
func RecordOf(tx Tx, key string) (Record, bool) {
	var r Record
	ok := get(tx, "in/"+esc(key), &r)
	return r, ok
}

// Tried counts a failed try of the event. After MaxTries it is set aside with
// the stack and a flag for staff, and the street goes on.
func Tried(tx Tx, key, stack string, now time.Time) (aside bool) {
	r, ok := RecordOf(tx, key)
	if !ok || r.Done || r.Aside {
		return false
	}
	r.Tries++
	r.Stack = community.Cut(stack, 8<<10)
	if r.Tries >= MaxTries {
		r.Aside, aside = true, true
		tx.Delete(join("todo", stamp(dueOf(r.Event)), esc(key)))
		tx.Put(join("aside", inv(now), esc(key)), []byte("in/"+esc(key)))
		Raise(tx, community.Flag{Key: "aside/" + key, At: now, Kind: "panic", Message: messageID(r.Event), Event: key,
			Text: "有一条消息小邻处理不了，已搁置，请人工查看"})
	}
	put(tx, "in/"+esc(key), r)
	return aside
}

func messageID(e community.Event) string {
	if e.Message == nil {
		return ""
	}
	return e.Message.ID
}

// SetAside lists the events that were given up, newest first.
func SetAside(tx Tx, n int) []Record { return follow[Record](tx, "aside/", after("aside/"), n) }
