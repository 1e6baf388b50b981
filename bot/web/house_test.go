package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/bot"
	"linli/bot/web"
	"linli/community"
	"linli/store"
)

// A town is a running house with the web chat in front of it.
type town struct {
	t     *testing.T
	house *bot.Bot
	web   *web.Channel
	url   string
}

// newTown builds a sample community "lan" and a real one "shi", and opens the door.
func newTown(t *testing.T, o web.Options) *town {
	t.Helper()
	st := store.NewMemory()
	seed(t, st, community.Profile{ID: "lan", Name: "兰亭社区", Type: "old", Sample: true, Estates: []community.Estate{{Name: "兰亭苑", Buildings: "1-6"}}})
	seed(t, st, community.Profile{ID: "shi", Name: "石桥社区", Type: "old", Estates: []community.Estate{{Name: "石桥里", Buildings: "1-6"}}})
	o.Log = slog.New(slog.DiscardHandler)
	ch := web.New(o)
	house, err := bot.New(bot.Options{Store: st, Channels: []bot.Channel{ch}, Blobs: t.TempDir(), Clock: o.Clock, Log: o.Log})
	if err != nil {
		t.Fatal(err)
	}
	ch.Attach(house)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- house.Run(ctx) }()
	srv := httptest.NewServer(ch.Handler())
	t.Cleanup(func() {
		stop()
		srv.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	w := &town{t: t, house: house, web: ch, url: srv.URL}
	w.until("the groups have ears", func() bool {
		groups, err := house.Groups(ctx, "shi")
		return err == nil && slices.ContainsFunc(groups, func(g community.Group) bool { return len(g.Handles) > 0 }) && w.ready()
	})
	return w
}

func seed(t *testing.T, st store.Store, p community.Profile) {
	t.Helper()
	err := st.Update(context.Background(), p.ID, func(tx store.Tx) {
		store.PutProfile(tx, p)
		store.PutGroup(tx, community.Group{ID: "g3", Name: "3号楼邻里群", Kind: community.BuildingGroup, Building: "3"})
		store.PutGroup(tx, community.Group{ID: "all", Name: p.Name + "大群", Kind: community.EstateGroup})
		store.PutGroup(tx, community.Group{ID: "new", Name: "5号楼邻里群", Kind: community.BuildingGroup, Building: "5"})
		store.PutGroup(tx, community.Group{ID: "vol", Name: "银发志愿队", Kind: community.VolunteerGroup})
		store.PutGroup(tx, community.Group{ID: "desk", Name: "社区工作群", Kind: community.StaffGroup})
		store.PutPeople(tx, []community.Person{{ID: "s1", Name: "网格员小王", Role: community.Staff, Title: "网格员"},
			{ID: "c1", Name: "陈书记", Role: community.Chair, Title: "社区书记"}, {ID: "p1", Name: "物业李工", Role: community.Property, Title: "维修师傅"},
			{ID: "v1", Name: "孙老师", Role: community.Volunteer, Title: "志愿者队长"}})
		store.PutResources(tx, []community.Resource{{ID: "canteen", Name: "社区食堂", Kind: "public_service", Category: "助餐",
			Phone: "010-5550 0142", Address: "兰亭苑2号楼一层", Hours: "周一至周五 11:00-13:00", Keywords: []string{"食堂", "助餐", "午饭"},
			Checked: time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ready reports whether the ear is open: joining answers something other than "not yet".
func (w *town) ready() bool {
	res, err := w.visitor().post("/who/join", url.Values{"community": {"lan"}, "name": {"试"}})
	return err == nil && res.StatusCode != http.StatusServiceUnavailable
}

// until polls on a ticker, and gives up after a while.
func (w *town) until(what string, ok func() bool) {
	w.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	enough := time.NewTimer(15 * time.Second)
	defer enough.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-enough.C:
			w.t.Fatalf("never happened: %s", what)
		}
	}
}

// said are the lines of a group of the sample community.
func (w *town) said(g community.GroupID) []bot.Line {
	w.t.Helper()
	lines, err := w.house.Talk(context.Background(), "lan", web.GroupHandle("lan", g), time.Time{}, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	return lines
}

// A visitor is a browser without a screen.
type visitor struct {
	w      *town
	client *http.Client
	header http.Header
}

func (w *town) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return &visitor{w, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, http.Header{}}
}

// as is a visitor who has taken on a role of the sample community.
func (w *town) as(person string) *visitor {
	w.t.Helper()
	v := w.visitor()
	if res, _ := v.must("POST", "/who/take", url.Values{"community": {"lan"}, "person": {person}}); res.StatusCode != http.StatusSeeOther {
		w.t.Fatalf("taking the role of %s: got %s", person, res.Status)
	}
	return v
}

func (v *visitor) post(path string, form url.Values) (*http.Response, error) {
	req, err := http.NewRequest("POST", v.w.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header = v.header.Clone()
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := v.client.Do(req)
	if err == nil {
		res.Body.Close()
	}
	return res, err
}

// must sends a request and returns the answer with its body read.
func (v *visitor) must(method, path string, form url.Values) (*http.Response, string) {
	v.w.t.Helper()
	req, err := http.NewRequest(method, v.w.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.w.t.Fatal(err)
	}
	req.Header = v.header.Clone()
	if method == "POST" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := v.client.Do(req)
	if err != nil {
		v.w.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.w.t.Fatal(err)
	}
	return res, string(body)
}

// says posts words to a group as a plain form does.
func (v *visitor) says(g, text string) {
	v.w.t.Helper()
	token := "token-" + web.Fingerprint(g+text)
	if res, body := v.must("POST", "/chat/"+g+"/say", url.Values{"token": {token}, "text": {text}}); res.StatusCode != http.StatusSeeOther {
		v.w.t.Fatalf("saying: got %s %s", res.Status, body)
	}
}
