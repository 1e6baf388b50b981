package handlers

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"linli/community"
)

// Acknowledgements of one group that would be said at about the same moment are
// one line: in the morning for what came at night, and by day when it rains complaints.

// bundled joins an acknowledgement with one that waits in the same group.
func bundled(s *community.Scene, p community.Plan, o community.Outgoing) (community.Outgoing, bool) {
	if !isAck(o) || o.Asked {
		return o, false
	}
	for _, w := range slices.Concat(s.Waiting, p.Say) {
		if w.Group != o.Group || !isAck(w) || w.Asked || slices.Contains(p.Drop, w.Key) {
			continue
		}
		ids := about(w)
		switch d := o.Due.Sub(w.Due); {
		case slices.Contains(ids, o.About) && len(ids) == 1:
			continue // its own, said anew: it replaces the old one
		case !slices.Contains(ids, o.About) && (d >= gap || d <= -gap):
			continue
		case !slices.Contains(ids, o.About):
			ids = append(ids, o.About)
		}
		joined := w
		joined.Also, joined.ReplyTo, joined.Text = ids[1:], "", bundleText(s, p, ids)
		joined.Due = later(w.Due, o.Due)
		joined.Until = later(w.Until, o.Until)
		return joined, true
	}
	return o, false
}

// isAck tells the line that says "recorded" from the others that speak of a request.
func isAck(o community.Outgoing) bool {
	return o.Kind == "ack" && strings.HasPrefix(o.Key, "ack/") && o.To == ""
}

// about are the requests a waiting line speaks of.
func about(o community.Outgoing) []community.RequestID {
	return append([]community.RequestID{o.About}, o.Also...)
}

// unsay takes a request out of what waits to be said: its own line is dropped, a line for several goes on without it.
func unsay(s *community.Scene, p community.Plan, id community.RequestID, in func(community.Outgoing) bool) community.Plan {
	for _, w := range s.Waiting {
		ids := about(w)
		i := slices.Index(ids, id)
		if i < 0 || w.Kind != "ack" || !in(w) {
			continue
		}
		p.Drop = append(p.Drop, w.Key)
		if rest := slices.Delete(ids, i, i+1); len(rest) > 0 {
			p.Say = append(p.Say, without(s, p, w, rest))
		}
	}
	return p
}

func without(s *community.Scene, p community.Plan, w community.Outgoing, rest []community.RequestID) community.Outgoing {
	w.About, w.Also = rest[0], rest[1:]
	r := find(s, p, rest[0])
	w.Key = ackKey(r, w.Group)
	if w.Text = bundleText(s, p, rest); len(rest) == 1 {
		w.Text = ackText(r)
	}
	return w
}

func everywhere(community.Outgoing) bool { return true }

func find(s *community.Scene, p community.Plan, id community.RequestID) community.Request {
	if i := slices.IndexFunc(p.Requests, func(r community.Request) bool { return r.ID == id }); i >= 0 {
		return p.Requests[i]
	}
	r, _ := s.Request(id)
	return r
}

// bundleText names each request if there is room, else only the numbers.
func bundleText(s *community.Scene, p community.Plan, ids []community.RequestID) string {
	var each, numbers []string
	for _, id := range ids {
		r := find(s, p, id)
		numbers = append(numbers, "#"+string(id))
		each = append(each, item(r))
	}
	text := phraseBundle[0] + strings.Join(each, "、") + phraseBundle[1]
	if utf8.RuneCountInString(text) <= 60 {
		return text
	}
	if len(numbers) > 6 {
		numbers = append(numbers[:5], "…", numbers[len(numbers)-1])
	}
	return phraseBundleMany(len(ids), strings.Join(numbers, "、"))
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
