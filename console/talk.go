package console

import (
	"net/url"
	"slices"
	"time"

	"linli/community"
	"linli/store"
)

// fileLook is what a request's page reads in one View.
type fileLook struct {
	tx     store.Tx
	q      community.Request
	now    time.Time
	people []community.Person
	heard  []community.Heard // by line; the zero Heard where the talk is not kept any more
}

func lookAt(tx store.Tx, q community.Request, now time.Time) fileLook {
	k := fileLook{tx: tx, q: q, now: now, people: store.People(tx)}
	for _, l := range q.Lines {
		h, _ := store.HeardIn(tx, community.Message{ID: l.Message, Group: l.Group, Sender: l.Sender, Private: l.Group == ""})
		k.heard = append(k.heard, h)
	}
	return k
}

func (k fileLook) group(id community.GroupID) string {
	if g, ok := store.Group(k.tx, id); ok {
		return g.Name
	}
	if id == "" {
		return "私聊"
	}
	return string(id)
}

// name is what somebody is called: by the people list, else by the nickname in the talk.
func (k fileLook) name(id community.PersonID) string {
	if id == "" {
		return "小邻"
	}
	if i := slices.IndexFunc(k.people, func(p community.Person) bool { return p.ID == id }); i >= 0 {
		return k.people[i].Name
	}
	for _, h := range k.heard {
		if h.Message.Sender == id && h.Message.Name != "" {
			return h.Message.Name
		}
	}
	return "居民"
}

// steps are the history, newest first.
func (k fileLook) steps() []stepView {
	var out []stepView
	for _, s := range slices.Backward(k.q.Steps) {
		v := stepView{When: lately(s.At, k.now), Who: k.name(s.By), Why: s.Why}
		if s.To != "" && s.From != s.To {
			v.Move = community.StateNames[s.To]
		}
		out = append(out, v)
	}
	return out
}

func (k fileLook) lines() []lineView {
	var out []lineView
	for i, l := range k.q.Lines {
		h := k.heard[i]
		v := lineView{When: lately(l.At, k.now), Where: k.group(l.Group), Part: partNames[l.Part], Who: named(k.name(l.Sender)), Recalled: h.Recalled}
		if l.StillOpen {
			v.Part = "说还没好"
		}
		if v.Gone = h.Message.ID == ""; !v.Gone && !h.Recalled {
			v.Words = gist(h.Message)
			if len(h.Message.Blobs) > 0 {
				v.Words = h.Message.Text
			}
			for _, hash := range h.Message.Blobs {
				v.Photos = append(v.Photos, pathOf(k.q.ID)+"/photo/"+url.PathEscape(hash))
			}
		}
		if rec, ok := k.record(h); ok {
			v.Why = rec.Why
		}
		out = append(out, v)
	}
	return out
}

func (k fileLook) record(h community.Heard) (store.Record, bool) {
	if h.Message.ID == "" {
		return store.Record{}, false
	}
	return store.RecordOf(k.tx, community.MessageKey(h.Message.Handle, h.Message.ID))
}

// said is what 小邻 said about it, oldest first, with what is still to come at the end.
func (k fileLook) said() []saidView {
	var out []saidView
	for _, s := range store.SaidAbout(k.tx, k.q.ID) {
		n := fateNames[s.Fate]
		out = append(out, saidView{Name: n.Name, Tone: n.Tone, When: lately(s.At, k.now), Where: k.where(s.Out), Text: s.Out.Text, Detail: s.Detail})
	}
	for _, o := range store.WaitingAbout(k.tx, k.q.ID) {
		v := saidView{Name: "等着说", Tone: "blue", When: "到 " + dated(o.Due), Where: k.where(o), Text: o.Text}
		if o.Draft {
			v.Name, v.When, v.Detail = "等人发", "", "这个群小邻不能自己开口，要请人转发"
		}
		out = append(out, v)
	}
	return out
}

func (k fileLook) where(o community.Outgoing) string {
	if o.To != "" {
		return "私下给 " + k.name(o.To)
	}
	return k.group(o.Group)
}

// held is what 小邻 would have said to a message of it, had the rules of speaking let it.
func (k fileLook) held() []heldView {
	var out []heldView
	for i, h := range k.heard {
		rec, _ := k.record(h)
		for _, text := range rec.Held {
			out = append(out, heldView{Text: text, Why: rec.Why, When: lately(k.q.Lines[i].At, k.now)})
		}
	}
	return out
}
