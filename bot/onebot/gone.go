package onebot

import "sync"

// Gone remembers which messages were taken back, so that a recall that
// overtakes its message still keeps the words out.
type gone struct {
	mu  sync.Mutex
	all map[string]bool
}

func goneKey(at place, id ident) string { return at.handle().ID + "/" + id.text }

func (g *gone) put(at place, id ident) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.all) >= maxNames {
		clear(g.all)
	}
	g.all[goneKey(at, id)] = true
}

func (g *gone) has(at place, id ident) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.all[goneKey(at, id)]
}
