package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"linli/bot/web"
)

func TestNamesThatPassForOthersAreRefused(t *testing.T) {
	w := newTown(t, web.Options{})
	for name, want := range map[string]int{
		"张阿姨": http.StatusSeeOther, "👨‍👩‍👧一家": http.StatusSeeOther, "\u202e王姐": http.StatusSeeOther,
		"小\u200b邻": http.StatusUnprocessableEntity, "小 邻": http.StatusUnprocessableEntity, "小\u200d邻": http.StatusUnprocessableEntity,
		"网格员\u2060小王": http.StatusUnprocessableEntity, "陈 书记": http.StatusUnprocessableEntity, "<b>": http.StatusUnprocessableEntity, "\u3164": http.StatusUnprocessableEntity,
	} {
		if res, _ := w.visitor().must("POST", "/who/join", url.Values{"community": {"lan"}, "name": {name}}); res.StatusCode != want {
			t.Errorf("%q: got %d, want %d", name, res.StatusCode, want)
		}
	}
}

func TestMarksThatCannotBeSeenAreTakenOut(t *testing.T) {
	w := newTown(t, web.Options{})
	v := w.as("v1")
	for i, x := range []struct{ said, want string }{
		{"今天\u202e降温\u2066了\u200b\ufeff", "今天降温了"}, {"👨‍👩‍👧 一起来", "👨‍👩‍👧 一起来"}, {"一行\r\n两行\x00\x07", "一行\n两行"},
		{`</p><style>*{display:none}</style><script>x()</script>`, `</p><style>*{display:none}</style><script>x()</script>`},
	} {
		v.says("all", x.said)
		if got := w.said("all")[i].Text; got != x.want {
			t.Errorf("%q: got %q, want %q", x.said, got, x.want)
		}
	}
	if res, _ := v.must("POST", "/chat/all/say", url.Values{"token": {"only-unseen"}, "text": {"\u200b\u202e\u2060"}}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nothing that can be seen: got %d, want 422", res.StatusCode)
	}
	if res, _ := v.must("POST", "/chat/all/say", url.Values{"token": {"a-whole-book"}, "text": {strings.Repeat("长", 22_000)}}); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("64 kB of words: got %d, want 413", res.StatusCode)
	}
	_, page := v.must("GET", "/chat/all", nil)
	if strings.Contains(page, "<style>*") {
		t.Error("words became style")
	}
}

func TestInvitationIsNotUsedUpByWhatIsRefused(t *testing.T) {
	w := newTown(t, web.Options{})
	path, err := w.web.Invite(context.Background(), web.Invitation{Community: "shi", Uses: 1})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"": http.StatusUnprocessableEntity, "网格员小王": http.StatusUnprocessableEntity} {
		if res, _ := w.visitor().must("POST", path, url.Values{"name": {name}}); res.StatusCode != want {
			t.Errorf("%q: got %d, want %d", name, res.StatusCode, want)
		}
	}
	if res, _ := w.visitor().must("POST", path, url.Values{"name": {"王姐"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the place that is left: got %d, want 303", res.StatusCode)
	}
	late, err := w.web.Invite(context.Background(), web.Invitation{Community: "shi", Until: time.Now().Add(-time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"GET", "POST"} {
		if res, _ := w.visitor().must(method, late, url.Values{"name": {"王姐"}}); res.StatusCode != http.StatusGone {
			t.Errorf("%s of an invitation that has expired: got %d, want 410", method, res.StatusCode)
		}
	}
}

// TestCrowdBehindAProxyIsCountedByPeople: a flood from one address ends, and others behind the same proxy still come in.
func TestCrowdBehindAProxyIsCountedByPeople(t *testing.T) {
	still := func() time.Time { return time.Date(2026, 5, 11, 2, 0, 0, 0, time.UTC) }
	join := func(w *town, from ...string) int {
		v := w.visitor()
		for _, f := range from {
			v.header.Add("X-Forwarded-For", f)
		}
		res, _ := v.must("POST", "/who/join", url.Values{"community": {"lan"}, "name": {"王姐"}})
		return res.StatusCode
	}
	flood := func(w *town, n int, from ...string) (last int) {
		for range n {
			last = join(w, from...)
		}
		return last
	}
	tls := newTown(t, web.Options{Secure: true, Clock: still})
	if got := flood(tls, 32, "203.0.113.7"); got != http.StatusTooManyRequests {
		t.Errorf("a flood behind a proxy: got %d, want 429", got)
	}
	if got := join(tls, "198.51.100.1, 203.0.113.7"); got != http.StatusTooManyRequests {
		t.Errorf("the same with an address of its own making in front: got %d, want 429", got)
	}
	if got := join(tls, "203.0.113.8"); got != http.StatusSeeOther {
		t.Errorf("somebody else behind the proxy: got %d, want 303", got)
	}
	flood(tls, 32, "2001:db8:1:2::5")
	if got := join(tls, "2001:db8:1:2::6"); got != http.StatusTooManyRequests {
		t.Errorf("the same household: got %d, want 429", got)
	}
	if got := flood(tls, 60); got != http.StatusSeeOther {
		t.Errorf("a proxy that does not say who comes: got %d, want 303", got)
	}
	open := newTown(t, web.Options{Clock: still})
	if got := flood(open, 32, "203.0.113.9"); got != http.StatusTooManyRequests {
		t.Errorf("without a proxy the header counts for nothing: got %d, want 429", got)
	}
	if got := join(open, "203.0.113.10"); got != http.StatusTooManyRequests {
		t.Errorf("a header that was made up: got %d, want 429", got)
	}
}

func TestTokenThatWasGivenUpOpensNothing(t *testing.T) {
	w := newTown(t, web.Options{})
	v, thief := w.as("v1"), w.visitor()
	at, err := url.Parse(w.url)
	if err != nil {
		t.Fatal(err)
	}
	ck := v.client.Jar.Cookies(at)[0]
	thief.header.Set("Cookie", ck.Name+"="+ck.Value)
	v.must("POST", "/leave", nil)
	if res, _ := thief.must("GET", "/chat/g3", nil); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/who" {
		t.Errorf("a page with the old token: got %d, want to be asked who one is", res.StatusCode)
	}
	if res, _ := thief.must("POST", "/chat/g3/say", url.Values{"token": {"12345678"}, "text": {"是我"}}); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("words with the old token: got %d, want 401", res.StatusCode)
	}
	thief.header.Set("Accept", "text/event-stream")
	if res, _ := thief.must("GET", "/chat/g3/live", nil); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("listening with the old token: got %d, want 401", res.StatusCode)
	}
}

var seq = regexp.MustCompile(`第(\d+)句`)

func TestBurstReachesWhoeverListens(t *testing.T) {
	w := newTown(t, web.Options{})
	w.chatter(1, 0)
	events := w.as("s1").events(t, "/chat/g3/live", "")
	next(t, events, "lines")
	w.chatter(300, 1)
	got := map[string]bool{}
	for len(got) < 300 {
		for _, hit := range seq.FindAllStringSubmatch(next(t, events, "lines"), -1) {
			if hit[1] != "0" {
				got[hit[1]] = true
			}
		}
	}
}

func TestAThousandLinesCanAllBeScrolledTo(t *testing.T) {
	w := newTown(t, web.Options{})
	w.chatter(1000, 0)
	v := w.as("s1")
	v.header.Set("Accept", "application/json")
	seen := map[string]int{}
	before, pages := w.house.Now().Add(time.Hour).UnixNano(), 0
	first := regexp.MustCompile(`data-at="(\d+)"`)
	for more := true; more; pages++ {
		res, body := v.must("GET", fmt.Sprintf("/chat/g3/earlier?before=%d", before), nil)
		var got struct {
			Items []struct{ HTML string }
			More  bool
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil || pages > 30 {
			t.Fatalf("page %d: got %d %v", pages, res.StatusCode, err)
		}
		for _, item := range got.Items {
			if hit := seq.FindStringSubmatch(item.HTML); hit != nil {
				seen[hit[1]]++
			}
		}
		if more = got.More && len(got.Items) > 0; more {
			fmt.Sscan(first.FindStringSubmatch(got.Items[0].HTML)[1], &before)
		}
	}
	for i := range 1000 {
		if n := seen[fmt.Sprint(i)]; n != 1 {
			t.Fatalf("line %d came %d times, want once", i, n)
		}
	}
}
