package openai

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// maxBody is the most that is read of an answer, errors included.
const maxBody = 256 << 10

// wire is the way to the server: it waits once where the server asks for it, reads no
// more than it must, and follows nobody to another address with a resident's words.
func wire(base http.RoundTripper) *http.Client {
	c := retryablehttp.NewClient()
	c.Logger = nil
	c.RetryMax, c.RetryWaitMin = 1, time.Second
	c.CheckRetry = worthWaiting
	c.ErrorHandler = retryablehttp.PassthroughErrorHandler
	c.HTTPClient.Transport = bounded{base}
	return c.StandardClient()
}

// worthWaiting: the server is busy, and will be free again before the deadline.
func worthWaiting(ctx context.Context, res *http.Response, err error) (bool, error) {
	if err != nil || res.StatusCode != http.StatusTooManyRequests && res.StatusCode != http.StatusServiceUnavailable {
		return false, err
	}
	wait := retryablehttp.DefaultBackoff(time.Second, time.Second, 0, res)
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > wait, nil
}

// bounded refuses streams, which were not asked for, redirects, and bodies without end.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	switch {
	case kind == "text/event-stream":
		return nil, errors.Join(errStreams, res.Body.Close())
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return nil, errors.Join(errMoved, res.Body.Close())
	}
	res.Body = &short{res.Body, maxBody}
	return res, nil
}

// short is a body that fails where it becomes too long, rather than end as if it were whole.
type short struct {
	io.ReadCloser
	left int
}

// Read implements io.Reader.
func (s *short) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, errTooLong
	}
	n, err := s.ReadCloser.Read(p[:min(len(p), s.left)])
	s.left -= n
	return n, err
}
