package openai

import (
	"sync"
	"time"
)

// china is where days begin and end.
var china = time.FixedZone("CST", 8*3600)

// A budget is what may be spent in one Chinese day. It is kept in memory: a new start has a whole one.
type budget struct {
	clock            func() time.Time
	requests, tokens int // a day

	mu   sync.Mutex
	day  string
	sent int // requests
	used int // tokens
	told bool
}

// A payment is what was taken for one request before its true price was known.
type payment struct {
	b    *budget
	day  string
	cost int
}

// take pays for one request in advance, if there is enough left.
func (b *budget) take(cost int) (payment, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if today := b.clock().In(china).Format(time.DateOnly); today != b.day {
		b.day, b.sent, b.used, b.told = today, 0, 0, false
	}
	if b.sent >= b.requests || b.used+cost > b.tokens {
		return payment{}, false
	}
	b.sent++
	b.used += cost
	return payment{b, b.day, cost}, true
}

// correct sets what was paid to what the server counted; a server that counts nothing leaves the estimate.
func (p payment) correct(counted int) {
	if counted <= 0 {
		return
	}
	p.b.mu.Lock()
	defer p.b.mu.Unlock()
	if p.b.day == p.day {
		p.b.used += counted - p.cost
	}
}

// news reports, once a day, that the budget is spent.
func (b *budget) news() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	first := !b.told
	b.told = true
	return first
}
