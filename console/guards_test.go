package console_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"linli/community"
	"linli/store"
)

// posts are all forms of the pages with something in them.
var posts = map[string]url.Values{
	"/staff/r/1/move": {"to": {"in_hand"}, "why": {"去了"}}, "/staff/r/1/note": {"why": {"记一笔"}}, "/staff/r/1/assign": {"to": {"p1"}},
	"/staff/r/1/recategorise": {"category": {"power"}}, "/staff/r/1/merge": {"into": {"2"}}, "/staff/flag": {"flag": {"aside/msg/tape/lan-g3/z1"}},
	"/staff/r/1/place": {"building": {"5"}}, "/staff/r/1/none": {"as": {"chat"}}, "/staff/answer": {"flag": {"unanswered/all/q1"}, "no": {"1"}},
	"/staff/bind":         {"channel": {"tape"}, "handle": {"wx-7731"}, "to": {"lan/g3"}},
	"/staff/people/login": {"person": {"s2"}}, "/staff/people/pass": {"person": {"s2"}}, "/staff/people/invite": {"uses": {"5"}, "days": {"5"}}, "/staff/out": {},
}

// troubled is a town with two requests, a stranger and an event set aside.
func troubled(t *testing.T) *town {
	t.Helper()
	w := newTown(t)
	w.lamp()
	w.says(rubbish)
	w.stranger("wx-7731")
	setAside(w, "z1", "让程序出错的话")
	w.settled()
	return w
}

func (w *town) stranger(id string) {
	w.t.Helper()
	w.ok(w.mouth.hear(context.Background(), community.Message{ID: "x1", Handle: handle(id), Sender: "u", Name: "7号楼楼长", Kind: community.Text, Text: "大家好", At: w.house.Now()}))
}

func TestFormsNeedTheirToken(t *testing.T) {
	w := troubled(t)
	b, other := w.as("s1"), w.as("s2")
	mine, others := b.form("/staff/"), other.form("/staff/")
	for what, csrf := range map[string]string{"none": "", "wrong": strings.Repeat("0", 64), "another session's": others.Get("csrf")} {
		for path, form := range posts {
			before := w.papers()
			f := url.Values{"key": {mine.Get("key")}, "csrf": {csrf}}
			for k, v := range form {
				f[k] = v
			}
			if res, _ := b.post(path, f); res.StatusCode != http.StatusForbidden || w.papers() != before {
				t.Errorf("%s with %s token: got %d, or something was written", path, what, res.StatusCode)
			}
		}
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	w := troubled(t)
	b := w.as("s1")
	f := b.form("/staff/r/1")
	link := w.link("s2")
	for _, h := range []http.Header{{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://elsewhere.example"}}} {
		b.header = h
		before := w.papers()
		for path, form := range posts {
			for k, v := range form {
				f[k] = v
			}
			if res, _ := b.post(path, f); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s from %v: got %d, want 403", path, h, res.StatusCode)
			}
		}
		if res, _ := b.post(link, nil); res.StatusCode != http.StatusForbidden {
			t.Errorf("a login link from %v: got %d, want 403", h, res.StatusCode)
		}
		if w.papers() != before {
			t.Errorf("from %v something was written", h)
		}
	}
}

func TestWhoIsNotLoggedInSeesAndDoesNothing(t *testing.T) {
	w := troubled(t)
	before := w.papers()
	b := w.browser()
	for _, path := range []string{"/staff/", "/staff/r/1", "/staff/people", "/staff/find?id=1", "/staff/r/1/photo/abc"} {
		if res, body := b.get(path); res.StatusCode != http.StatusSeeOther || strings.Contains(body, "灯") {
			t.Errorf("%s: got %d, want to be sent to the door", path, res.StatusCode)
		}
	}
	for path, form := range posts {
		if res, _ := b.post(path, form); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: got %d, want 401", path, res.StatusCode)
		}
	}
	if w.papers() != before {
		t.Error("something was written")
	}
	if _, body := b.get("/staff/in"); !strings.Contains(body, "登录链接") {
		t.Error("the door does not say how to get in")
	}
}

func TestGetChangesNothing(t *testing.T) {
	w := troubled(t)
	b := w.as("c1")
	before := w.papers()
	for _, path := range []string{"/staff/", "/staff/?group=g3&owner=s1&late=1&closed=1&danger=1&done=x", "/staff/r/1", "/staff/r/999", "/staff/people?link=x", "/staff/find?id=1", "/staff/in", "/staff/in/x"} {
		if res, _ := b.get(path); res.StatusCode >= 500 {
			t.Errorf("%s: got %d", path, res.StatusCode)
		}
	}
	for path, form := range posts {
		if res, _ := b.get(path + "?" + form.Encode()); res.StatusCode < 400 {
			t.Errorf("GET %s: got %d", path, res.StatusCode)
		}
	}
	if w.papers() != before {
		t.Error("a GET wrote something")
	}
}

func TestDoubleTapIsOneOrder(t *testing.T) {
	w := troubled(t)
	b := w.as("s1")
	f := b.form("/staff/r/1")
	f.Set("why", "打过电话了")
	var to [2]string
	for i := range to {
		res, _ := b.post("/staff/r/1/note", f)
		to[i] = res.Header.Get("Location")
	}
	if n := len(w.request("1").Steps); n != 2 || to[0] != to[1] || to[0] == "" {
		t.Errorf("got %d steps and answers %v, want 2 and the same twice", n, to)
	}
	f.Set("why", "又打了一次")
	b.post("/staff/r/1/note", f)
	if n := len(w.request("1").Steps); n != 3 {
		t.Errorf("other words from the same page: got %d steps, want 3", n)
	}
	f.Set("key", "x")
	if res, _ := b.post("/staff/r/1/note", f); res.StatusCode != http.StatusBadRequest {
		t.Errorf("a key that is none: got %d, want 400", res.StatusCode)
	}
}

func TestWordsStayWords(t *testing.T) {
	w := newTown(t)
	evil := func(n string) string { return `<script>alert("` + n + `")</script><img src=x onerror=alert(1)>"'` }
	people := append([]community.Person{{ID: "e1", Name: evil("name"), Role: community.Staff, Title: evil("title")}}, staffOf...)
	w.update(func(tx store.Tx) {
		p := store.Profile(tx)
		p.Name = evil("profile")
		store.PutProfile(tx, p)
		g, _ := store.Group(tx, "g3")
		g.Name = evil("group")
		store.PutGroup(tx, g)
		store.PutPeople(tx, people)
		store.Raise(tx, community.Flag{Key: evil("key"), At: w.house.Now(), Kind: evil("kind"), Text: evil("flag"), About: "1"})
	})
	bad := lamp
	bad.name, bad.text = evil("nick"), evil("text")
	w.says(bad)
	w.update(func(tx store.Tx) {
		r, _ := store.Request(tx, "1")
		r.Summary, r.Why, r.Where.Name, r.Where.Room = evil("summary"), evil("why"), evil("place"), evil("room")
		store.PutRequest(tx, r)
	})
	w.ok(w.mouth.hear(context.Background(), community.Message{ID: "x1", Handle: handle(evil("handle")), Sender: "u", Name: evil("speaker"), Kind: community.Text, Text: "hi", At: w.house.Now()}))
	setAside(w, "z1", evil("aside"))
	b := w.as("e1")
	pages := map[string]string{"note": b.taps("/staff/r/1", "/staff/r/1/note", "why", evil("note")), "refused": b.taps("/staff/r/1", "/staff/r/1/move", "to", evil("to"), "why", evil("typed")),
		"assign": b.taps("/staff/r/1", "/staff/r/1/assign", "to", "e1")}
	for _, path := range []string{"/staff/", "/staff/r/1", "/staff/people", "/staff/?group=" + url.QueryEscape(evil("q")), "/staff/r/" + url.PathEscape(evil("id"))} {
		_, pages[path] = b.get(path)
	}
	_, pages["link"] = w.browser().get(w.link("e1"))
	for name, body := range pages {
		if strings.Contains(body, "<script") || strings.Contains(body, "<img src=x") || !strings.Contains(body, "<h1") {
			t.Errorf("%s: words became markup", name)
		}
	}
	for _, part := range []string{"name", "title", "profile", "group", "flag", "nick", "text", "summary", "why", "place", "note"} {
		if !strings.Contains(pages["/staff/r/1"], "alert(&#34;"+part+"&#34;)") {
			t.Errorf("the request's page does not show the %s at all", part)
		}
	}
	for _, part := range []string{"handle", "speaker", "aside"} {
		if !strings.Contains(pages["/staff/"], "alert(&#34;"+part+"&#34;)") {
			t.Errorf("the first page does not show the %s at all", part)
		}
	}
}

func TestPagesLoadNothingForeignAndNothingInline(t *testing.T) {
	w := troubled(t)
	b := w.as("c1")
	foreign := regexp.MustCompile(`(?i)(src|href|action)="(https?:)?//|\sstyle=|\son[a-z]+="|<script|<style`)
	for _, path := range []string{"/staff/", "/staff/r/1", "/staff/people", "/staff/in/x", "/staff/nowhere"} {
		res, body := b.get(path)
		h := res.Header
		csp := h.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "script-src") || h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: got headers %v", path, h)
		}
		if hit := foreign.FindString(body); hit != "" {
			t.Errorf("%s: found %q", path, hit)
		}
	}
	for _, name := range []string{"base.css", "desk.css", "file.css", "icon.svg", "caret.svg"} {
		res, body := b.get("/staff/look/" + name)
		if res.StatusCode != http.StatusOK || strings.Contains(strings.ReplaceAll(body, "http://www.w3.org/2000/svg", ""), "//") {
			t.Errorf("%s: status %d, or it names another host", name, res.StatusCode)
		}
	}
	if res, _ := b.get("/staff/look/../console.go"); res.StatusCode == http.StatusOK {
		t.Error("a file that is no asset was served")
	}
}

func TestLogsHoldNoWordsNamesOrLinks(t *testing.T) {
	w := troubled(t)
	link := w.link("s1")
	b := w.browser()
	b.post(link, nil)
	made := b.taps("/staff/people", "/staff/people/login", "person", "p1")
	b.taps("/staff/r/1", "/staff/r/1/note", "why", "唐阿姨家没人")
	b.get("/staff/r/1")
	token := regexp.MustCompile(`/staff/in/(\w+)`).FindStringSubmatch(made)
	if token == nil {
		t.Fatal("no link was shown")
	}
	logs := w.logs.String()
	if !strings.Contains(logs, "logged in") || !strings.Contains(logs, "link made") {
		t.Fatalf("got %s", logs)
	}
	for _, secret := range []string{"唐阿姨", "沈洁", "钱师傅", "3-402", "13800001234", "灯", token[1], strings.TrimPrefix(link, "/staff/in/")} {
		if strings.Contains(logs, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

func TestTooLongAFormIsRefused(t *testing.T) {
	w := troubled(t)
	b := w.as("s1")
	f := b.form("/staff/r/1")
	f.Set("why", strings.Repeat("字", 1001))
	if res, _ := b.post("/staff/r/1/note", f); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("1001 characters: got %d, want 413", res.StatusCode)
	}
	f.Set("why", strings.Repeat("字", 100_000))
	if res, _ := b.post("/staff/r/1/note", f); res.StatusCode != http.StatusBadRequest || len(w.request("1").Steps) != 1 {
		t.Errorf("100000 characters: got %d, want 400", res.StatusCode)
	}
}
