package store

import (
	"maps"
	"slices"
	"strings"
	"time"

	"linli/community"
)

// lately is the talk as a Desk remembers it up to one moment: the newest messages of the
// community, and of each conversation that was looked at. Keys of messages sort newest first.
type lately struct {
	n      int // of the journal
	at     time.Time
	all    map[string]community.Heard
	newest []string
	convs  map[string][]string
	key    string            // the event that list was made for
	list   []community.Heard // what lies on the desk
}

// latelyKeeps bounds what is remembered before all of it is read anew.
const latelyKeeps = 4000

// upTo brings what is remembered up to the event.
func (l lately) upTo(tx Tx, j journal, e community.Event) lately {
	again, ok := j.since(l.n)
	switch {
	case l.all == nil || !ok || e.At.Before(l.at) || len(l.all) > latelyKeeps:
		l = lately{all: map[string]community.Heard{}, convs: map[string][]string{}}
		l.newest = l.read(tx, keysFrom(tx, "msg/", e.At, deskHeard, false))
	default:
		for _, key := range again {
			if !saidAt(key).After(l.at) {
				l.take(tx, key)
			}
		}
		for key := range tx.Scan("msg/"+inv(e.At), "msg/"+inv(l.at)) {
			l.take(tx, key)
		}
	}
	l.n, l.at = j.n, e.At
	if e.Message != nil {
		conv := talkOf(*e.Message)
		if _, known := l.convs[conv]; !known {
			l.convs[conv] = l.read(tx, keysFrom(tx, "talk/"+conv+"/", e.At, deskTalk, true))
		}
	}
	l.key, l.list = e.Key, l.before(e)
	return l
}

// still reports whether the list made for this event holds: nothing has changed but what was said later.
func (l lately) still(j journal, e community.Event) bool {
	again, ok := j.since(l.n)
	return ok && l.list != nil && l.key == e.Key && !slices.ContainsFunc(again, func(key string) bool { return !saidAt(key).After(e.At) })
}

// keysFrom are the newest n messages up to a moment and not older than two days, newest first.
func keysFrom(tx Tx, prefix string, at time.Time, n int, index bool) []string {
	var keys []string
	for k, v := range tx.Scan(prefix+inv(at), after(prefix+inv(at.Add(-deskHours)))) {
		if index {
			k = string(v)
		}
		if keys = append(keys, k); len(keys) >= n {
			break
		}
	}
	return keys
}

func (l lately) read(tx Tx, keys []string) []string {
	for _, k := range keys {
		if _, have := l.all[k]; !have {
			l.get(tx, k)
		}
	}
	return keys
}

func (l lately) get(tx Tx, key string) bool {
	var h community.Heard
	if !get(tx, key, &h) {
		delete(l.all, key)
		return false
	}
	l.all[key] = h
	return true
}

// take reads one message that is new or not what it was, and puts it where it belongs.
func (l *lately) take(tx Tx, key string) {
	gone := !l.get(tx, key)
	conv := convOf(key)
	l.newest = placed(l.newest, key, deskHeard, gone)
	if list, known := l.convs[conv]; known {
		l.convs[conv] = placed(list, key, deskTalk, gone)
	}
}

// placed puts a key into its place in a list, or takes it out, and keeps the list at n. A list
// from which something is taken may become shorter than it need be: only pruning does that, of old things.
func placed(list []string, key string, n int, gone bool) []string {
	i, there := slices.BinarySearch(list, key)
	switch {
	case there && gone:
		return slices.Delete(slices.Clone(list), i, i+1)
	case there || gone:
		return list
	}
	list = slices.Insert(slices.Clip(list), i, key)
	return list[:min(len(list), n)]
}

// before is the talk up to the event, oldest first, without the event's own message.
func (l lately) before(e community.Event) []community.Heard {
	keys := map[string]bool{}
	for _, k := range l.newest {
		keys[k] = true
	}
	own := ""
	if e.Message != nil {
		own = messageKey(*e.Message)
		for _, k := range l.convs[talkOf(*e.Message)] {
			keys[k] = true
		}
	}
	out := make([]community.Heard, 0, len(keys))
	for k := range maps.Keys(keys) {
		h := l.all[k]
		if k != own && h.Message.ID != "" && e.At.Sub(h.Message.At) <= deskHours {
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b community.Heard) int {
		if c := a.Message.At.Compare(b.Message.At); c != 0 {
			return c
		}
		if c := strings.Compare(a.Message.ID, b.Message.ID); c != 0 {
			return c
		}
		return strings.Compare(talkOf(a.Message), talkOf(b.Message))
	})
	return out
}

// messageKey is where a message lies: msg/INV/CONV/ID.
func messageKey(m community.Message) string {
	return join("msg", inv(m.At), talkOf(m), esc(m.ID))
}

func saidAt(key string) time.Time {
	return time.Unix(0, 1<<63-1-stampOf(key, "msg/").UnixNano())
}

func convOf(key string) string {
	parts := strings.SplitN(key, "/", 4)
	if len(parts) < 4 {
		return ""
	}
	return parts[2]
}
