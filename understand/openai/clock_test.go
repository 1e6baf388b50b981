package openai

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener without a network, so that time in a bubble can pass while a server is waited for.
type pipes struct {
	calls chan net.Conn
	shut  chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.shut:
		return nil, net.ErrClosed
	}
}
func (p pipes) Close() error   { close(p.shut); return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// near is a client in a bubble, and a server of real HTTP at the other end of a pipe.
func near(t *testing.T, o Options, h http.HandlerFunc) *Client {
	t.Helper()
	p := pipes{make(chan net.Conn), make(chan struct{})}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a server sees that a client is gone only when it has read its request
		h(w, r)
	})}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(p) }()
	line := &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		p.calls <- there
		return here, nil
	}}
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	o.Address, o.Model, o.Log = "http://model/v1", "m", slog.New(slog.DiscardHandler)
	c, err := over(line, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestModelRestsAfterFailuresAndIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		var hits atomic.Int32
		down.Store(true)
		c := near(t, Options{RequestsPerDay: 100, TokensPerDay: 1 << 20}, func(w http.ResponseWriter, r *http.Request) {
			if hits.Add(1); down.Load() {
				<-r.Context().Done()
				return
			}
			answer(w, lamp, "stop")
		})
		ask := func(i int) error { _, err := c.Ask(t.Context(), question(fmt.Sprint(i))); return err }
		start := time.Now()
		for i := range tripsAfter {
			if err := ask(i); !errors.Is(err, errLate) {
				t.Fatalf("got %v, want late", err)
			}
		}
		if took := time.Since(start); took != tripsAfter*defaultDeadline {
			t.Errorf("got %v for %d questions, want %v each", took, tripsAfter, defaultDeadline)
		}
		start = time.Now()
		if err := ask(90); !errors.Is(err, errResting) || time.Since(start) != 0 || hits.Load() != tripsAfter {
			t.Errorf("got %v after %v and %d requests, want a refusal at once", err, time.Since(start), hits.Load())
		}
		time.Sleep(restsFor + time.Second) // in the bubble
		if err := ask(91); !errors.Is(err, errLate) {
			t.Errorf("got %v, want one more try", err)
		}
		if err := ask(92); !errors.Is(err, errResting) {
			t.Errorf("got %v, want it to rest again", err)
		}
		down.Store(false)
		time.Sleep(restsFor + time.Second)
		for i := range 3 {
			if err := ask(93 + i); err != nil {
				t.Errorf("got %v, want answers again", err)
			}
		}
		if n := c.Stats(); n.Resting != 2 || n.Answered != 3 || n.Failed != tripsAfter+1 {
			t.Errorf("got %+v", n)
		}
	})
}

func TestBudgetIsOneChineseDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the bubble's clock starts at eight in the morning in China
		c := near(t, Options{RequestsPerDay: 3, TokensPerDay: 1 << 20}, func(w http.ResponseWriter, _ *http.Request) { answer(w, lamp, "stop") })
		n := 0
		ask := func() error { n++; _, err := c.Ask(t.Context(), question(fmt.Sprint(n))); return err }
		for range 3 {
			if err := ask(); err != nil {
				t.Fatal(err)
			}
		}
		for range 20 { // more than would make the model rest
			if err := ask(); !errors.Is(err, errSpent) {
				t.Fatalf("got %v, want the budget spent", err)
			}
		}
		time.Sleep(15*time.Hour + 59*time.Minute)
		if err := ask(); !errors.Is(err, errSpent) {
			t.Errorf("got %v at 23:59, want the budget spent", err)
		}
		time.Sleep(2 * time.Minute)
		if err := ask(); err != nil {
			t.Errorf("got %v at 00:01, want an answer", err)
		}
		if s := c.Stats(); s.Spent != 21 || s.Asked != 4 {
			t.Errorf("got %+v, want 21 refused by the budget and 4 asked", s)
		}
	})
}

func TestTokensAreCountedAsTheServerCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := near(t, Options{RequestsPerDay: 100, TokensPerDay: 5000}, func(w http.ResponseWriter, _ *http.Request) { answer(w, lamp, "stop") }) // 900 each
		var err error
		n := 0
		for ; err == nil && n < 50; n++ {
			_, err = c.Ask(t.Context(), question(fmt.Sprint(n)))
		}
		if !errors.Is(err, errSpent) || n < 4 || n > 6 || c.budget.used > 5000 {
			t.Errorf("got %v at question %d with %d tokens, want about five answers of 900 in 5000", err, n, c.budget.used)
		}
	})
}

func TestFailedRequestsArePaidForToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := near(t, Options{RequestsPerDay: 2, TokensPerDay: 1 << 20}, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
		var err error
		for i := range 3 {
			_, err = c.Ask(t.Context(), question(fmt.Sprint(i)))
		}
		if !errors.Is(err, errSpent) || c.budget.used == 0 {
			t.Errorf("got %v with %d tokens, want two failures paid for", err, c.budget.used)
		}
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for after, want := range map[string]time.Duration{"3": 3 * time.Second, "": time.Second, "7": 7 * time.Second, "8": 0, "-1": time.Second} {
			n := 0
			c := near(t, Options{RequestsPerDay: 9, TokensPerDay: 1 << 20}, func(w http.ResponseWriter, r *http.Request) {
				if n++; n == 1 {
					status(429, after, "")(w, r)
					return
				}
				answer(w, lamp, "stop")
			})
			start := time.Now()
			_, err := c.Ask(t.Context(), question("灯"))
			if took := time.Since(start); took != want || (err == nil) != (want > 0) {
				t.Errorf("Retry-After %q: got %v after %v, want it after %v", after, err, took, want)
			}
		}
	})
}
