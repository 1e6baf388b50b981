package onebot

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// Pace keeps the sends of one account apart, as a person's would be, and
// leaves a conversation alone for a while where the platform asked for it.
type pace struct {
	mu   sync.Mutex
	gap  time.Duration
	next map[string]time.Time // by account
	held map[place]time.Time
}

// inHand is how long a send may wait for its turn; beyond it goes back to the outbox.
const inHand = 8 * time.Second

func newPace(gap time.Duration) *pace {
	if gap == 0 {
		gap = time.Second
	}
	return &pace{gap: max(gap, 0), next: map[string]time.Time{}, held: map[place]time.Time{}}
}

// turn waits for the account's next turn; if that is too far off, ok is false and wait says how far.
// An emergency waits for nobody, unless the platform has closed the conversation.
func (p *pace) turn(ctx context.Context, clock func() time.Time, at place, urgent bool) (wait time.Duration, ok bool) {
	wait, ok = p.reserve(clock(), at, urgent)
	if ok && wait > 0 {
		ok = pause(ctx, wait)
	}
	return wait, ok
}

func (p *pace) reserve(now time.Time, at place, urgent bool) (time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until, held := p.held[at]; held {
		if wait := until.Sub(now); wait > 0 {
			return wait + time.Second, false // behind the one that was held first
		}
		delete(p.held, at)
	}
	start := p.next[at.self]
	if start.Before(now) || urgent {
		start = now
	}
	if wait := start.Sub(now); wait > inHand {
		return wait, false
	}
	if p.gap > 0 {
		p.next[at.self] = start.Add(p.gap + rand.N(2*p.gap))
	}
	return start.Sub(now), true
}

func (p *pace) hold(at place, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held[at] = until
}
