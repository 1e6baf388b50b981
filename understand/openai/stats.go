package openai

import (
	"errors"
	"sync/atomic"

	"github.com/sony/gobreaker/v2"
)

// Stats counts since the start.
type Stats struct {
	Asked    uint64 // requests sent; one question may need two
	Answered uint64 // questions with an answer that could be read
	Cached   uint64 // questions answered from memory, nothing sent
	Spent    uint64 // not asked: today's budget
	Resting  uint64 // not asked: too many failures lately
	Failed   uint64 // asked in vain
}

type counts struct{ asked, answered, cached, spent, resting, failed atomic.Uint64 }

// note counts how a question ended.
func (c *counts) note(err error) {
	switch {
	case err == nil:
		c.answered.Add(1)
	case errors.Is(err, errSpent):
		c.spent.Add(1)
	case errors.Is(err, gobreaker.ErrOpenState), errors.Is(err, gobreaker.ErrTooManyRequests):
		c.resting.Add(1)
	default:
		c.failed.Add(1)
	}
}

// Stats tells how the model has done so far.
func (c *Client) Stats() Stats {
	n := &c.counts
	return Stats{n.asked.Load(), n.answered.Load(), n.cached.Load(), n.spent.Load(), n.resting.Load(), n.failed.Load()}
}
