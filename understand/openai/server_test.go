package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/community"
	"linli/understand"
)

const key = "sk-very-secret"

// A server is a model's address that does as its handler says and keeps what it was sent.
type server struct {
	*httptest.Server
	mu    sync.Mutex
	sent  []string
	onHit func(n int)
}

func serve(t *testing.T, h http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.sent = append(s.sent, string(raw))
		if s.onHit != nil {
			s.onHit(len(s.sent))
		}
		s.mu.Unlock()
		if r.Header.Get("Authorization") != "Bearer "+key || r.URL.Path != "/v1/chat/completions" {
			http.Error(w, "who are you", http.StatusUnauthorized)
			return
		}
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) hits() int { s.mu.Lock(); defer s.mu.Unlock(); return len(s.sent) }

// client asks the server; what it logs is in the buffer.
func client(t *testing.T, s *server, deadline time.Duration) (*Client, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	c, err := New(Options{Address: s.URL + "/v1", Model: "m", Key: key, Deadline: deadline, RequestsPerDay: 100, TokensPerDay: 1 << 20,
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	return c, &log
}

func question(words string) understand.Query {
	return understand.Query{Words: words, Speaker: "A (resident)", Group: "building", Kind: "text"}
}

// says answers as a model does.
func says(content string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { answer(w, content, "stop") }
}

func answer(w io.Writer, content, finish string) {
	_ = json.NewEncoder(w).Encode(map[string]any{"id": "x", "object": "chat.completion", "usage": map[string]int{"total_tokens": 900},
		"choices": []any{map[string]any{"index": 0, "finish_reason": finish, "message": map[string]string{"role": "assistant", "content": content}}}})
}

const lamp = `{"intent":"request","request":"","category":"lighting","urgency":"normal","still_open":false,"rows":[],"building":"3","unit":""}`

func TestQuestionIsPutStrictlyAndAnswered(t *testing.T) {
	s := serve(t, says(lamp))
	c, _ := client(t, s, time.Second)
	p, err := c.Ask(t.Context(), question("楼道又那样了"))
	if err != nil || p.Intent != community.Asks || p.Category != "lighting" {
		t.Fatalf("got %+v %v, want the labels", p, err)
	}
	var got struct {
		Model       string
		MaxTokens   int     `json:"max_tokens"`
		Temperature float64 `json:"temperature"`
		Stream      *bool
		Messages    []struct{ Role, Content string }
		Format      struct {
			Type   string
			Schema struct {
				Strict bool
				Schema map[string]any
			} `json:"json_schema"`
		} `json:"response_format"`
	}
	if err := json.Unmarshal([]byte(s.sent[0]), &got); err != nil {
		t.Fatal(err)
	}
	if got.Model != "m" || got.MaxTokens != answerTokens || got.Temperature > 1e-6 || !strings.Contains(s.sent[0], `"temperature"`) || got.Stream == nil || *got.Stream {
		t.Errorf("got %+v, want temperature 0, a bound and no stream", got)
	}
	if f := got.Format; f.Type != "json_schema" || !f.Schema.Strict || f.Schema.Schema["additionalProperties"] != false || strings.Contains(fmt.Sprint(f.Schema.Schema), "command") {
		t.Errorf("got %+v, want a strict schema without orders", f)
	}
	var q understand.Query
	if len(got.Messages) != 2 || got.Messages[0].Content != prompt || json.Unmarshal([]byte(got.Messages[1].Content), &q) != nil || q.Words != "楼道又那样了" {
		t.Errorf("got %+v, want the prompt and the question as JSON", got.Messages)
	}
	if n := c.Stats(); n != (Stats{Asked: 1, Answered: 1}) || c.budget.used != 900 {
		t.Errorf("got %+v and %d tokens, want one answered and what the server counted", n, c.budget.used)
	}
}

func TestSameQuestionIsAskedOnce(t *testing.T) {
	s := serve(t, says(lamp))
	c, _ := client(t, s, time.Second)
	for range 3 {
		if p, err := c.Ask(t.Context(), question("灯")); err != nil || p.Category != "lighting" {
			t.Fatalf("got %+v %v", p, err)
		}
	}
	if s.hits() != 1 || c.Stats().Cached != 2 {
		t.Errorf("got %d requests and %+v, want 1 and two from memory", s.hits(), c.Stats())
	}
}

func TestServerThatOnlyKnowsPlainJSON(t *testing.T) {
	s := serve(t, nil)
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		s.sent = append(s.sent, string(raw))
		if strings.Contains(string(raw), "json_schema") {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":{"message":"This response_format type is unavailable now","type":"invalid_request_error"}}`)
			return
		}
		answer(w, lamp, "stop")
	})
	c, _ := client(t, s, time.Second)
	for _, w := range []string{"灯", "水"} {
		if p, err := c.Ask(t.Context(), question(w)); err != nil || p.Category != "lighting" {
			t.Fatalf("got %+v %v, want the labels", p, err)
		}
	}
	if len(s.sent) != 3 || !strings.Contains(s.sent[2], `"json_object"`) || !strings.Contains(s.sent[2], "JSON") {
		t.Errorf("got %d requests, want the schema refused once and never tried again", len(s.sent))
	}
}

// trouble is what a server may do, what is told of it, and how often it is asked.
var trouble = map[string]struct {
	does http.HandlerFunc
	want error
	hits int
}{
	"slow": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, errLate, 1},
	"cut off in the middle": {func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5000")
		fmt.Fprint(w, `{"choices":[{"message":{"content":"{\"intent\":\"req`)
		panic(http.ErrAbortHandler)
	}, errBroken, 1},
	"busy, no word how long":      {status(429, "", "{}"), failed{429}, 1}, // a second is too long here
	"busy for an hour":            {status(429, "3600", `{"error":{"message":"slow down"}}`), failed{429}, 1},
	"busy for ever":               {status(429, "0", ""), failed{429}, 2},
	"unwell":                      {status(500, "", `{"error":{"message":"楼道又那样了 sk-very-secret"}}`), failed{500}, 1},
	"unwell and silent":           {status(502, "", ""), failed{502}, 1},
	"another key":                 {status(401, "", `{"error":{"message":"Incorrect API key provided: sk-very-secret"}}`), failed{401}, 1},
	"refuses everything":          {status(400, "", `{"error":{"message":"楼道又那样了"}}`), failed{400}, 2},
	"not JSON":                    {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>楼道又那样了") }, errBroken, 1},
	"nothing":                     {func(http.ResponseWriter, *http.Request) {}, errBroken, 1},
	"no choices":                  {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"choices":[]}`) }, errEmpty, 1},
	"another schema":              {says(`{"label":"lighting","confidence":0.9}`), errLabels, 1},
	"prose":                       {says("好的，这是一个照明问题。"), errLabels, 1},
	"empty content":               {says(""), errLabels, 1},
	"an answer that was cut":      {func(w http.ResponseWriter, _ *http.Request) { answer(w, lamp, "length") }, errUnfinished, 1},
	"an answer that was filtered": {func(w http.ResponseWriter, _ *http.Request) { answer(w, lamp, "content_filter") }, errUnfinished, 1},
	"ten megabytes":               {says(strings.Repeat("灯", 10<<20/3)), errTooLong, 1},
	"ten megabytes of error":      {status(500, "", strings.Repeat("x", 10<<20)), errTooLong, 1},
	"a stream": {func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		fmt.Fprint(w, "data: {\"choices\":[{\"delta\":{\"content\":\"{\"}}]}\n\ndata: [DONE]\n\n")
	}, errStreams, 1},
	"a stream that says it is none": {func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "data: {\"choices\":[]}\n\ndata: [DONE]\n\n")
	}, errBroken, 1},
	"an order":            {says(`{"intent":"command","request":"","category":"","urgency":"normal","still_open":false,"rows":[],"building":"","unit":""}`), errLabels, 1},
	"an announcement":     {says(`{"intent":"chat","announce":"@所有人 明天停水"}`), errLabels, 1},
	"a phone number":      {says(`{"intent":"request","building":"13812345678"}`), errLabels, 1},
	"two answers":         {says(lamp + lamp), errLabels, 1},
	"an answer of 100 KB": {says(`{"intent":"chat","request":"` + strings.Repeat("x", 100<<10) + `"}`), errLabels, 1},
	"many thousand choices": {func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"choices":[`+strings.Repeat(`{},`, 10<<10)+`{}]}`)
	}, errLabels, 1},
}

func status(code int, retryAfter, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

func TestTroubleIsToldAndNothingElse(t *testing.T) {
	for name, c := range trouble {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, c.does)
			m, log := client(t, s, 800*time.Millisecond)
			p, err := m.Ask(t.Context(), question("楼道又那样了"))
			if !errors.Is(err, c.want) || p.Intent != "" || s.hits() != c.hits {
				t.Errorf("got %+v %v after %d requests, want %v after %d", p, err, s.hits(), c.want, c.hits)
			}
			for _, word := range []string{"楼道", key, "slow down", "停水"} {
				if strings.Contains(log.String(), word) || strings.Contains(err.Error(), word) {
					t.Errorf("%q is told: %v / %s", word, err, log)
				}
			}
			if n := m.Stats(); n.Failed != 1 || n.Answered != 0 || !strings.Contains(log.String(), "question=") {
				t.Errorf("got %+v and log %q, want one failure and a line about it", n, log)
			}
		})
	}
}

func TestBusyServerIsAskedOnceMore(t *testing.T) {
	for _, code := range []int{429, 503} {
		n := 0
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				status(code, "0", "")(w, r)
				return
			}
			answer(w, lamp, "stop")
		})
		c, _ := client(t, s, 2*time.Second)
		if p, err := c.Ask(t.Context(), question("灯")); err != nil || p.Category != "lighting" || s.hits() != 2 || s.sent[0] != s.sent[1] {
			t.Errorf("%d: got %+v %v after %d requests, want an answer from the second", code, p, err, s.hits())
		}
	}
}

func TestWordsDoNotFollowARedirect(t *testing.T) {
	elsewhere := serve(t, says(lamp))
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
	})
	c, _ := client(t, s, time.Second)
	if _, err := c.Ask(t.Context(), question("灯")); !errors.Is(err, errMoved) || elsewhere.hits() != 0 {
		t.Errorf("got %v and %d requests elsewhere, want a refusal and none", err, elsewhere.hits())
	}
}

func TestWhoGivesUpIsNoFailureOfTheServer(t *testing.T) {
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c, _ := client(t, s, 5*time.Second)
	for i := range 2 * tripsAfter {
		ctx, cancel := contextUntil(t, s, i+1)
		_, err := c.Ask(ctx, question(fmt.Sprint(i)))
		cancel()
		if !errors.Is(err, errGivenUp) {
			t.Fatalf("got %v, want given up", err)
		}
	}
	if c.Stats().Resting != 0 {
		t.Errorf("got %+v, want the model still asked", c.Stats())
	}
}

func TestManyAskAtOnce(t *testing.T) {
	s := serve(t, says(lamp))
	c, _ := client(t, s, 5*time.Second)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if p, err := c.Ask(t.Context(), question(fmt.Sprint(i%10))); err != nil || p.Category != "lighting" {
				t.Errorf("got %+v %v", p, err)
			}
		})
	}
	wg.Wait()
	if n := c.Stats(); n.Answered+n.Cached != 20 || n.Asked != uint64(s.hits()) {
		t.Errorf("got %+v with %d requests, want 20 answers", n, s.hits())
	}
}

func TestAddressAndNameAreNeeded(t *testing.T) {
	for _, o := range []Options{{}, {Address: "http://x/v1"}, {Model: "m"}} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v: got no error", o)
		}
	}
}

// contextUntil ends as soon as the server has been asked n times.
func contextUntil(t *testing.T, s *server, n int) (context.Context, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onHit = func(have int) {
		if have >= n {
			cancel()
		}
	}
	return ctx, cancel
}
