package store

import (
	"time"

	"linli/community"
)

// hear writes a message and what became of it; written again, it replaces what was there.
func hear(tx Tx, h community.Heard) {
	m := h.Message
	conv, id := talkOf(m), esc(m.ID)
	key := messageKey(m)
	put(tx, key, h)
	changed(tx, ofTalk, key)
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

// HeardIn finds a message again with what became of it.
func HeardIn(tx Tx, m community.Message) (community.Heard, bool) { return heardIn(tx, talkOf(m), m.ID) }

// PutChat remembers through which handle a person can be reached in private.
func PutChat(tx Tx, p community.PersonID, h community.Handle) {
	if old, ok := Chat(tx, p); ok && old == h {
		return
	}
	put(tx, "chat/"+esc(string(p)), h)
	tx.Put(join("chat-at", esc(h.Channel), esc(h.ID)), []byte(p))
}

// Chat is the handle through which a person last wrote to us in private.
func Chat(tx Tx, p community.PersonID) (h community.Handle, ok bool) {
	ok = get(tx, "chat/"+esc(string(p)), &h)
	return h, ok
}

// PersonAt is who writes to us through the handle of a private chat.
func PersonAt(tx Tx, h community.Handle) (community.PersonID, bool) {
	p := tx.Get(join("chat-at", esc(h.Channel), esc(h.ID)))
	return community.PersonID(p), p != nil
}

// Since gives the newest n messages of the whole community that were said after a moment, newest first.
func Since(tx Tx, t time.Time, n int) []community.Heard {
	var out []community.Heard
	for k, raw := range tx.Scan("msg/", "msg/"+inv(t)) {
		var h community.Heard
		if !decode(tx, k, raw, &h) {
			return nil
		}
		if out = append(out, h); n > 0 && len(out) >= n {
			break
		}
	}
	return out
}
