package onebot

import (
	"strings"
	"sync"
)

// Sent remembers under which id the platform shows our own words, so that a
// quote of them is known for what it is. After a restart it is empty, and such
// a quote points at a message that is not in the papers.
type sent struct {
	mu   sync.Mutex
	key  map[string]string // id on the platform → key of the Outgoing
	id   map[string]string // the other way round
	ring []string
}

const maxSent = 2000

// ownMark starts the ids by which the house calls what it said itself.
const ownMark = "own/"

func newSent() *sent { return &sent{key: map[string]string{}, id: map[string]string{}} }

func (s *sent) put(at place, id, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	where := at.handle().ID + "/"
	if len(s.ring) >= maxSent {
		old := s.ring[0]
		s.ring = s.ring[1:]
		delete(s.id, s.key[old])
		delete(s.key, old)
	}
	s.key[where+id], s.id[where+key] = where+key, id
	s.ring = append(s.ring, where+id)
}

// quoted is the id by which the house knows a quoted message.
func (s *sent) quoted(at place, id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	where := at.handle().ID + "/"
	if key, ok := s.key[where+id]; ok {
		return ownMark + strings.TrimPrefix(key, where)
	}
	return messageID(ident{text: id})
}

// shown is the id on the platform of a message that the house wants to quote; "" if it is none of this conversation's.
func (s *sent) shown(at place, message string) string {
	if key, own := strings.CutPrefix(message, ownMark); own {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.id[at.handle().ID+"/"+key]
	}
	if id, ours := strings.CutPrefix(message, messageMark); ours && sound(id) {
		return id
	}
	return ""
}
