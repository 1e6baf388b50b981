package handlers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"linli/community"
)

// A town is a small world that plans are carried out in: what the store and the mouths would do, in memory.
type town struct {
	now   time.Time
	scene community.Scene
	rows  map[string]community.Resource
	lines int
	wakes []community.Tick
}

func newTown() *town {
	return &town{now: time.Date(2026, 5, 11, 9, 0, 0, 0, shanghai), rows: map[string]community.Resource{},
		scene: community.Scene{Groups: map[community.GroupID]community.Group{}, People: map[community.PersonID]community.Person{},
			Caps: map[community.Handle]community.Caps{}, Next: 1}}
}

func (w *town) group(id community.GroupID, kind, name string, policy community.Policy, speak community.Speaking) {
	h := community.Handle{Channel: "tape", ID: string(id)}
	w.scene.Groups[id] = community.Group{ID: id, Name: name, Kind: community.GroupKind(kind), Policy: policy, Handles: []community.Handle{h}}
	w.scene.Caps[h] = community.Caps{Hear: community.HearAll, Speak: speak, Quote: true}
}

// until lets what is due be said, and tells it.
func (w *town) until(t time.Time) (out []string) {
	for {
		out = append(out, w.woken(t)...)
		i := slices.IndexFunc(w.scene.Waiting, func(o community.Outgoing) bool { return !o.Draft && !o.Due.After(t) })
		if i < 0 {
			w.now = t
			return out
		}
		o := w.scene.Waiting[i]
		w.scene.Waiting = slices.Delete(slices.Clone(w.scene.Waiting), i, i+1)
		w.scene.Said = append(w.scene.Said, community.Said{Out: o, At: o.Due, Sure: true, Fate: community.HandedOver})
		out = append(out, fmt.Sprintf("← %s %s", clock(o.Due), spoken(o)))
	}
}

// woken lets the first moment come that a handler asked for, if it is before the next word to say.
func (w *town) woken(t time.Time) (out []string) {
	for len(w.wakes) > 0 && !w.wakes[0].Due.After(t) && (len(w.scene.Waiting) == 0 || w.wakes[0].Due.Before(w.scene.Waiting[0].Due)) {
		tick := w.wakes[0]
		w.wakes = w.wakes[1:]
		out = append(out, "← "+clock(tick.Due)+" tick "+tick.Job+" "+tick.What)
		out = append(out, w.happen(community.Event{Key: "wake", At: tick.Due, Tick: &tick})...)
	}
	return out
}

// happen decides one event, carries the plan out, and tells it line by line.
func (w *town) happen(e community.Event) []string {
	s := w.scene
	s.Now = e.At
	for _, m := range e.Reading.Rows {
		s.Rows = append(s.Rows, w.rows[m.ID])
	}
	if o := e.Order; o != nil && w.rows[o.Args["row"]].ID != "" {
		s.Rows = append(s.Rows, w.rows[o.Args["row"]])
	}
	p := Decide(&s, e)
	out := []string{"→ " + p.Why}
	for _, r := range p.Requests {
		out = append(out, w.write(r))
	}
	for _, r := range p.Rolls {
		w.scene.Rolls = append(slices.DeleteFunc(slices.Clone(w.scene.Rolls), func(x community.Roll) bool { return x.ID == r.ID }), r)
		out = append(out, fmt.Sprintf("→ roll %s: %s", r.Topic, strings.Join(r.Names, "、")))
	}
	for _, k := range p.Drop {
		w.scene.Waiting = slices.DeleteFunc(slices.Clone(w.scene.Waiting), func(o community.Outgoing) bool { return o.Key == k })
		out = append(out, "→ drop "+k+": "+p.DropWhy)
	}
	for _, o := range p.Say {
		out = append(out, w.say(o))
	}
	for _, o := range p.Held {
		out = append(out, "→ hold "+spoken(o))
	}
	for _, f := range p.Flags {
		out = append(out, "→ flag "+f.Kind+": "+f.Text)
	}
	for _, t := range p.Wake {
		w.wakes = append(w.wakes, t)
		out = append(out, "→ wake "+clock(t.Due)+" "+t.Job+" "+t.What)
	}
	if f := p.Forget; f != nil {
		out = append(out, "→ forget talk before "+f.Talk.In(shanghai).Format("01-02 15:04"))
	}
	for _, c := range p.Fixes {
		out = append(out, learnt(c))
	}
	if m := e.Message; m != nil {
		w.scene.Recent = append(slices.Clip(w.scene.Recent), community.Heard{Message: *m, Reading: e.Reading})
	}
	for _, part := range p.Heard {
		for i, h := range w.scene.Recent {
			if h.Message.ID == part.Message {
				w.scene.Recent[i].Request = part.Request
			}
		}
	}
	return out
}

// learnt is a correction as a transcript shows it; one without a right answer takes an earlier one back.
func learnt(c community.Correction) string {
	line := fmt.Sprintf("→ learn %s %s %s:", c.Kind, c.Group, c.Message)
	r := c.Right
	for _, x := range []string{string(r.Intent), string(r.Request), r.Category, r.Where.String(), strings.Join(r.Rows, " ")} {
		if x != "" {
			line += " " + x
		}
	}
	return line
}

func (w *town) write(r community.Request) string {
	i := slices.IndexFunc(w.scene.Requests, func(x community.Request) bool { return x.ID == r.ID })
	w.scene.Requests = slices.Clone(w.scene.Requests)
	if i < 0 {
		w.scene.Requests = append(w.scene.Requests, r)
		w.scene.Next++
	} else {
		w.scene.Requests[i] = r
	}
	where := r.Where.String()
	if where == "" {
		where = "?"
	}
	line := fmt.Sprintf("→ request #%s %s %s %s %s", r.ID, r.Category, where, r.Urgency, r.State)
	if n := len(r.Supporters); n > 1 {
		line += fmt.Sprintf(" %d人", n)
	}
	if r.Private {
		line += " private"
	}
	return line
}

func (w *town) say(o community.Outgoing) string {
	w.scene.Waiting = slices.DeleteFunc(slices.Clone(w.scene.Waiting), func(x community.Outgoing) bool { return x.Key == o.Key })
	if !slices.ContainsFunc(w.scene.Said, func(s community.Said) bool { return s.Out.Key == o.Key }) {
		w.scene.Waiting = append(w.scene.Waiting, o)
	}
	slices.SortStableFunc(w.scene.Waiting, func(a, b community.Outgoing) int { return a.Due.Compare(b.Due) })
	line := "→ say " + clock(o.Due) + " " + spoken(o)
	if o.Draft {
		line = "→ draft " + spoken(o)
	}
	return line
}

// spoken is something said as a transcript shows it; a line break is a bar.
func spoken(o community.Outgoing) string {
	to := string(o.Group)
	if o.To != "" {
		to = "@" + string(o.To)
	}
	return to + " " + o.Kind + ": " + strings.ReplaceAll(o.Text, "\n", " | ")
}

func clock(t time.Time) string { return t.In(shanghai).Format("02 15:04:05") }
