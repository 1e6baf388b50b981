package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"unicode/utf8"

	api "github.com/sashabaranov/go-openai"

	"linli/understand"
)

// answerTokens is how long an answer may be; the labels need about a hundred.
const answerTokens = 300

// ask sends one question; an address that refuses a schema is asked once more for plain JSON, and from then on only so.
func (c *Client) ask(ctx context.Context, q understand.Query) (understand.Proposal, error) {
	r, err := c.request(q)
	if err != nil {
		return understand.Proposal{}, err
	}
	if c.plain.Load() {
		return c.send(ctx, r, plainJSON)
	}
	p, err := c.send(ctx, r, bySchema)
	if !refusesRequest(err) {
		return p, err
	}
	if p, err = c.send(ctx, r, plainJSON); err == nil {
		c.plain.Store(true)
	}
	return p, err
}

// request is the question as it is sent, but for the form of its answer.
func (c *Client) request(q understand.Query) (api.ChatCompletionRequest, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(q); err != nil {
		return api.ChatCompletionRequest{}, err
	}
	return api.ChatCompletionRequest{
		Model: c.model,
		Messages: []api.ChatCompletionMessage{
			{Role: api.ChatMessageRoleSystem, Content: prompt},
			{Role: api.ChatMessageRoleUser, Content: b.String()},
		},
		MaxTokens:   answerTokens,
		Temperature: math.SmallestNonzeroFloat32, // the library leaves out a plain 0, and the server's own default is no 0
	}, nil
}

// send pays for a request, sends it, and reads what came back.
func (c *Client) send(ctx context.Context, r api.ChatCompletionRequest, form *api.ChatCompletionResponseFormat) (understand.Proposal, error) {
	cost := answerTokens
	for _, m := range r.Messages {
		cost += utf8.RuneCountInString(m.Content) // about a token each; the bill corrects it
	}
	paid, ok := c.budget.take(cost)
	if !ok {
		return understand.Proposal{}, errSpent
	}
	c.counts.asked.Add(1)
	r.ResponseFormat = form
	res, err := c.api.CreateChatCompletion(ctx, r)
	if err != nil {
		if errors.Is(ctx.Err(), context.Canceled) {
			err = errGivenUp // the house is closing, or nobody waits for the answer any more
		}
		return understand.Proposal{}, err
	}
	paid.correct(res.Usage.TotalTokens)
	return read(res)
}

// read takes the labels out of an answer.
func read(res api.ChatCompletionResponse) (understand.Proposal, error) {
	if len(res.Choices) == 0 {
		return understand.Proposal{}, errEmpty
	}
	first := res.Choices[0]
	if first.FinishReason == api.FinishReasonLength || first.FinishReason == api.FinishReasonContentFilter || first.Message.Refusal != "" {
		return understand.Proposal{}, errUnfinished
	}
	p, err := understand.ParseProposal([]byte(first.Message.Content))
	if err != nil {
		return understand.Proposal{}, errLabels
	}
	return p, nil
}

// refusesRequest: the server does not like what was asked for, rather than who asks or how often.
func refusesRequest(err error) bool {
	code := statusOf(err)
	return code == http.StatusBadRequest || code == http.StatusUnprocessableEntity
}
