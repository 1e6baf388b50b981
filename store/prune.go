package store

import (
	"fmt"
	"time"

	"linli/community"
)

// pruneAtOnce is how many old papers one transaction takes away: nobody waits long for it.
const pruneAtOnce = 200

// prune takes away the oldest talk and inbox papers, and reports how many and whether there are more.
// Requests, what was said about them, and the orders of staff stay: they are the record.
func prune(tx Tx, f community.Forget) (n int, more bool) {
	var old []community.Heard
	for k, raw := range tx.Scan("msg/"+inv(f.Talk), after("msg/")) {
		var h community.Heard
		if !decode(tx, k, raw, &h) {
			return 0, false
		}
		if old = append(old, h); len(old) == pruneAtOnce {
			break
		}
	}
	for _, h := range old {
		if pruneMessage(tx, h.Message) {
			n++
		}
	}
	if len(old) == pruneAtOnce {
		return n, n > 0
	}
	for _, prefix := range []string{"in/" + esc("tick/"), "in/" + esc("wake/")} {
		n += pruneInbox(tx, prefix, f.Inbox, pruneAtOnce-n)
	}
	return n, n >= pruneAtOnce
}

// pruneMessage takes a message out of the talk and the inbox. One that is not decided yet, however old, stays.
func pruneMessage(tx Tx, m community.Message) bool {
	key := community.MessageKey(m.Handle, m.ID)
	if rec, ok := RecordOf(tx, key); ok {
		if !rec.Done && !rec.Aside {
			return false
		}
		tx.Delete("in/" + esc(key))
	}
	conv, at := talkOf(m), messageKey(m)
	tx.Delete(at)
	tx.Delete(join("talk", conv, inv(m.At), esc(m.ID)))
	if heard := join("heard", conv, esc(m.ID)); string(tx.Get(heard)) == at {
		tx.Delete(heard)
	}
	freeBlobs(tx, m)
	return true
}

func pruneInbox(tx Tx, prefix string, before time.Time, most int) (n int) {
	var keys []string
	for k, raw := range tx.Scan(prefix, after(prefix)) {
		var rec Record
		if !decode(tx, k, raw, &rec) {
			return 0
		}
		if rec.Done && rec.Event.At.Before(before) && len(keys) < most {
			keys = append(keys, k)
		}
	}
	for _, k := range keys {
		tx.Delete(k)
	}
	return len(keys)
}

// forgetOld carries out what a plan says is too old to keep, a piece at a time: if there is more, the
// same job comes again at once. Each piece is recorded in the inbox like any other decision.
func forgetOld(tx Tx, e community.Event, f community.Forget) (told string) {
	n, more := prune(tx, f)
	if more && e.Tick != nil {
		next := community.Tick{Job: e.Tick.Job, What: "more", Due: e.At.Add(time.Millisecond)}
		Receive(tx, community.Event{Key: "wake/" + next.Job + "/" + next.What + "/" + stamp(next.Due), At: next.Due, Tick: &next})
	}
	return fmt.Sprintf("；清理了 %d 条", n)
}
