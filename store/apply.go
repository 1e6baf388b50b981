package store

import (
	"strconv"

	"linli/community"
)

// Apply writes a plan and crosses its event off, in the transaction at hand.
// An event already crossed off is left alone, so that deciding twice does nothing.
func Apply(tx Tx, e community.Event, p community.Plan) bool {
	rec, ok := RecordOf(tx, e.Key)
	if !ok || rec.Done || rec.Aside {
		return false
	}
	next := number(tx, "cfg/next")
	for _, r := range p.Requests {
		PutRequest(tx, r)
		if n, err := strconv.Atoi(string(r.ID)); err == nil && n > next {
			next = n
		}
	}
	tx.Put("cfg/next", []byte(strconv.Itoa(next)))
	for _, r := range p.Rolls {
		PutRoll(tx, r)
	}
	for _, g := range p.Groups {
		PutGroup(tx, g)
	}
	for _, k := range p.Drop {
		Unsay(tx, k, p.DropWhy, e.At)
	}
	for _, o := range p.Say {
		Say(tx, o)
		rec.Said = append(rec.Said, o.Key)
	}
	for _, t := range p.Wake {
		Receive(tx, community.Event{Key: "wake/" + t.Job + "/" + t.What + "/" + stamp(t.Due), At: t.Due, Tick: &t})
	}
	for _, f := range p.Flags {
		Raise(tx, f)
	}
	for _, k := range p.Lower {
		Lower(tx, k)
	}
	for _, c := range p.Fixes {
		correct(tx, c)
	}
	for _, o := range p.Held {
		rec.Held = append(rec.Held, o.Text)
	}
	remember(tx, e, p)
	why := p.Why
	if p.Forget != nil {
		why += forgetOld(tx, e, *p.Forget)
	}
	rec.Event, rec.Why, rec.Done = e, why, true
	put(tx, "in/"+esc(e.Key), rec)
	tx.Delete(join("todo", stamp(dueOf(e)), esc(e.Key)))
	return true
}

// remember writes into the talk what became of the message, and of earlier ones that belong with it.
func remember(tx Tx, e community.Event, p community.Plan) {
	if m := e.Message; m != nil {
		h, ok := heardIn(tx, talkOf(*m), m.ID)
		if !ok {
			h.Message = *m
		}
		h.Reading = e.Reading
		hear(tx, h)
		if m.Kind == community.Recall {
			forget(tx, *m)
		}
	}
	for _, part := range p.Heard {
		Belongs(tx, part)
	}
}

// forget takes the words and photos of a recalled message out of the talk and the inbox; that it was there stays.
func forget(tx Tx, recall community.Message) {
	conv := talkOf(recall)
	h, ok := heardIn(tx, conv, recall.Target)
	if !ok || h.Message.Sender != recall.Sender {
		return
	}
	h.Recalled = true
	freeBlobs(tx, h.Message)
	h.Message.Text, h.Message.Blobs = "", nil
	hear(tx, h)
	key := community.MessageKey(h.Message.Handle, h.Message.ID)
	if rec, ok := RecordOf(tx, key); ok && rec.Event.Message != nil {
		m := *rec.Event.Message
		m.Text, m.Blobs = "", nil
		rec.Event.Message = &m
		put(tx, "in/"+esc(key), rec)
	}
}
