package console_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"linli/community"
	"linli/console"
	"linli/store"
)

func (w *town) later(d time.Duration) { w.ahead.Add(int64(d)) }

func TestLinkWorksOnceAndLookingUsesNothingUp(t *testing.T) {
	w := newTown(t)
	path := w.link("c1")
	before := w.papers()
	for range 3 {
		if res, body := w.browser().get(path); res.StatusCode != http.StatusOK || !strings.Contains(body, "陈书记") || len(res.Cookies()) != 0 {
			t.Fatalf("looking at the link: got %d with %d cookies", res.StatusCode, len(res.Cookies()))
		}
	}
	if w.papers() != before {
		t.Error("looking at the link changed something")
	}
	b := w.browser()
	res, _ := b.post(path, nil)
	if res.StatusCode != http.StatusSeeOther || len(res.Cookies()) != 1 {
		t.Fatalf("pressing the button: got %d with %d cookies", res.StatusCode, len(res.Cookies()))
	}
	ck := res.Cookies()[0]
	if !ck.HttpOnly || ck.SameSite != http.SameSiteLaxMode || ck.Secure || ck.MaxAge != 12*60*60 {
		t.Errorf("got cookie %s", ck)
	}
	token, _, _ := strings.Cut(ck.Value, ".")
	for what, secret := range map[string]string{"the link": strings.TrimPrefix(path, "/staff/in/"), "the session": token} {
		if papers := w.papers(); len(secret) < 26 || strings.Contains(papers, secret) {
			t.Errorf("%s's token %d characters long lies in the store as it is", what, len(secret))
		}
	}
	if _, body := b.get("/staff/"); !strings.Contains(body, "陈书记，") {
		t.Error("not logged in")
	}
	for range 2 {
		if res, _ := w.browser().post(path, nil); res.StatusCode != http.StatusGone {
			t.Errorf("the link again: got %d, want 410", res.StatusCode)
		}
	}
}

func TestTwoWhoPressTheSameLink(t *testing.T) {
	w := newTown(t)
	path := w.link("c1")
	codes := make(chan int, 8)
	for range cap(codes) {
		b := w.browser()
		go func() {
			res, err := b.client.Post(w.url+path, "application/x-www-form-urlencoded", nil)
			if err != nil {
				codes <- 0
				return
			}
			res.Body.Close()
			codes <- res.StatusCode
		}()
	}
	in := 0
	for range cap(codes) {
		if <-codes == http.StatusSeeOther {
			in++
		}
	}
	if in != 1 {
		t.Errorf("got %d logged in, want 1", in)
	}
}

func TestLinkEnds(t *testing.T) {
	w := newTown(t)
	path := w.link("c1")
	w.later(15 * time.Minute)
	if res, _ := w.browser().get(path); res.StatusCode != http.StatusGone {
		t.Errorf("looking: got %d, want 410", res.StatusCode)
	}
	if res, _ := w.browser().post(path, nil); res.StatusCode != http.StatusGone {
		t.Errorf("pressing: got %d, want 410", res.StatusCode)
	}
	before := w.papers()
	if res, _ := w.browser().post("/staff/in/GUESSGUESSGUESSGUESSGUESS", nil); res.StatusCode != http.StatusGone || w.papers() != before {
		t.Errorf("a guess: got %d, or it wrote something", res.StatusCode)
	}
}

func TestLinksAreForThoseWhoServe(t *testing.T) {
	w := newTown(t)
	for _, who := range []community.PersonID{"v1", "nobody", ""} {
		if path, err := w.desk.Link(context.Background(), lan, who); err == nil || path != "" {
			t.Errorf("a link for %q was made", who)
		}
	}
	for _, c := range []community.ID{store.House, "", "nowhere"} {
		if _, err := w.desk.Link(context.Background(), c, "c1"); err == nil {
			t.Errorf("a link into %q was made", c)
		}
	}
}

func TestSessionEndsWhenNobodyLooks(t *testing.T) {
	w := newTown(t)
	b := w.as("s1")
	w.later(13 * time.Hour)
	res, _ := b.get("/staff/")
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/staff/in" {
		t.Errorf("after 13 idle hours: got %d to %s", res.StatusCode, res.Header.Get("Location"))
	}
}

func TestLookingKeepsASessionForAWeekAtMost(t *testing.T) {
	w := newTown(t)
	b := w.as("s1")
	b.client.Jar = nil // the cookie is carried by hand: net/http's jar ends it by our clock, not the house's
	b.header.Set("Cookie", w.cookieOf("s1"))
	for hours := 10; hours < 7*24; hours += 10 {
		w.later(10 * time.Hour)
		before := w.papers()
		res, _ := b.get("/staff/")
		if res.StatusCode != http.StatusOK || len(res.Cookies()) != 1 {
			t.Fatalf("after %d hours: got %d with %d cookies", hours, res.StatusCode, len(res.Cookies()))
		}
		if w.papers() != before {
			t.Fatal("looking wrote something")
		}
		b.header.Set("Cookie", res.Cookies()[0].Name+"="+res.Cookies()[0].Value)
	}
	w.later(10 * time.Hour)
	if res, _ := b.get("/staff/"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("after a week: got %d, want to be sent to the door", res.StatusCode)
	}
}

// cookieOf logs somebody in and returns the cookie as it is sent.
func (w *town) cookieOf(person community.PersonID) string {
	w.t.Helper()
	res, _ := w.browser().post(w.link(person), nil)
	if len(res.Cookies()) != 1 {
		w.t.Fatalf("logging in: got %d", res.StatusCode)
	}
	return res.Cookies()[0].Name + "=" + res.Cookies()[0].Value
}

func TestCookieIsSealed(t *testing.T) {
	w := newTown(t)
	good := w.cookieOf("s1")
	name, value, _ := strings.Cut(good, "=")
	parts := strings.Split(value, ".")
	for what, bad := range map[string]string{
		"a later time": parts[0] + ".zzzzzz." + parts[2], "no seal": parts[0] + "." + parts[1], "token only": parts[0], "another token": "0" + parts[0][1:] + "." + parts[1] + "." + parts[2],
		"nothing": "", "very long": strings.Repeat("A", 500),
	} {
		b := w.browser()
		b.header.Set("Cookie", name+"="+bad)
		if res, _ := b.get("/staff/"); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: got %d, want to be sent to the door", what, res.StatusCode)
		}
	}
}

func TestBehindTLSTheCookieIsSecure(t *testing.T) {
	w := buildTown(t, true)
	res, _ := w.browser().post(w.link("c1"), nil)
	if ck := res.Cookies(); len(ck) != 1 || !ck[0].Secure || ck[0].Name != "__Host-linli-staff" || ck[0].Path != "/" {
		t.Errorf("got %v", ck)
	}
}

func TestWhoIsTakenOffTheListIsOutAtOnce(t *testing.T) {
	w := newTown(t)
	w.lamp()
	b := w.as("s1")
	f := b.form("/staff/r/1")
	w.update(func(tx store.Tx) { store.PutPeople(tx, staffOf[:1]) })
	if res, _ := b.get("/staff/r/1"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("looking: got %d, want to be sent to the door", res.StatusCode)
	}
	again := w.browser()
	f.Set("why", "我还在")
	if res, _ := again.post("/staff/r/1/note", f); res.StatusCode != http.StatusUnauthorized || len(w.request("1").Steps) != 1 {
		t.Errorf("tapping: got %d", res.StatusCode)
	}
}

func TestWhoBecomesAResidentIsOutAtOnce(t *testing.T) {
	w := newTown(t)
	b := w.as("s1")
	w.update(func(tx store.Tx) {
		store.PutPeople(tx, []community.Person{{ID: "s1", Name: "沈洁", Role: community.Volunteer}})
	})
	if res, _ := b.get("/staff/"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, want to be sent to the door", res.StatusCode)
	}
}

func TestLeavingEndsTheSession(t *testing.T) {
	w := newTown(t)
	b := w.as("s1")
	kept := w.browser()
	u, err := url.Parse(w.url)
	w.ok(err)
	for _, ck := range b.client.Jar.Cookies(u) {
		kept.header.Add("Cookie", ck.Name+"="+ck.Value)
	}
	if res, _ := kept.get("/staff/"); res.StatusCode != http.StatusOK {
		t.Fatalf("before: got %d", res.StatusCode)
	}
	if res, _ := b.post("/staff/out", b.form("/staff/")); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("leaving: got %d", res.StatusCode)
	}
	if res, _ := kept.get("/staff/"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("a copy of the cookie afterwards: got %d, want to be sent to the door", res.StatusCode)
	}
}

func TestWhatIsOverIsClearedAway(t *testing.T) {
	w := newTown(t)
	w.link("s1")
	w.as("s2")
	w.later(8 * 24 * time.Hour)
	w.as("c1")
	n := 0
	w.ok(w.house.Store().View(context.Background(), store.House, func(tx store.Tx) {
		n = 0
		for range tx.Scan("shelf/console/", "shelf/console0") {
			n++
		}
	}))
	if n != 1 {
		t.Errorf("got %d papers of links and sessions, want the one session", n)
	}
}

func TestDoorsAreForTheFirstOfEachCommunity(t *testing.T) {
	w := newTown(t)
	w.update(func(tx store.Tx) { store.PutPeople(tx, staffOf[5:]) })
	doors, err := w.desk.Doors(context.Background())
	w.ok(err)
	if len(doors) != 2 || doors[0].Path != "" || doors[1].Person != "c1" || doors[1].Job != "社区书记" || !strings.HasPrefix(doors[1].Path, console.Root+"in/") {
		t.Errorf("got %+v, want none for lan and the chair's for shi", doors)
	}
}

// FuzzCookie: whatever a browser sends as cookie, nobody is logged in by it and nothing breaks.
func FuzzCookie(f *testing.F) {
	w := buildTown(f, false)
	good := w.cookieOf("s1")
	desk := w.desk.Handler()
	for _, seed := range []string{good, strings.TrimSuffix(good, good[len(good)-1:]), "linli-staff=", "linli-staff=a.b.c", "linli-staff=..", "linli-staff=\"a.zik0zj.b\"", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cookie string) {
		req := httptest.NewRequest("GET", "/staff/", nil)
		req.Header.Set("Cookie", cookie)
		rec := httptest.NewRecorder()
		desk.ServeHTTP(rec, req)
		in := false
		for _, ck := range req.Cookies() {
			in = in || ck.Name+"="+ck.Value == good
		}
		if want := map[bool]int{true: http.StatusOK, false: http.StatusSeeOther}[in]; rec.Code != want {
			t.Errorf("got %d, want %d", rec.Code, want)
		}
	})
}
