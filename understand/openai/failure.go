package openai

import (
	"context"
	"errors"
	"fmt"

	api "github.com/sashabaranov/go-openai"
	"github.com/sony/gobreaker/v2"
)

// What can go wrong. These sentences are all that is ever told or logged of it: what
// a server writes back may hold the talk, or the key.
var (
	errSpent      = errors.New("openai: today's budget is spent")
	errGivenUp    = errors.New("openai: given up by whoever asked")
	errStreams    = errors.New("openai: the server streams, which it was not asked to")
	errMoved      = errors.New("openai: the server sends us elsewhere; put the new address into the settings")
	errTooLong    = errors.New("openai: the answer does not end")
	errEmpty      = errors.New("openai: the answer is empty")
	errUnfinished = errors.New("openai: the answer was broken off or refused")
	errLabels     = errors.New("openai: the answer is not made of the labels that were asked for")
	errLate       = errors.New("openai: no answer in time")
	errResting    = errors.New("openai: not asked, after too many failures")
	errBroken     = errors.New("openai: the line broke, or what came is no answer")
)

// A failed is an answer that is a status.
type failed struct{ code int }

func (f failed) Error() string { return fmt.Sprintf("openai: the server answered %d", f.code) }

// failureOf is an error as it may be told.
func failureOf(err error) error {
	for _, known := range []error{errSpent, errGivenUp, errStreams, errMoved, errTooLong, errEmpty, errUnfinished, errLabels} {
		if errors.Is(err, known) {
			return known
		}
	}
	switch code := statusOf(err); {
	case errors.Is(err, context.DeadlineExceeded):
		return errLate
	case errors.Is(err, gobreaker.ErrOpenState), errors.Is(err, gobreaker.ErrTooManyRequests):
		return errResting
	case code != 0:
		return failed{code}
	}
	return errBroken
}

// statusOf is the HTTP status behind an error, 0 if there was none.
func statusOf(err error) int {
	if a := (*api.APIError)(nil); errors.As(err, &a) {
		return a.HTTPStatusCode
	}
	if r := (*api.RequestError)(nil); errors.As(err, &r) {
		return r.HTTPStatusCode
	}
	return 0
}
