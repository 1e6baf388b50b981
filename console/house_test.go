package console_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/bot"
	"linli/community"
	"linli/console"
	"linli/handlers"
	"linli/store"
)

// A town is a running house with the staff's pages in front of it.
type town struct {
	t     testing.TB
	house *bot.Bot
	desk  *console.Console
	mouth *mouth
	url   string
	logs  *buffer
	ahead atomic.Int64 // how far the house's clock is ahead of ours
}

// buffer is a log that two goroutines may write.
type buffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// mouth is a channel that says what it is told, or fails as it is told.
type mouth struct {
	mu   sync.Mutex
	hear bot.Hear
	fail error
}

func (m *mouth) Name() string { return "tape" }
func (m *mouth) Caps(community.Handle) community.Caps {
	return community.Caps{Hear: community.HearAll, Speak: community.SpeakAuto, Quote: true}
}
func (m *mouth) Run(ctx context.Context, hear bot.Hear) error {
	m.mu.Lock()
	m.hear = hear
	m.mu.Unlock()
	<-ctx.Done()
	return nil
}
func (m *mouth) Send(context.Context, community.Handle, community.Outgoing) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.fail
}
func (m *mouth) fails(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

const (
	lan = community.ID("lan")
	shi = community.ID("shi")
)

func handle(g string) community.Handle { return community.Handle{Channel: "tape", ID: g} }

// morning is when the tests begin: 10:06 in China, a Monday.
var morning = time.Date(2026, 5, 11, 2, 6, 0, 0, time.UTC)

// staffOf is the people list of the tests.
var staffOf = []community.Person{
	{ID: "c1", Name: "陈书记", Role: community.Chair, Title: "社区书记"}, {ID: "s1", Name: "沈洁", Role: community.Staff, Title: "网格员"},
	{ID: "s2", Name: "陆建国", Role: community.Staff, Title: "社区工作人员"}, {ID: "p1", Name: "钱师傅", Role: community.Property, Title: "物业维修", Duties: []string{"lighting"}, Phone: "13800001234"},
	{ID: "a1", Name: "周工", Role: community.Admin}, {ID: "v1", Name: "徐老师", Role: community.Volunteer, Title: "志愿者"},
}

func newTown(t *testing.T) *town {
	t.Helper()
	w := buildTown(t, false)
	w.run()
	return w
}

// buildTown builds a town in which nothing moves yet.
func buildTown(t testing.TB, secure bool) *town {
	t.Helper()
	w := &town{t: t, mouth: &mouth{}, logs: &buffer{}}
	st := store.NewMemory()
	w.seed(st, lan, "兰亭社区")
	w.seed(st, shi, "石桥社区")
	start := time.Now()
	clock := func() time.Time { return morning.Add(time.Since(start) + time.Duration(w.ahead.Load())) }
	log := slog.New(slog.NewTextHandler(w.logs, nil))
	house, err := bot.New(bot.Options{Store: st, Channels: []bot.Channel{w.mouth}, Blobs: t.TempDir(), Clock: clock, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	w.house = house
	for _, g := range []string{"g3", "all", "desk"} {
		w.ok(house.Bind(t.Context(), handle("lan-"+g), lan, community.GroupID(g)))
	}
	w.desk, err = console.New(console.Options{House: house, Log: log, Secure: secure,
		Invite: func(_ context.Context, c community.ID, groups []community.GroupID, uses, days int) (string, error) {
			return "/join/INVITATION", nil
		},
		Pass: func(_ context.Context, c community.ID, p community.PersonID) (string, error) {
			return "/pass/" + string(p), nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w.desk.Handler())
	w.url = srv.URL
	t.Cleanup(srv.Close)
	return w
}

// run sets the house in motion until the test ends.
func (w *town) run() {
	w.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.house.Run(ctx) }()
	w.t.Cleanup(func() {
		stop()
		w.ok(<-done)
	})
	w.until("the ear is open", func() bool {
		w.mouth.mu.Lock()
		defer w.mouth.mu.Unlock()
		return w.mouth.hear != nil
	})
}

func (w *town) seed(st store.Store, c community.ID, name string) {
	w.t.Helper()
	w.ok(st.Update(context.Background(), c, func(tx store.Tx) {
		store.PutProfile(tx, community.Profile{ID: c, Name: name, Type: "old"})
		store.PutGroup(tx, community.Group{ID: "g3", Name: "3号楼邻里群", Kind: community.BuildingGroup, Building: "3"})
		store.PutGroup(tx, community.Group{ID: "all", Name: name + "大群", Kind: community.EstateGroup})
		store.PutGroup(tx, community.Group{ID: "desk", Name: "社区工作群", Kind: community.StaffGroup})
		store.PutPeople(tx, staffOf)
	}))
}

func (w *town) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
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

// words are one message said in a group of lan some time ago, with what understanding makes of it: these
// tests are about the pages, so the reading is given and everything after it is the house's own.
type words struct {
	id, group, sender, name, text string
	ago                           time.Duration
	blobs                         []string
	toBot                         bool
	read                          community.Reading
}

// says writes a message down as the door does, decides it as the pen does, and lets the mouth look.
func (w *town) says(x words) {
	w.t.Helper()
	m := community.Message{ID: x.id, Group: community.GroupID(x.group), Handle: handle("lan-" + x.group), Sender: community.PersonID(x.sender), Name: x.name,
		Kind: community.Text, Text: x.text, Blobs: x.blobs, MentionsBot: x.toBot, At: w.house.Now().Add(-x.ago)}
	if len(x.blobs) > 0 {
		m.Kind = community.Image
	}
	if x.group == "" {
		m.Private, m.Handle = true, handle("private-"+x.sender)
	}
	e := community.Event{Key: community.MessageKey(m.Handle, m.ID), At: w.house.Now(), Message: &m}
	w.update(func(tx store.Tx) {
		if !store.Receive(tx, e) {
			tx.Fail(errors.New("said twice"))
			return
		}
		read := e
		read.Reading = x.read
		store.Apply(tx, read, handlers.Decide(store.Scene(tx, read), read))
	})
	nudge := community.Message{ID: "nudge-" + x.id, Handle: handle("lan-desk"), Sender: "nobody", Kind: community.System, At: w.house.Now()}
	w.hears(nudge)
}

func (w *town) hears(m community.Message) {
	w.t.Helper()
	w.ok(w.mouth.hear(context.Background(), m))
	w.until("it is decided", func() bool {
		var rec store.Record
		w.view(func(tx store.Tx) { rec, _ = store.RecordOf(tx, community.MessageKey(m.Handle, m.ID)) })
		return rec.Done
	})
}

// settled waits until everything that is due and can be said has been said: from then on only a tap writes.
func (w *town) settled() {
	w.t.Helper()
	w.until("all is said", func() bool {
		busy := false
		w.view(func(tx store.Tx) {
			busy = false
			for _, raw := range tx.Scan("out/", "out0") {
				var x store.Waiting
				w.ok(json.Unmarshal(raw, &x))
				busy = busy || !x.Claimed.IsZero() || x.Out.Handle.Channel == "tape" && !x.Out.Due.After(w.house.Now())
			}
		})
		return !busy
	})
}

func (w *town) view(fn func(store.Tx)) {
	w.t.Helper()
	w.ok(w.house.Store().View(context.Background(), lan, fn))
}

func (w *town) update(fn func(store.Tx)) {
	w.t.Helper()
	w.ok(w.house.Store().Update(context.Background(), lan, fn))
}

func (w *town) request(id community.RequestID) (r community.Request) {
	w.t.Helper()
	w.view(func(tx store.Tx) { r, _ = store.Request(tx, id) })
	return r
}

// What is said in the tests, with what it means.
var (
	lamp = words{id: "m1", group: "g3", sender: "r1", name: "唐阿姨 3-402", text: "三号楼二单元楼道灯又不亮了，昨晚摸黑上楼", ago: 2 * time.Hour,
		read: asks("lighting", "三号楼二单元楼道灯又不亮了,昨晚摸黑上楼", community.Place{Building: "3", Unit: "2"})}
	rubbish = words{id: "d1", group: "all", sender: "r9", name: "老丁 5-201", text: "5号楼门口垃圾堆成山没人清，臭死了", ago: time.Hour,
		read: asks("sanitation", "5号楼门口垃圾堆成山没人清,臭死了", community.Place{Building: "5"})}
	gym = words{id: "y1", group: "all", sender: "r8", name: "老秦 8-301", text: "@小邻 活动室周末开门吗", toBot: true, read: community.Reading{Intent: community.Question}}
)

func asks(category, summary string, at community.Place) community.Reading {
	return community.Reading{Intent: community.Asks, Category: category, Urgency: community.Normal, Where: at, Summary: summary, Why: "「" + community.CategoryOf(category).Name + "」"}
}

// lamp opens request #1, about a light, and returns when it is there.
func (w *town) lamp() {
	w.t.Helper()
	w.says(lamp)
	if r := w.request("1"); r.Category != "lighting" {
		w.t.Fatalf("got %+v, want #1 about lighting", r)
	}
}

// A browser is one without a screen.
type browser struct {
	w      *town
	client *http.Client
	header http.Header
}

func (w *town) browser() *browser {
	jar, err := cookiejar.New(nil)
	w.ok(err)
	return &browser{w, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, http.Header{}}
}

// as is a browser in which somebody of lan is logged in by a link.
func (w *town) as(person community.PersonID) *browser {
	w.t.Helper()
	b := w.browser()
	if res, _ := b.post(w.link(person), nil); res.StatusCode != http.StatusSeeOther {
		w.t.Fatalf("logging %s in: got %s", person, res.Status)
	}
	return b
}

func (w *town) link(person community.PersonID) string {
	w.t.Helper()
	path, err := w.desk.Link(context.Background(), lan, person)
	w.ok(err)
	return path
}

func (b *browser) get(path string) (*http.Response, string) { return b.send("GET", path, nil) }
func (b *browser) post(path string, form url.Values) (*http.Response, string) {
	return b.send("POST", path, form)
}

func (b *browser) send(method, path string, form url.Values) (*http.Response, string) {
	b.w.t.Helper()
	req, err := http.NewRequest(method, b.w.url+path, strings.NewReader(form.Encode()))
	b.w.ok(err)
	req.Header = b.header.Clone()
	if method == "POST" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := b.client.Do(req)
	b.w.ok(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	b.w.ok(err)
	return res, string(body)
}

var hidden = regexp.MustCompile(`name="(csrf|key)" value="([^"]+)"`)

// form reads what every form of a page carries.
func (b *browser) form(page string) url.Values {
	b.w.t.Helper()
	_, body := b.get(page)
	out := url.Values{}
	for _, f := range hidden.FindAllStringSubmatch(body, -1) {
		out.Set(f[1], f[2])
	}
	if out.Get("csrf") == "" || out.Get("key") == "" {
		b.w.t.Fatalf("%s: no form", page)
	}
	return out
}

// taps fills in a form of a page and sends it; it returns the page that follows.
func (b *browser) taps(page, path string, pairs ...string) string {
	b.w.t.Helper()
	f := b.form(page)
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	res, body := b.post(path, f)
	if res.StatusCode != http.StatusSeeOther {
		b.w.t.Fatalf("%s: got %s %s", path, res.Status, body)
	}
	to, _, _ := strings.Cut(res.Header.Get("Location"), "#")
	_, body = b.get(to)
	return body
}

var errLost = errors.New("connection reset")

// papers is all that lies in the store, to see whether something has changed.
func (w *town) papers() string {
	w.t.Helper()
	all := ""
	for _, c := range []community.ID{store.House, lan, shi} {
		part := ""
		w.ok(w.house.Store().View(context.Background(), c, func(tx store.Tx) {
			var b strings.Builder
			for k, v := range tx.Scan("", "") {
				b.WriteString(k + "=" + string(v) + "\n")
			}
			part = b.String()
		}))
		all += part
	}
	return all
}
