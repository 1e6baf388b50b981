package understand

import (
	"slices"
	"time"

	"linli/community"
)

const (
	burst     = 4 * time.Minute // one speaker's messages this close are one matter
	sameTalk  = 3 * time.Hour   // a "me too" without a subject speaks of what was just said
	sameCase  = 72 * time.Hour  // the same thing at the same place is the same case
	replyTime = 30 * time.Minute
)

func supports(r community.Request, p community.PersonID) bool {
	return slices.Contains(r.Supporters, p)
}

// quoted is the request of the message that was quoted.
func quoted(l *look) (community.Request, bool) {
	if l.m.ReplyTo == "" {
		return community.Request{}, false
	}
	for _, h := range l.s.Recent {
		if h.Message.ID == l.m.ReplyTo && h.Message.Group == l.m.Group && h.Request != "" {
			return l.s.Request(h.Request)
		}
	}
	return community.Request{}, false
}

// threadOf finds the request a message most likely speaks of: the quoted one, the same
// matter at the same place, then what was last spoken of in this group.
func threadOf(l *look, key string) (community.Request, bool) {
	if r, ok := quoted(l); ok {
		return r, true
	}
	var best community.Request
	score := 0
	for _, r := range l.s.Requests {
		if r.State == community.Withdrawn || r.State == community.Duplicate {
			continue
		}
		if s := affinity(l, r, key); s > score || s == score && s > 0 && r.Touched.After(best.Touched) {
			best, score = r, s
		}
	}
	return best, score >= 3
}

func affinity(l *look, r community.Request, key string) int {
	age := l.m.At.Sub(r.Touched)
	here := slices.Contains(r.Groups, l.m.Group)
	s := 0
	switch {
	case key != "" && key == r.Category:
		s += 3
	case key != "":
		return 0
	case here && age < sameTalk:
		s += 2
	}
	if p := l.where; !p.Empty() {
		switch {
		case p.Building != "" && r.Where.Building != "" && p.Building != r.Where.Building,
			p.Building == r.Where.Building && p.Unit != "" && r.Where.Unit != "" && p.Unit != r.Where.Unit:
			return 0
		case p.Building != "" && p.Building == r.Where.Building, p.Name != "" && p.Name == r.Where.Name:
			s += 2
		}
	}
	if supports(r, l.m.Sender) {
		s += 2
	}
	if here {
		s++
		if age < 15*time.Minute {
			s++
		}
	}
	if age > sameCase && !supports(r, l.m.Sender) {
		s -= 3
	}
	return s
}

// sameMatter finds an open request that this new complaint repeats. It is careful: a wrong
// merge hides somebody's trouble, a missed one costs staff a tap.
func sameMatter(r *Reader, l *look, key string) (community.Request, bool) {
	if q, ok := quoted(l); ok && q.Category == key {
		return q, true
	}
	where := r.locate(l, key)
	for i := len(l.s.Requests) - 1; i >= 0; i-- {
		q := l.s.Requests[i]
		if q.Category != key || !q.State.Live() || l.m.At.Sub(q.Touched) > sameCase {
			continue
		}
		fresh := l.m.At.Sub(q.Touched) < sameTalk && slices.Contains(q.Groups, l.m.Group)
		switch {
		case where.Building != "" && q.Where.Building != "" && where.Building != q.Where.Building:
		case where.Unit != "" && q.Where.Unit != "" && where.Unit != q.Where.Unit:
		case where.Room != "" && q.Where.Room != "" && where.Room != q.Where.Room:
		case where.Building != "" && where.Building == q.Where.Building,
			where.Name != "" && where.Name == q.Where.Name,
			fresh && (where.Empty() || q.Where.Empty()):
			return q, true
		}
	}
	return community.Request{}, false
}

// before are the speaker's messages just before this one that nobody has taken up yet.
func (r *Reader) before(l *look) (ids []string, opener string) {
	for _, h := range slices.Backward(l.s.Recent) {
		m := h.Message
		if l.m.At.Sub(m.At) > burst {
			break
		}
		if m.Group != l.m.Group || m.Sender != l.m.Sender || m.Private != l.m.Private {
			continue
		}
		if h.Request != "" || h.Recalled || h.Reading.Intent != community.Chat {
			break
		}
		t := Normalise(m.Text)
		photo := m.Kind == community.Image || m.Kind == community.Video
		context := categoryOf(t).key != "" || !placeIn(t).Empty() || any1(t, []string{"又坏", "又来", "怎么回事", "有人"})
		if !photo && (!context || any1(t, []string{"谢谢", "早上好", "哈哈", "大家好"})) {
			continue
		}
		ids = append([]string{m.ID}, ids...)
	}
	return ids, ""
}

func readPhoto(_ *Reader, l *look) (community.Reading, bool) {
	if l.m.Kind != community.Image && l.m.Kind != community.Video && l.m.Kind != community.File {
		return community.Reading{}, false
	}
	if r, ok := own(l, burst); ok && l.m.Kind != community.File {
		return community.Reading{Intent: community.More, Request: r.ID, Why: "接着上一句发的照片"}, true
	}
	if r, ok := quoted(l); ok {
		return community.Reading{Intent: community.More, Request: r.ID, Why: "引用着发的照片"}, true
	}
	return community.Reading{Intent: community.Chat, Why: "单独一张照片，等下一句"}, true
}

// own is the open request the speaker was busy with in this group just now.
func own(l *look, within time.Duration) (community.Request, bool) {
	for _, h := range slices.Backward(l.s.Recent) {
		if l.m.At.Sub(h.Message.At) > within {
			break
		}
		if h.Message.Sender == l.m.Sender && h.Message.Group == l.m.Group && h.Request != "" {
			return l.s.Request(h.Request)
		}
	}
	return community.Request{}, false
}

// lastTalk is the last message of the group by somebody else, with a request or an open question.
func lastTalk(l *look, within time.Duration) (community.Heard, bool) {
	for _, h := range slices.Backward(l.s.Recent) {
		if l.m.At.Sub(h.Message.At) > within {
			break
		}
		if h.Message.Group == l.m.Group && h.Message.Sender != l.m.Sender && (h.Request != "" || h.Reading.Intent == community.Question) {
			return h, true
		}
	}
	return community.Heard{}, false
}
