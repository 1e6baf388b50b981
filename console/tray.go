package console

import (
	"crypto/rand"
	"sync"
	"time"

	"linli/community"
)

// made is a link just made, as it is shown to whoever made it.
type made struct {
	URL, Title, Say string
	person          community.PersonID
	session         string
	until           time.Time
}

// tray holds links just made between the form and the page that shows them. It lies in memory only:
// no paper holds a link that works.
type tray struct {
	mu  sync.Mutex
	all map[string]made
}

const trayFor = 15 * time.Minute

func (t *tray) put(m made, session string, now time.Time) (id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil {
		t.all = map[string]made{}
	}
	for k, x := range t.all {
		if now.After(x.until) {
			delete(t.all, k)
		}
	}
	id = rand.Text()
	m.session, m.until = session, now.Add(trayFor)
	t.all[id] = m
	return id
}

// find is what lies there for this session; nil if nothing does.
func (t *tray) find(id, session string, now time.Time) *made {
	t.mu.Lock()
	defer t.mu.Unlock()
	m, ok := t.all[id]
	if !ok || m.session != session || now.After(m.until) {
		return nil
	}
	return &m
}
