package console

import (
	"net/http"
	"time"

	"linli/community"
	"linli/store"
)

// flagsRead is how many of the newest flags are looked through.
const flagsRead = 300

// flagView is one flag with what it is about.
type flagView struct {
	Key, Kind  string
	Name, Tone string
	Text, When string
	Request    string // number, when somebody may see it
	Path       string
	Who, Where string // of the message it is about
	Words      string
	Unsaid     string // what could not be said, or perhaps was not
	Asked      bool   // a question that staff can say the answer to
}

// flags are the standing flags that somebody may see, newest first; with an id only those about that request.
func (m me) flags(tx store.Tx, id community.RequestID, now time.Time) []flagView {
	var out []flagView
	for _, f := range store.Flags(tx, flagsRead) {
		if id != "" && f.About != id {
			continue
		}
		var about *community.Request
		if r, ok := store.Request(tx, f.About); ok && f.About != "" {
			about = &r
		}
		said := messageOf(tx, f.Event)
		if !m.seesFlag(f, about, said) {
			continue
		}
		v := flagView{Key: f.Key, Kind: f.Kind, Name: flagNameOf(f.Kind).Name, Tone: flagNameOf(f.Kind).Tone, Text: f.Text, When: lately(f.At, now)}
		if about != nil && m.sees(*about) {
			v.Request, v.Path = string(about.ID), pathOf(about.ID)
		}
		v.Who, v.Where, v.Words = told(tx, said)
		v.Unsaid = unsaid(tx, f.Key)
		v.Asked = f.Kind == "unanswered" && v.Words != ""
		out = append(out, v)
	}
	return out
}

// messageOf is the message of an event, if it was one and is still kept.
func messageOf(tx store.Tx, event string) *community.Message {
	if event == "" {
		return nil
	}
	rec, _ := store.RecordOf(tx, event)
	return rec.Event.Message
}

// told is who said a message, where, and its words.
func told(tx store.Tx, m *community.Message) (who, where, words string) {
	if m == nil {
		return "", "", ""
	}
	where = "私聊"
	if g, ok := store.Group(tx, m.Group); ok {
		where = g.Name
	}
	return m.Name, where, gist(*m)
}

// gist is a message in a few words.
func gist(m community.Message) string {
	text := community.Cut(m.Text, 400)
	switch {
	case text == "" && len(m.Blobs) == 0 && m.Kind == community.Text:
		return "（已撤回）"
	case m.Kind == community.Image:
		return "[图片]" + text
	case m.Kind == community.Voice:
		return "[语音] " + text
	case m.Kind == community.File:
		return "[文件] " + text
	case m.Kind == community.Video:
		return "[视频]" + text
	}
	return text
}

// unsaid is the sentence a flag about sending speaks of.
func unsaid(tx store.Tx, key string) string {
	const about = "out/"
	if len(key) <= len(about) || key[:len(about)] != about {
		return ""
	}
	s, _ := store.FateOf(tx, key[len(about):])
	return s.Out.Text
}

// asideView is an event that was given up after three tries.
type asideView struct {
	Flag             string
	When, What       string
	Who, Where, Word string
	Stack            string
}

// asidesRead is how many of the newest events set aside are looked through.
const asidesRead = 100

// asides are the events set aside that nobody has dealt with yet.
func (m me) asides(tx store.Tx, now time.Time) []asideView {
	standing := map[string]community.Flag{}
	for _, f := range store.Flags(tx, 0) {
		if f.Kind == "panic" {
			standing[f.Key] = f
		}
	}
	var out []asideView
	for _, rec := range store.SetAside(tx, asidesRead) {
		f, ok := standing["aside/"+rec.Event.Key]
		if !ok || !m.seesFlag(f, nil, rec.Event.Message) {
			continue
		}
		v := asideView{Flag: f.Key, When: lately(f.At, now), What: whatIs(rec.Event), Stack: rec.Stack}
		v.Who, v.Where, v.Word = told(tx, rec.Event.Message)
		out = append(out, v)
	}
	return out
}

func whatIs(e community.Event) string {
	switch {
	case e.Message != nil:
		return "一条消息"
	case e.Order != nil:
		return "工作人员的一步操作"
	}
	return "一个到点的提醒"
}

// flag finds the flag that a form names, if somebody may see it, with the message it is about; else it says that there is none.
func (c *Console) flag(w http.ResponseWriter, r *http.Request, m me) (flag community.Flag, said *community.Message, ok bool) {
	key := r.PostFormValue("flag")
	err := c.house.Store().View(r.Context(), m.Community, func(tx store.Tx) {
		flag, said, ok = community.Flag{}, nil, false
		for _, f := range store.Flags(tx, 0) {
			if f.Key != key {
				continue
			}
			var about *community.Request
			if q, found := store.Request(tx, f.About); found && f.About != "" {
				about = &q
			}
			flag, said = f, messageOf(tx, f.Event)
			ok = m.seesFlag(f, about, said)
			return
		}
	})
	switch {
	case err != nil:
		c.broken(w, r, err)
	case !ok:
		c.fail(w, r, http.StatusNotFound, "没有这条提醒", "也许同事已经处理过了。")
	}
	return flag, said, ok && err == nil
}

// lower takes a flag down by an order.
func (c *Console) lower(w http.ResponseWriter, r *http.Request, m me) {
	flag, _, ok := c.flag(w, r, m)
	if !ok {
		return
	}
	back := Root
	if r.PostFormValue("back") == "request" && flag.About != "" {
		back = pathOf(flag.About)
	}
	c.give(w, r, m, community.Order{Verb: "lower", Args: map[string]string{"key": flag.Key}}, back)
}
