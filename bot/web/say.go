package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"linli/bot"
	"linli/community"
)

// maxWords is the longest message in characters.
const maxWords = 5000

func newToken() string { return rand.Text() }

var tokenForm = regexp.MustCompile(`^[0-9A-Za-z_-]{8,64}$`)

// say takes what a browser says: words, or recognised speech, or photos and words.
func (c *Channel) say(w http.ResponseWriter, r *http.Request, d device) {
	k, ok := c.looking(w, r, d)
	if !ok || !c.parsed(w, r) {
		return
	}
	if r.MultipartForm != nil {
		defer r.MultipartForm.RemoveAll()
	}
	text := clean(r.PostFormValue("text"))
	token := r.PostFormValue("token")
	switch {
	case !tokenForm.MatchString(token):
		c.fail(w, r, http.StatusBadRequest, "没有发出", "页面太旧了，请刷新后再发。")
		return
	case utf8.RuneCountInString(text) > maxWords:
		c.fail(w, r, http.StatusRequestEntityTooLarge, "太长了", "一条消息最多 5000 字，请分几条发。")
		return
	}
	m := community.Message{ID: messageID(d, token), Kind: community.Text, Text: text, ReplyTo: r.PostFormValue("reply")}
	if r.PostFormValue("mode") == "voice" {
		m.Kind = community.Voice
	}
	photos, ok := c.photos(w, r)
	if !ok {
		return
	}
	if text == "" && len(photos) == 0 {
		c.fail(w, r, http.StatusUnprocessableEntity, "还没有写字", "写一句话，或者选一张照片。")
		return
	}
	if err := c.utter(r.Context(), k, m, photos); err != nil {
		c.refused(w, r, err)
		return
	}
	if err := c.mark(r.Context(), d, k.room.Conv); err != nil {
		c.log.Error("web: read mark", "err", err)
	}
	c.done(w, r, k.room.Path)
}

// utter hands the photos and then the words to the house, each as a message of its own, as WeChat does.
func (c *Channel) utter(ctx context.Context, k look, m community.Message, photos []upload) error {
	for i, p := range photos {
		x := community.Message{ID: m.ID + "-" + string(rune('a'+i)), Kind: community.Image, Blobs: []string{p.hash}, ReplyTo: m.ReplyTo}
		if err := c.shelf().Put(ctx, photoKey(k.room.Handle, p.hash)+x.ID, []byte(p.kind)); err != nil {
			return err
		}
		if err := c.tell(ctx, k, x); err != nil {
			return err
		}
	}
	if m.Text == "" {
		return nil
	}
	if !k.room.Private && strings.Contains(m.Text, "@") {
		names, err := c.mentionable(ctx, k)
		if err != nil {
			return err
		}
		m.Mentions = mentioned(m.Text, names)
		m.MentionsBot = slices.Contains(m.Mentions, bot.OwnName)
	}
	return c.tell(ctx, k, m)
}

var errStarting = errors.New("web: not running")

// tell hands one message to the house.
func (c *Channel) tell(ctx context.Context, k look, m community.Message) error {
	hear := c.hear.Load()
	if hear == nil {
		return errStarting
	}
	m.Handle, m.Sender, m.Name, m.Private, m.At = k.room.Handle, k.device.Person, k.device.Name, k.room.Private, c.clock()
	return (*hear)(ctx, m)
}

// recall takes one's own words back, within two minutes.
func (c *Channel) recall(w http.ResponseWriter, r *http.Request, d device) {
	k, ok := c.looking(w, r, d)
	if !ok || !c.parsed(w, r) {
		return
	}
	talk, err := c.house.Load().Talk(r.Context(), d.Community, k.room.Handle, time.Time{}, 300)
	if err != nil {
		c.broken(w, r, err)
		return
	}
	id := r.PostFormValue("message")
	i := slices.IndexFunc(talk, func(l bot.Line) bool {
		return l.ID == id && l.Sender == d.Person && !l.Own && l.Kind != community.System
	})
	switch {
	case i < 0:
		c.fail(w, r, http.StatusNotFound, "不能撤回", "只能撤回自己刚发的消息。")
		return
	case c.clock().Sub(talk[i].At) > recallFor:
		c.fail(w, r, http.StatusConflict, "不能撤回", "发出超过 2 分钟的消息不能撤回了。")
		return
	case talk[i].Recalled:
		c.done(w, r, k.room.Path)
		return
	}
	if err := c.tell(r.Context(), k, community.Message{ID: "recall-" + id, Kind: community.Recall, Target: id}); err != nil {
		c.refused(w, r, err)
		return
	}
	for _, hash := range talk[i].Blobs {
		if err := c.shelf().Delete(r.Context(), photoKey(k.room.Handle, hash)+id); err != nil {
			c.broken(w, r, err)
			return
		}
	}
	c.done(w, r, k.room.Path)
}

// read notes that the conversation was seen up to now.
func (c *Channel) read(w http.ResponseWriter, r *http.Request, d device) {
	k, ok := c.looking(w, r, d)
	if !ok {
		return
	}
	if err := c.mark(r.Context(), d, k.room.Conv); err != nil {
		c.broken(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// done answers the page's script with nothing and a plain form with the conversation again.
func (c *Channel) done(w http.ResponseWriter, r *http.Request, back string) {
	if wantsData(r) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}

func (c *Channel) refused(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errStarting) {
		c.starting(w, r)
		return
	}
	c.broken(w, r, err)
}

// mentionable are the names that may stand after an @: who spoke here lately, and who serves the community.
func (c *Channel) mentionable(ctx context.Context, k look) ([]string, error) {
	talk, err := c.house.Load().Talk(ctx, k.device.Community, k.room.Handle, time.Time{}, 200)
	if err != nil {
		return nil, err
	}
	people, err := c.house.Load().People(ctx, k.device.Community)
	if err != nil {
		return nil, err
	}
	names := []string{bot.OwnName}
	for _, l := range talk {
		names = append(names, l.Name)
	}
	for _, p := range people {
		names = append(names, p.Name)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(s string) bool { return s == "" }), nil
}

// mentioned finds which of the names are @-mentioned in the text, in its order; the longest name wins.
func mentioned(text string, names []string) []string {
	var out []string
	for _, p := range mentions(text, names) {
		if name := strings.TrimPrefix(p.Text, "@"); p.Mention && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// messageID is the same when the browser sends the same thing again, and nobody else's.
func messageID(d device, token string) string {
	sum := sha256.Sum256([]byte(string(d.Person) + "|" + token))
	return "w" + hex.EncodeToString(sum[:10])
}
