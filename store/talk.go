package store

import (
	"time"

	"linli/community"
)

// hear writes a message and what became of it; written again, it replaces what was there.
func hear(tx Tx, h community.Heard) {
	m := h.Message
	conv, id := talkOf(m), esc(m.ID)
	key := join("msg", inv(m.At), conv, id)
	put(tx, key, h)
	tx.Put(join("talk", conv, inv(m.At), id), []byte(key))
	tx.Put(join("heard", conv, id), []byte(key))
}

// HeardOf finds a message of a group by its id.
func HeardOf(tx Tx, g community.GroupID, id string) (community.Heard, bool) {
	return heardIn(tx, Conversation(g, ""), id)
}

func heardIn(tx Tx, conv, id string) (h community.Heard, ok bool) {
	key := tx.Get(join("heard", conv, esc(id)))
	if key == nil {
		return h, false
	}
	ok = get(tx, string(key), &h)
	return h, ok
}

// Talk gives the newest n messages of a conversation before a moment (zero: until now), newest first.
func Talk(tx Tx, conv string, before time.Time, n int) []community.Heard {
	from := join("talk", conv) + "/"
	to := after(from)
	if !before.IsZero() {
		from = join("talk", conv, inv(before.Add(-time.Nanosecond)))
	}
	return follow[community.Heard](tx, from, to, n)
}

// Lines gives the newest n things we said into a conversation before a moment (zero: until now), newest first.
func Lines(tx Tx, conv string, before time.Time, n int) []community.Said {
	from := join("line", conv) + "/"
	to := after(from)
	if !before.IsZero() {
		from = join("line", conv, inv(before.Add(-time.Nanosecond)))
	}
	return follow[community.Said](tx, from, to, n)
}

// Belongs writes down that a message, perhaps an earlier one, is part of a request.
func Belongs(tx Tx, p community.Part) {
	if h, ok := HeardOf(tx, p.Group, p.Message); ok && h.Request != p.Request {
		h.Request = p.Request
		hear(tx, h)
	}
}
