package console_test

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/community"
	"linli/store"
)

func TestRequestsAreRankedAndFiltered(t *testing.T) {
	w := newTown(t)
	busyMorning(w)
	b := w.as("c1")
	order := func(path string) (ids []string) {
		_, body := b.get(path)
		list := body[strings.Index(body, `id="list"`):]
		list, _, _ = strings.Cut(list, `id="flags"`)
		for _, part := range strings.Split(list, `class="no">#`)[1:] {
			id, _, _ := strings.Cut(part, "<")
			ids = append(ids, id)
		}
		return ids
	}
	b.taps("/staff/r/4", "/staff/r/4/assign", "to", "s2")
	for path, want := range map[string][]string{
		"/staff/": {"5", "2", "1", "3", "4"}, "/staff/?late=1": {"1"}, "/staff/?owner=s2": {"4"}, "/staff/?owner=-": {"5", "2", "1", "3"},
		"/staff/?group=g3": {"2"}, "/staff/?group=all&owner=-": {"5", "1"}, "/staff/?danger=1": {"5"}, "/staff/?closed=1": nil, "/staff/?owner=nobody": nil,
	} {
		if got := order(path); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
	b.taps("/staff/r/1", "/staff/r/1/move", "to", "unsolvable", "why", "市政的地，已告知")
	if got := order("/staff/?closed=1"); !slices.Equal(got, []string{"1"}) {
		t.Errorf("closed: got %v, want 1", got)
	}
	if res, _ := b.get("/staff/find?id=%232"); res.Header.Get("Location") != "/staff/r/2" {
		t.Errorf("by number: got %s", res.Header.Get("Location"))
	}
}

func TestRequestPageTellsEverything(t *testing.T) {
	w := newTown(t)
	busyMorning(w)
	b := w.as("s1")
	w.until("the acknowledgement is said", func() bool {
		_, body := b.get("/staff/r/2")
		return strings.Contains(body, "收到，3号楼2单元照明问题已记下")
	})
	_, body := b.get("/staff/r/2")
	for _, want := range []string{"唐阿姨 3-402", "摸黑上楼", "黑漆漆", "2 人", "3号楼2单元", "5月18日（周一）08:06", "还有 6 天", "登记：", "小邻怎么想的", "计入 #2", "/staff/r/2/photo/"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	if _, body := b.get("/staff/r/1"); !strings.Contains(body, "已超 2 天") {
		t.Error("an overdue request is not marked")
	}
}

func TestWhatWasHeldBackIsShown(t *testing.T) {
	w := newTown(t)
	w.update(func(tx store.Tx) {
		g, _ := store.Group(tx, "g3")
		g.Policy = community.PolicyListen
		store.PutGroup(tx, g)
	})
	w.lamp()
	if _, body := w.as("s1").get("/staff/r/1"); !strings.Contains(body, "压下没说") || !strings.Contains(body, "本群设为只听不说") || !strings.Contains(body, "照明问题已记下") {
		t.Error("what was held back, and why, is not shown")
	}
}

func TestPhotosAreShownToThoseWhoMaySeeTheRequest(t *testing.T) {
	w := newTown(t)
	busyMorning(w)
	var hash string
	w.view(func(tx store.Tx) {
		h, _ := store.HeardOf(tx, "g3", "m2")
		hash = h.Message.Blobs[0]
	})
	staff, property := w.as("s1"), w.as("p1")
	res, body := staff.get("/staff/r/2/photo/" + hash)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "image/png" || body != string(darkStairs(t)) {
		t.Errorf("for staff: got %d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	if res, _ := property.get("/staff/r/2/photo/" + hash); res.StatusCode != http.StatusNotFound {
		t.Errorf("for somebody who may not see the request: got %d, want 404", res.StatusCode)
	}
	if res, _ := staff.get("/staff/r/1/photo/" + hash); res.StatusCode != http.StatusNotFound {
		t.Errorf("through another request: got %d, want 404", res.StatusCode)
	}
	page, err := w.house.SaveBlob(context.Background(), strings.NewReader("<html><script>alert(1)</script></html>"), 1<<20)
	w.ok(err)
	w.says(words{id: "m9", group: "g3", sender: "r1", name: "唐阿姨 3-402", blobs: []string{page}, ago: 118 * time.Minute, read: community.Reading{Intent: community.More, Request: "2"}})
	if res, body := staff.get("/staff/r/2/photo/" + page); res.StatusCode != http.StatusNotFound || strings.Contains(body, "alert") {
		t.Errorf("a file that is no photo: got %d, want 404", res.StatusCode)
	}
}

func TestWhoSeesWhat(t *testing.T) {
	w := newTown(t)
	busyMorning(w) // #2 a light, #3 private
	w.as("c1").taps("/staff/r/2", "/staff/r/2/assign", "to", "p1")
	for _, x := range []struct {
		who                           community.PersonID
		light, rubbish, aid           int  // pages of #2, #1, #3
		people                        int  // the people page
		sees2, sees3, flags, stranger bool // on the first page
	}{
		{"c1", 200, 200, 200, 200, true, true, true, true},
		{"s1", 200, 200, 200, 200, true, true, true, true},
		{"a1", 200, 200, 404, 200, true, false, true, true},
		{"p1", 200, 404, 404, 403, true, false, false, false},
	} {
		t.Run(string(x.who), func(t *testing.T) {
			b := w.as(x.who)
			for path, want := range map[string]int{"/staff/r/2": x.light, "/staff/r/1": x.rubbish, "/staff/r/3": x.aid, "/staff/people": x.people} {
				if res, _ := b.get(path); res.StatusCode != want {
					t.Errorf("%s: got %d, want %d", path, res.StatusCode, want)
				}
			}
			_, body := b.get("/staff/")
			for words, want := range map[string]bool{`href="/staff/r/2"`: x.sees2, "大病": x.sees3, "困难帮扶": x.sees3, "老年食堂": x.flags, "程序的报错": x.flags, "wx-7731": x.stranger} {
				if strings.Contains(body, words) != want {
					t.Errorf("the first page shows %q: got %v, want %v", words, !want, want)
				}
			}
		})
	}
}

func TestPropertyWorksOnWhatItWasGiven(t *testing.T) {
	w := newTown(t)
	busyMorning(w)
	w.as("s1").taps("/staff/r/2", "/staff/r/2/assign", "to", "p1")
	b := w.as("p1")
	if body := b.taps("/staff/r/2", "/staff/r/2/move", "to", "in_hand"); !strings.Contains(body, "改为「处理中」") {
		t.Error("moving what one was given did not work")
	}
	f := b.form("/staff/r/2")
	for path, form := range posts {
		path = strings.Replace(path, "/r/1/", "/r/2/", 1)
		if strings.HasSuffix(path, "/move") || strings.HasSuffix(path, "/note") || path == "/staff/out" {
			continue
		}
		for k, v := range form {
			f[k] = v
		}
		before := w.papers()
		if res, _ := b.post(path, f); res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusNotFound || w.papers() != before {
			t.Errorf("%s: got %d, or something was written", path, res.StatusCode)
		}
	}
	f.Set("why", "不归我")
	if res, _ := b.post("/staff/r/1/note", f); res.StatusCode != http.StatusNotFound || len(w.request("1").Steps) != 1 {
		t.Errorf("somebody else's request: got %d, want 404", res.StatusCode)
	}
}

func TestTapsAreOrdersWithAHistory(t *testing.T) {
	w := newTown(t)
	w.lamp()
	w.says(rubbish)
	b := w.as("s1")
	for _, x := range []struct {
		verb, args, want, tone string
	}{
		{"assign", "to=p1", "#1 派给 钱师傅。", "good"},
		{"move", "to=in_hand&why=", "#1 由「已派」改为「处理中」。", "good"},
		{"move", "to=solved&why=亮了", "没有做成：#1 现在是「处理中」，不能改为「已解决」。", "bad"},
		{"move", "to=unproved&why=", "没有做成：请写明怎么办好的、谁去办的。", "bad"},
		{"move", "to=unproved&why=钱师傅换了灯泡", "改为「待确认」。", "good"},
		{"move", "to=solved&why=", "没有做成：结案要有凭据", "bad"},
		{"recategorise", "category=power", "类别由「照明」改为「供电」。", "good"},
		{"note", "why=楼道灯下周统一换", "#1 记了一笔。", "good"},
		{"move", "to=solved&why=唐阿姨说亮了", "改为「已解决」。", "good"},
	} {
		pairs := strings.FieldsFunc(x.args, func(r rune) bool { return r == '&' || r == '=' })
		if strings.HasSuffix(x.args, "=") {
			pairs = append(pairs, "")
		}
		if body := b.taps("/staff/r/1", "/staff/r/1/"+x.verb, pairs...); !strings.Contains(body, x.want) || !strings.Contains(body, `class="notice `+x.tone) {
			t.Errorf("%s %s: the page does not say %q", x.verb, x.args, x.want)
		}
	}
	r := w.request("1")
	if r.State != community.Solved || r.Owner != "p1" || r.Category != "power" || len(r.Steps) != 7 {
		t.Fatalf("got %s of %s, %s, %d steps", r.State, r.Owner, r.Category, len(r.Steps))
	}
	for _, s := range r.Steps[1:] {
		var rec store.Record
		w.view(func(tx store.Tx) { rec, _ = store.RecordOf(tx, s.Key) })
		if s.By != "s1" || rec.Event.Order == nil || rec.Event.Order.By != "s1" || rec.Event.Order.Role != community.Staff || !rec.Done {
			t.Errorf("step %q: got order %+v", s.Why, rec.Event.Order)
		}
	}
	if body := b.taps("/staff/r/2", "/staff/r/2/merge", "into", "#1"); !strings.Contains(body, "并入 #1") || w.request("2").State != community.Duplicate || len(w.request("1").Supporters) != 2 {
		t.Error("merging did not work")
	}
}

func TestNoticesAreForWhoTapped(t *testing.T) {
	w := newTown(t)
	w.lamp()
	b := w.as("s1")
	f := b.form("/staff/r/1")
	f.Set("why", "只给我看")
	res, _ := b.post("/staff/r/1/note", f)
	to, _, _ := strings.Cut(res.Header.Get("Location"), "#")
	if _, body := b.get(to); !strings.Contains(body, "记了一笔") {
		t.Error("whoever tapped is not told")
	}
	if _, body := w.as("s2").get(to); strings.Contains(body, `class="notice`) {
		t.Error("somebody else is told")
	}
}

func TestSlowPenIsToldHonestly(t *testing.T) {
	w := newTown(t)
	w.lamp()
	still := buildTown(t, false) // a house in which nothing moves
	r := w.request("1")
	still.update(func(tx store.Tx) { store.PutRequest(tx, r) })
	if body := still.as("s1").taps("/staff/r/1", "/staff/r/1/note", "why", "先记着"); !strings.Contains(body, "还在排队") {
		t.Error("the page does not say that the tap still waits")
	}
	if n := len(still.request("1").Steps); n != 1 {
		t.Errorf("got %d steps before the pen moved, want 1", n)
	}
	still.run()
	still.until("it is decided after all", func() bool { return len(still.request("1").Steps) == 2 })
}

func TestFlagIsDealtWith(t *testing.T) {
	w := newTown(t)
	busyMorning(w)
	b := w.as("s1")
	for _, x := range []struct{ key, words string }{{"unanswered/all/q1", "老年食堂"}, {"aside/msg/tape/lan-g3/z1", "程序的报错"}, {"danger/5", "可能有生命危险"}} {
		if _, body := b.get("/staff/"); !strings.Contains(body, x.words) {
			t.Fatalf("%s: not shown at first", x.key)
		}
		if body := b.taps("/staff/", "/staff/flag", "flag", x.key); strings.Contains(body, x.words) || !strings.Contains(body, "工作人员已看过") {
			t.Errorf("%s: still shown", x.key)
		}
	}
	if body := b.taps("/staff/r/3", "/staff/flag", "flag", "private/3", "back", "request"); !strings.Contains(body, `id="case-title"`) {
		t.Error("from a request's page one comes back to it")
	}
	f := b.form("/staff/")
	f.Set("flag", "no such flag")
	if res, _ := b.post("/staff/flag", f); res.StatusCode != http.StatusNotFound {
		t.Errorf("no such flag: got %d, want 404", res.StatusCode)
	}
}

func TestPrivateFlagsAreNotForTheAdmin(t *testing.T) {
	w := newTown(t)
	busyMorning(w)
	b := w.as("a1")
	f := b.form("/staff/")
	f.Set("flag", "private/3")
	if res, _ := b.post("/staff/flag", f); res.StatusCode != http.StatusNotFound {
		t.Errorf("got %d, want 404", res.StatusCode)
	}
}

func TestPerhapsSaidIsFlagged(t *testing.T) {
	w := newTown(t)
	w.mouth.fails(errLost)
	w.says(gym)
	w.until("the send is unsure", func() bool { return w.house.Stats().Perhaps > 0 })
	if _, body := w.as("s1").get("/staff/"); !strings.Contains(body, "不确定发出没有") || !strings.Contains(body, "这个清单里没有，我不知道") {
		t.Error("what was perhaps said is not shown")
	}
}

func TestEmptyTownSaysSo(t *testing.T) {
	w := newTown(t)
	_, body := w.as("c1").get("/staff/")
	if !strings.Contains(body, "眼下没有要办的事") || bytes.Contains([]byte(body), []byte("class=\"row")) {
		t.Error("an empty desk does not say that it is empty")
	}
}
