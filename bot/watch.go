package bot

import (
	"context"
	"sync"
	"sync/atomic"

	"linli/community"
	"linli/store"
)

// News is one thing that watchers of the house may want to show at once.
// With neither Line nor Made the watcher was too slow and missed some: it must read again.
type News struct {
	Community community.ID
	Handle    community.Handle
	Line      *Line
	Made      *Made
}

// news hands what happens to those who watch. It holds nothing back for anybody:
// a watcher whose buffer is full loses news, and is told so with the next.
type news struct {
	mu  sync.Mutex
	all map[*watcher]bool
}

type watcher struct {
	ch     chan News
	missed bool
}

// Watch tells what happens from now on until ctx ends; then the channel is closed.
func (b *Bot) Watch(ctx context.Context) <-chan News {
	w := &watcher{ch: make(chan News, 64)}
	b.news.mu.Lock()
	if b.news.all == nil {
		b.news.all = map[*watcher]bool{}
	}
	b.news.all[w] = true
	b.news.mu.Unlock()
	context.AfterFunc(ctx, func() {
		b.news.mu.Lock()
		defer b.news.mu.Unlock()
		delete(b.news.all, w)
		close(w.ch)
	})
	return w.ch
}

func (n *news) any() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.all) > 0
}

func (n *news) tell(x News) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for w := range n.all {
		if w.missed {
			select {
			case w.ch <- News{}:
				w.missed = false
			default:
				continue
			}
		}
		select {
		case w.ch <- x:
		default:
			w.missed = true
		}
	}
}

func (b *Bot) tellLine(ctx context.Context, c community.ID, m community.Message) {
	if !b.news.any() {
		return
	}
	var line Line
	err := b.st.View(ctx, c, func(tx store.Tx) {
		line = lineOf(community.Heard{Message: m})
		if p, ok := store.Person(tx, m.Sender); ok {
			line.Role = p.Role
		}
	})
	if err == nil {
		b.news.tell(News{c, m.Handle, &line, nil})
	}
}

// tellMade tells what was made of the message and of earlier ones that now belong with it.
func (b *Bot) tellMade(ctx context.Context, c community.ID, e community.Event, p community.Plan) {
	if !b.news.any() {
		return
	}
	var all []News
	err := b.st.View(ctx, c, func(tx store.Tx) {
		var list []News
		if m := e.Message; m != nil {
			if h, ok := store.HeardIn(tx, *m); ok {
				made := madeOf(tx, h)
				list = append(list, News{c, m.Handle, nil, &made})
				if m.Kind == community.Recall {
					if old, ok := store.HeardOf(tx, m.Group, m.Target); ok && old.Recalled {
						line := lineOf(old)
						list = append(list, News{c, m.Handle, &line, nil})
					}
				}
			}
		}
		for _, part := range p.Heard {
			if h, ok := store.HeardOf(tx, part.Group, part.Message); ok && (e.Message == nil || h.Message.ID != e.Message.ID) {
				made := madeOf(tx, h)
				list = append(list, News{c, h.Message.Handle, nil, &made})
			}
		}
		all = list
	})
	if err != nil {
		return
	}
	for _, n := range all {
		b.news.tell(n)
	}
}

func (b *Bot) tellSaid(ctx context.Context, c community.ID, s community.Said) {
	line := ownLine(s)
	b.news.tell(News{c, s.Out.Handle, &line, nil})
}

// Stats are counts since the start, for /metrics.
type Stats struct {
	Heard, Decided, Aside                    uint64
	HandedOver, Perhaps, Refused, TriedAgain uint64
	Down                                     map[string]string // channels that gave up, with the reason
}

type stats struct {
	heard, decided, aside                atomic.Uint64
	handedOver, perhaps, refused, triedA atomic.Uint64
	mu                                   sync.Mutex
	gone                                 map[string]string
}

func (s *stats) fates(f community.Fate) {
	switch f {
	case community.HandedOver:
		s.handedOver.Add(1)
	case community.PerhapsSaid:
		s.perhaps.Add(1)
	case community.Refused:
		s.refused.Add(1)
	default:
		s.triedA.Add(1)
	}
}

func (s *stats) down(channel string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone == nil {
		s.gone = map[string]string{}
	}
	s.gone[channel] = err.Error()
}

// Stats tells how much was done since the start.
func (b *Bot) Stats() Stats {
	s := &b.stats
	out := Stats{Heard: s.heard.Load(), Decided: s.decided.Load(), Aside: s.aside.Load(),
		HandedOver: s.handedOver.Load(), Perhaps: s.perhaps.Load(), Refused: s.refused.Load(), TriedAgain: s.triedA.Load(),
		Down: map[string]string{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, v := range s.gone {
		out.Down[k] = v
	}
	return out
}
