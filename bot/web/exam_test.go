package web_test

import (
	"bytes"
	"html"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"linli/bot/channeltest"
	"linli/bot/web"
	"linli/community"
)

// Neighbours are the people of the examination, each with a browser of their own.
type neighbours struct {
	w   *town // only its address is used
	ch  *web.Channel
	mu  sync.Mutex
	all map[string]*visitor
}

// of is the person's browser; the first time, they join as a newcomer does.
func (b *neighbours) of(t *testing.T, person string) *visitor {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all[person] != nil {
		return b.all[person]
	}
	v := b.w.visitor()
	name, home, _ := strings.Cut(person, " ")
	building, room, _ := strings.Cut(home, "-")
	form := url.Values{"community": {"exam"}, "name": {name}, "building": {building}, "room": {room}}
	b.w.until("joining", func() bool {
		res, err := v.post("/who/join", form)
		return err == nil && res.StatusCode == http.StatusSeeOther
	})
	b.all[person] = v
	return v
}

func (b *neighbours) say(t *testing.T, s channeltest.Said) bool {
	v, path := b.of(t, s.Person), "/chat/g1"
	if s.Private {
		path = "/chat/@me"
	}
	if s.Recall != "" {
		res, err := v.post(path+"/recall", url.Values{"message": {s.Recall}})
		return err == nil && res.StatusCode == http.StatusSeeOther
	}
	text := s.Text
	if s.AtOther != "" {
		text = "@" + s.AtOther + " " + text
	}
	if s.AtBot {
		text = "@小邻 " + text
	}
	form := url.Values{"token": {s.Key}, "text": {text}, "reply": {s.Quote}}
	if s.Photo != nil {
		return v.uploads(t, path+"/say", form, s.Photo)
	}
	res, err := v.post(path+"/say", form)
	return err == nil && res.StatusCode == http.StatusSeeOther
}

// uploads sends a form with a photo in it.
func (v *visitor) uploads(t *testing.T, path string, form url.Values, photo []byte) bool {
	t.Helper()
	var body bytes.Buffer
	mw := multipart.NewWriter(&body)
	for k := range form {
		if err := mw.WriteField(k, form.Get(k)); err != nil {
			t.Fatal(err)
		}
	}
	part, err := mw.CreateFormFile("photo", "photo")
	if err == nil {
		_, err = part.Write(photo)
	}
	if err != nil || mw.Close() != nil {
		t.Fatal(err)
	}
	res, err := v.client.Post(v.w.url+path, mw.FormDataContentType(), &body)
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusSeeOther
}

var (
	ownBubble = regexp.MustCompile(`(?s)<li class="line own".*?</li>`)
	ownWords  = regexp.MustCompile(`(?s)<p class="words">(.*?)</p>`)
	ownCall   = regexp.MustCompile(`(?s)<span class="to">(.*?)</span>`)
	ownQuote  = regexp.MustCompile(`data-goto="([^"]*)"`)
)

// shown reads 小邻's bubbles from the page that a person has before them.
func (b *neighbours) shown(t *testing.T, person, path string) []channeltest.Shown {
	_, page := b.of(t, person).must("GET", path, nil)
	var out []channeltest.Shown
	for _, li := range ownBubble.FindAllString(page, -1) {
		var s channeltest.Shown
		if m := ownWords.FindStringSubmatch(li); m != nil {
			for _, to := range ownCall.FindAllStringSubmatch(m[1], -1) {
				s.Mentions = append(s.Mentions, html.UnescapeString(to[1]))
			}
			s.Text = html.UnescapeString(m[1])
		}
		if m := ownQuote.FindStringSubmatch(li); m != nil {
			s.Quote = html.UnescapeString(m[1])
		}
		out = append(out, s)
	}
	return out
}

func TestWebSitsTheExamination(t *testing.T) {
	channeltest.Run(t, channeltest.Options{
		Features: channeltest.Features{Acks: true, Quotes: true, Mentions: true, Photos: true, Recalls: true, Private: true},
		Open: func(t *testing.T) channeltest.Platform {
			ch := web.New(web.Options{Log: slog.New(slog.DiscardHandler)})
			srv := httptest.NewServer(ch.Handler())
			t.Cleanup(srv.Close)
			b := &neighbours{w: &town{t: t, web: ch, url: srv.URL}, ch: ch, all: map[string]*visitor{}}
			return channeltest.Platform{
				Channel: ch, Attach: ch.Attach, Group: web.GroupHandle("exam", "g1"),
				Other: []community.Handle{{Channel: "web", ID: "exam"}, {Channel: "web", ID: "exam/"}, {Channel: "web", ID: "/g1"}, {Channel: "web", ID: "exam/%zz"}},
				Ready: func(t *testing.T) { b.of(t, "看门的 1-101") },
				Say:   b.say,
				Shown: func(t *testing.T) []channeltest.Shown { return b.shown(t, "看门的 1-101", "/chat/g1") },
				ShownTo: func(t *testing.T, person string) []string {
					var out []string
					for _, s := range b.shown(t, person, "/chat/@me") {
						out = append(out, s.Text)
					}
					return out
				},
			}
		},
	})
}
