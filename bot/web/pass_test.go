package web_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"linli/bot"
	"linli/bot/web"
	"linli/community"
	"linli/store"
)

// passFor makes a pass for somebody of the real community.
func (w *town) passFor(person community.PersonID) string {
	w.t.Helper()
	path, err := w.web.Pass(context.Background(), "shi", person)
	if err != nil {
		w.t.Fatal(err)
	}
	return path
}

func TestStaffComeInByAPassOnce(t *testing.T) {
	w := newTown(t, web.Options{})
	path := w.passFor("s1")
	for range 3 { // a chat program that looks at links uses nothing up
		if res, body := w.visitor().must("GET", path, nil); res.StatusCode != http.StatusOK || !strings.Contains(body, "网格员小王") {
			t.Fatalf("the pass's page: got %d", res.StatusCode)
		}
	}
	v := w.visitor()
	if res, _ := v.must("POST", path, nil); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("using the pass: got %d", res.StatusCode)
	}
	if _, body := v.must("GET", "/", nil); !strings.Contains(body, "社区工作群") {
		t.Error("a member of staff does not see the staff's group")
	}
	v.says("desk", "收到")
	lines, err := w.house.Talk(context.Background(), "shi", web.GroupHandle("shi", "desk"), time.Time{}, 10)
	if err != nil || !slices.ContainsFunc(lines, func(l bot.Line) bool { return l.Sender == "s1" && l.Role == community.Staff }) {
		t.Errorf("got %d lines %v, want the words of s1 in the role of staff", len(lines), err)
	}
	if res, _ := w.visitor().must("POST", path, nil); res.StatusCode != http.StatusGone {
		t.Errorf("the pass again: got %d, want 410", res.StatusCode)
	}
}

func TestPassEnds(t *testing.T) {
	var ahead atomic.Int64
	w := newTown(t, web.Options{Clock: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	path := w.passFor("s1")
	ahead.Store(int64(25 * time.Hour))
	if res, _ := w.visitor().must("POST", path, nil); res.StatusCode != http.StatusGone {
		t.Errorf("after a day: got %d, want 410", res.StatusCode)
	}
	if _, err := w.web.Pass(context.Background(), "shi", "nobody"); err == nil {
		t.Error("a pass for nobody of the list was made")
	}
}

func TestWhoLeftTheListIsNotKnownAnyMore(t *testing.T) {
	w := newTown(t, web.Options{})
	v := w.visitor()
	v.must("POST", w.passFor("s1"), nil)
	if res, _ := v.must("GET", "/chat/desk", nil); res.StatusCode != http.StatusOK {
		t.Fatalf("while on the list: got %d", res.StatusCode)
	}
	err := w.house.Store().Update(context.Background(), "shi", func(tx store.Tx) { store.PutPeople(tx, nil) })
	if err != nil {
		t.Fatal(err)
	}
	if res, _ := v.must("GET", "/chat/desk", nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("off the list: got %d, want to be asked who one is", res.StatusCode)
	}
}
