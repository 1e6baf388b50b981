// Package openai asks a language model for a second opinion, at any address
// that speaks the chat API of OpenAI: DeepSeek, Qwen, Ollama and others. It sends
// masked questions, reads labels, and keeps within a deadline and a daily
// budget. It never retries for long, never logs a word or the key, and whatever
// goes wrong is an error, with which the embedded reading stands.
package openai

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	api "github.com/sashabaranov/go-openai"
	"github.com/sony/gobreaker/v2"

	"linli/understand"
)

// Options is what a Client is built from.
type Options struct {
	Address        string           // up to and with /v1
	Model          string           // the model's name at that address
	Key            string           // "" if the address wants none
	Deadline       time.Duration    // for one question, all tries together; 0: 8 s
	RequestsPerDay int              // 0: none are asked
	TokensPerDay   int              // prompts and answers together; 0: none are asked
	Clock          func() time.Time // says which day it is; nil: time.Now
	Log            *slog.Logger     // nil: slog.Default
}

// Client is a language model as an Asker. It is safe for concurrent use.
type Client struct {
	api      *api.Client
	model    string
	deadline time.Duration
	budget   *budget
	breaker  *gobreaker.CircuitBreaker[understand.Proposal]
	cache    *lru.Cache[string, understand.Proposal]
	plain    atomic.Bool // the address does not know json_schema
	log      *slog.Logger
	counts   counts
}

var _ understand.Asker = (*Client)(nil)

const (
	defaultDeadline = 8 * time.Second
	remembered      = 1024            // answers
	tripsAfter      = 5               // failures in a row
	restsFor        = 1 * time.Minute // before it is tried again, with one question
)

// New makes a Client. Nothing is sent yet.
func New(o Options) (*Client, error) { return over(http.DefaultTransport, o) }

func over(line http.RoundTripper, o Options) (*Client, error) {
	if o.Address == "" || o.Model == "" {
		return nil, errors.New("openai: an address and a model's name are needed")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	cache, err := lru.New[string, understand.Proposal](remembered)
	if err != nil {
		return nil, err
	}
	c := &Client{model: o.Model, deadline: cmp.Or(o.Deadline, defaultDeadline), cache: cache, log: cmp.Or(o.Log, slog.Default()),
		budget: &budget{clock: o.Clock, requests: o.RequestsPerDay, tokens: o.TokensPerDay}}
	c.breaker = gobreaker.NewCircuitBreaker[understand.Proposal](gobreaker.Settings{
		Name: o.Model, Timeout: restsFor,
		ReadyToTrip:   func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= tripsAfter },
		IsExcluded:    func(err error) bool { return errors.Is(err, errGivenUp) || errors.Is(err, errSpent) },
		OnStateChange: func(_ string, from, to gobreaker.State) { c.log.Warn("model", "was", from.String(), "is", to.String()) },
	})
	conf := api.DefaultConfig(o.Key)
	conf.BaseURL, conf.HTTPClient = o.Address, wire(line)
	c.api = api.NewClientWithConfig(conf)
	return c, nil
}

// Ask puts the question to the model, unless the same was asked before, today's
// budget is spent, or the model has failed too often lately.
func (c *Client) Ask(ctx context.Context, q understand.Query) (understand.Proposal, error) {
	key := q.Key()
	if p, ok := c.cache.Get(key); ok {
		c.counts.cached.Add(1)
		return p, nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.deadline)
	defer cancel()
	p, err := c.breaker.Execute(func() (understand.Proposal, error) { return c.ask(ctx, q) })
	c.counts.note(err)
	if err != nil {
		err = failureOf(err)
		c.log.Log(ctx, c.loud(err), "model", "question", key, "why", err)
		return understand.Proposal{}, err
	}
	c.cache.Add(key, p)
	return p, nil
}

// loud is how much a failure is worth telling: what goes on all day is told once.
func (c *Client) loud(err error) slog.Level {
	switch {
	case errors.Is(err, errSpent) && c.budget.news():
		return slog.LevelWarn
	case errors.Is(err, errSpent), errors.Is(err, errResting), errors.Is(err, errGivenUp):
		return slog.LevelDebug
	}
	return slog.LevelInfo
}
