package understand

import (
	"slices"
	"strings"
	"time"

	"linli/community"
)

// burst is how close one speaker's messages are to be one matter.
const burst = 5 * time.Minute

func supports(r community.Request, p community.PersonID) bool {
	return slices.Contains(r.Supporters, p)
}

// before are the speaker's messages just before this one that led up to it.
func (l *look) before() (ids []string) {
	for _, h := range slices.Backward(l.s.Recent) {
		m := h.Message
		if l.m.At.Sub(m.At) > burst {
			break
		}
		if m.ID == l.m.ID || m.Group != l.m.Group || m.Sender != l.m.Sender || m.Private != l.m.Private {
			continue
		}
		if h.Request != "" || h.Recalled || h.Reading.Intent != community.Chat {
			break
		}
		if h.Reading.Lead || m.Kind == community.Image || m.Kind == community.Video || leadsUp(m) {
			ids = append([]string{m.ID}, ids...)
		}
	}
	return ids
}

// leadsUp reports whether words that were not understood alone name a thing or trouble.
func leadsUp(m community.Message) bool {
	for _, h := range words.find(abridged(Normalise(m.Text))) {
		name := words.names[h.class]
		if strings.HasPrefix(name, "c.") || strings.HasPrefix(name, "f.") || name == "fault" {
			return true
		}
	}
	return false
}

// answers is the request that somebody who answers most likely speaks of.
func (l *look) answers() community.RequestID {
	if l.around.quotedAbout != "" {
		return l.around.quotedAbout
	}
	var id community.RequestID
	nearest := 100
	for r, s := range l.around.seen {
		mine := false
		if q, ok := l.s.Request(r); ok && l.around.mentionsWho != "" {
			mine = supports(q, l.around.mentionsWho)
		}
		d := s.distance
		if mine {
			d -= 20
		}
		if s.gap < 2*time.Hour && (d < nearest || d == nearest && r < id) {
			id, nearest = r, d
		}
	}
	return id
}

func contained(list []string, id string) bool { return slices.Contains(list, id) }
