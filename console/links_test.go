package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestLinksForOthers(t *testing.T) {
	w := newTown(t)
	b := w.as("s1")
	body := b.taps("/staff/people", "/staff/people/login", "person", "p1")
	_, path, ok := strings.Cut(body, w.url)
	path, _, _ = strings.Cut(path, "<")
	if !ok || !strings.Contains(body, "钱师傅 的工作台登录链接") {
		t.Fatal("no link was shown")
	}
	if res, _ := w.browser().post(path, nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the link: got %d", res.StatusCode)
	}
	if body := b.taps("/staff/people", "/staff/people/pass", "person", "v1"); !strings.Contains(body, w.url+"/pass/v1") {
		t.Error("no link into the chat was shown")
	}
	if body := b.taps("/staff/people", "/staff/people/invite", "uses", "20", "days", "3", "group", "g3"); !strings.Contains(body, w.url+"/join/INVITATION") || !strings.Contains(body, "最多 20 位") {
		t.Error("no invitation was shown")
	}
	f := b.form("/staff/people")
	for what, form := range map[string][3]string{
		"for the chair": {"login", "person", "c1"}, "for an admin": {"login", "person", "a1"}, "for a volunteer": {"login", "person", "v1"}, "for nobody": {"login", "person", "x"},
		"the chair's chat": {"pass", "person", "c1"}, "a staff group": {"invite", "group", "desk"}, "too many": {"invite", "uses", "501"}, "no such kind": {"other", "person", "p1"},
	} {
		f.Set("uses", "5")
		f.Set("days", "5")
		f.Del("group")
		f.Set(form[1], form[2])
		before := w.papers()
		if res, _ := b.post("/staff/people/"+form[0], f); res.StatusCode != http.StatusForbidden || w.papers() != before {
			t.Errorf("%s: got %d, want 403", what, res.StatusCode)
		}
	}
}

func TestLinkJustMadeIsShownToItsMakerOnly(t *testing.T) {
	w := newTown(t)
	b := w.as("s1")
	f := b.form("/staff/people")
	f.Set("person", "p1")
	res, _ := b.post("/staff/people/login", f)
	to, _, _ := strings.Cut(res.Header.Get("Location"), "#")
	if _, body := b.get(to); !strings.Contains(body, "/staff/in/") {
		t.Fatal("not shown to its maker")
	}
	if _, body := w.as("c1").get(to); strings.Contains(body, "/staff/in/") {
		t.Error("shown to somebody else")
	}
	w.later(16 * time.Minute)
	if _, body := b.get(to); strings.Contains(body, "/staff/in/") {
		t.Error("still shown when it has ended")
	}
}
