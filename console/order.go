package console

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"linli/community"
	"linli/store"
)

// A tap is one verb of a request's page: the form's fields it takes, and whether only those who run things may.
type tap struct {
	args []string
	runs bool
}

var tapsOnRequest = map[string]tap{
	"move":         {[]string{"to", "why"}, false},
	"note":         {[]string{"why"}, false},
	"assign":       {[]string{"to"}, true},
	"recategorise": {[]string{"category"}, true},
	"merge":        {[]string{"into"}, true},
	"place":        {[]string{"building", "unit", "floor", "room", "place"}, true},
	"none":         {[]string{"as"}, true},
}

// maxWords is the longest text staff may write, in characters.
const maxWords = 1000

// onRequest makes an order of a form on a request's page.
func (c *Console) onRequest(w http.ResponseWriter, r *http.Request, m me) {
	verb := r.PathValue("verb")
	t, ok := tapsOnRequest[verb]
	if !ok {
		c.fail(w, r, http.StatusNotFound, "没有这一步", "回到工作台再试。")
		return
	}
	if t.runs && !m.runs() {
		c.fail(w, r, http.StatusForbidden, "这一步要由社区来做", "请和社区工作人员说一声。")
		return
	}
	req, ok := c.request(w, r, m, community.RequestID(r.PathValue("id")))
	if !ok {
		return
	}
	args := map[string]string{}
	for _, name := range t.args {
		if args[name] = clean(r.PostFormValue(name)); utf8.RuneCountInString(args[name]) > maxWords {
			c.fail(w, r, http.StatusRequestEntityTooLarge, "写得太长了", "最多 1000 字，请写短一点。")
			return
		}
	}
	if verb == "merge" {
		into, ok := c.request(w, r, m, number(args["into"]))
		if !ok {
			return
		}
		args["into"] = string(into.ID)
	}
	c.give(w, r, m, community.Order{Verb: verb, On: req.ID, Args: args}, pathOf(req.ID))
}

// request finds a request that somebody may see, or says that there is none: both sound the same.
func (c *Console) request(w http.ResponseWriter, r *http.Request, m me, id community.RequestID) (q community.Request, ok bool) {
	err := c.house.Store().View(r.Context(), m.Community, func(tx store.Tx) { q, ok = store.Request(tx, id) })
	switch {
	case err != nil:
		c.broken(w, r, err)
		return q, false
	case id == "" || !ok || !m.sees(q):
		c.fail(w, r, http.StatusNotFound, "没有找到 #"+community.Cut(string(id), 20), "也许编号写错了，或者这一件不归您看。")
		return q, false
	}
	return q, true
}

var keyForm = regexp.MustCompile(`^[0-9A-Z]{16,40}$`)

// give hands an order in at the door, waits shortly for what becomes of it, and shows the page again.
func (c *Console) give(w http.ResponseWriter, r *http.Request, m me, o community.Order, back string) {
	key, ok := c.order(w, r, m, m.Community, o)
	if ok {
		http.Redirect(w, r, c.backTo(r.Context(), m, o, back)+"?done="+key+"#done", http.StatusSeeOther)
	}
}

// order hands an order in and waits for the pen; it returns what the notice is found by.
func (c *Console) order(w http.ResponseWriter, r *http.Request, m me, to community.ID, o community.Order) (done string, ok bool) {
	form := r.PostFormValue("key")
	if !keyForm.MatchString(form) {
		c.fail(w, r, http.StatusBadRequest, "页面太旧了", "这一步没有做。请返回，刷新页面后再试。")
		return "", false
	}
	o.By, o.Role = m.in(to), m.Who.Role
	done = tapKey(form, o)
	if err := c.house.Accept(r.Context(), to, community.Event{Key: "tap/" + done, Order: &o}); err != nil {
		c.broken(w, r, err)
		return "", false
	}
	c.wait(r.Context(), to, "tap/"+done)
	return done, true
}

// in is how somebody is known in a community: ids are each community's own, so a guest's names where they come from.
func (m me) in(id community.ID) community.PersonID {
	if id == m.Community {
		return m.Who.ID
	}
	return community.PersonID(string(m.Community) + "/" + string(m.Who.ID))
}

// tapKey is the same when the same form is sent twice with the same words, so
// that a double tap is one order; other words from the same page are another.
func tapKey(form string, o community.Order) string {
	raw, err := json.Marshal([]any{form, o}) // a map's keys are written in order
	if err != nil {
		panic(err) // strings only
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:12])
}

// The pen decides in milliseconds; a page does not wait for it longer than this.
const (
	waitAtMost = 3 * time.Second
	lookEvery  = 15 * time.Millisecond
)

// wait watches the order's record until it is decided or patience ends.
func (c *Console) wait(ctx context.Context, id community.ID, key string) {
	ctx, stop := context.WithTimeout(ctx, waitAtMost)
	defer stop()
	again := time.NewTicker(lookEvery)
	defer again.Stop()
	for {
		var rec store.Record
		err := c.house.Store().View(ctx, id, func(tx store.Tx) { rec, _ = store.RecordOf(tx, key) })
		if err != nil || rec.Done || rec.Aside {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return
		}
	}
}

// backTo is where the answer is read: the request's page, unless the order took the request out of somebody's sight.
func (c *Console) backTo(ctx context.Context, m me, o community.Order, back string) string {
	if o.On == "" {
		return back
	}
	var q community.Request
	err := c.house.Store().View(ctx, m.Community, func(tx store.Tx) { q, _ = store.Request(tx, o.On) })
	if err == nil && !m.sees(q) {
		return Root
	}
	return back
}

// notice is what became of the last tap, in a sentence.
type notice struct {
	Text  string
	Tone  string            // good, bad, wait
	Verb  string            // of a refused order, so that its form opens again …
	Again map[string]string // … with what was written
}

const refused = "没有做："

// notice reads what became of the tap named in the address. Only who tapped is told.
func (c *Console) notice(r *http.Request, m me) (*notice, error) {
	done := r.URL.Query().Get("done")
	if done == "" || len(done) > 64 {
		return nil, nil
	}
	to := m.Community
	if q := r.URL.Query(); q.Has("to") && m.Who.Role == community.Admin {
		to = community.ID(q.Get("to"))
	}
	var rec store.Record
	var ok bool
	err := c.house.Store().View(r.Context(), to, func(tx store.Tx) { rec, ok = store.RecordOf(tx, "tap/"+done) })
	if err != nil || !ok || rec.Event.Order == nil || rec.Event.Order.By != m.in(to) {
		return nil, err
	}
	o := rec.Event.Order
	switch {
	case rec.Aside:
		return &notice{Text: "这一步没有做成：程序处理时出错，已搁置，请告诉管理员。", Tone: "bad"}, nil
	case !rec.Done:
		return &notice{Text: "已收到，还在排队。过几秒刷新这一页，就能看到结果。", Tone: "wait"}, nil
	case strings.HasPrefix(rec.Why, refused):
		return &notice{Text: "没有做成：" + strings.TrimPrefix(rec.Why, refused) + "。", Tone: "bad", Verb: o.Verb, Again: o.Args}, nil
	}
	return &notice{Text: rec.Why + "。", Tone: "good"}, nil
}

// clean takes control characters out of what somebody typed.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	s = strings.Map(func(x rune) rune {
		if x < ' ' && x != '\n' && x != '\t' || x == 0x7f {
			return -1
		}
		return x
	}, s)
	return strings.TrimSpace(s)
}
