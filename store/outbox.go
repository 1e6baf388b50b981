package store

import (
	"time"

	"linli/community"
)

// Waiting is an outbox paper.
type Waiting struct {
	Out     community.Outgoing `json:"out"`
	Claimed time.Time          `json:"claimed,omitzero"` // somebody is saying it; trusted until then
	Tries   int                `json:"tries,omitempty"`
}

// Say puts something into the outbox. What was said once under this Key is not
// said again; what still waits under it is replaced, unless it is being said right now.
func Say(tx Tx, o community.Outgoing) {
	if tx.Get("said/"+esc(o.Key)) != nil {
		return
	}
	if w, ok := waiting(tx, o.Key); ok {
		if !w.Claimed.IsZero() {
			return
		}
		unlist(tx, w)
	}
	list(tx, Waiting{Out: o})
}

// Unsay takes out what still waits under the Key and keeps a note of it with the reason.
// What is being said right now cannot be taken back.
func Unsay(tx Tx, key, why string, now time.Time) {
	w, ok := waiting(tx, key)
	if !ok || !w.Claimed.IsZero() {
		return
	}
	finish(tx, w, community.Said{Out: w.Out, At: now, Fate: community.Dropped, Detail: why})
}

// Finish notes the fate of something that was claimed.
func Finish(tx Tx, key string, s community.Said) {
	w, ok := waiting(tx, key)
	if !ok {
		return
	}
	s.Out, s.Sure = w.Out, s.Fate != community.PerhapsSaid
	finish(tx, w, s)
	if s.Fate == community.PerhapsSaid || s.Fate == community.Refused {
		text := "一句话可能没有发出去（没有重发）："
		if s.Fate == community.Refused {
			text = "一句话没能发出去："
		}
		Raise(tx, community.Flag{Key: "out/" + key, At: s.At, Kind: string(s.Fate), About: w.Out.About, Text: text + s.Detail})
	}
}

// Later gives a claimed thing back, to be said at another time.
func Later(tx Tx, key string, due time.Time) {
	if w, ok := waiting(tx, key); ok {
		unlist(tx, w)
		w.Claimed, w.Out.Due = time.Time{}, due
		list(tx, w)
	}
}

// Tries tells how often something waiting was claimed.
func Tries(tx Tx, key string) int {
	w, _ := waiting(tx, key)
	return w.Tries
}

// SaidAbout lists what was said about a request, oldest first, with what is still waiting at the end.
func SaidAbout(tx Tx, id community.RequestID) []community.Said {
	prefix := join("said-of", esc(string(id))) + "/"
	return follow[community.Said](tx, prefix, after(prefix), 0)
}

func waiting(tx Tx, key string) (w Waiting, ok bool) {
	ok = get(tx, "out/"+esc(key), &w)
	return w, ok
}

// A claimed thing is listed where its claim ends, so that an expired claim is found without looking at all.
func dueKey(w Waiting) string {
	due := w.Out.Due
	if !w.Claimed.IsZero() {
		due = w.Claimed
	}
	return laneOf(w.Out) + join(stamp(due), esc(w.Out.Key))
}

func list(tx Tx, w Waiting) {
	key := "out/" + esc(w.Out.Key)
	put(tx, key, w)
	tx.Put(dueKey(w), []byte(key))
	changed(tx, ofWaiting, key)
}

func unlist(tx Tx, w Waiting) {
	key := "out/" + esc(w.Out.Key)
	tx.Delete(key)
	tx.Delete(dueKey(w))
	changed(tx, ofWaiting, key)
}

func finish(tx Tx, w Waiting, s community.Said) {
	unlist(tx, w)
	key := "said/" + esc(w.Out.Key)
	put(tx, key, s)
	changed(tx, ofSaid, key)
	if w.Out.About != "" {
		tx.Put(join("said-of", esc(string(w.Out.About)), stamp(s.At), esc(w.Out.Key)), []byte(key))
	}
	if s.Fate == community.Dropped || s.Fate == community.Refused {
		return
	}
	tx.Put(join("saidat", inv(s.At), esc(w.Out.Key)), []byte(key))
	conv := Conversation(w.Out.Group, "")
	if w.Out.To != "" {
		conv = Conversation("", w.Out.To)
	}
	tx.Put(join("line", conv, inv(s.At), esc(w.Out.Key)), []byte(key))
}

// Spoken finds an Outgoing by its key, waiting or said, with the moment at which it is due or was said.
// What was dropped or refused is not found: nobody has read it.
func Spoken(tx Tx, key string) (community.Outgoing, time.Time, bool) {
	if w, ok := waiting(tx, key); ok {
		return w.Out, w.Out.Due, true
	}
	var s community.Said
	if get(tx, "said/"+esc(key), &s) && (s.Fate == community.HandedOver || s.Fate == community.PerhapsSaid) {
		return s.Out, s.At, true
	}
	return community.Outgoing{}, time.Time{}, false
}
