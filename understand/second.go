package understand

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"linli/community"
)

// Asker gives a second opinion where the embedded reading is unsure: a language model, or a
// recording of one. It sees masked words only and may only propose labels.
type Asker interface {
	// Ask proposes a reading of q.Words. An error leaves the embedded reading as it is. It must return soon after ctx ends.
	Ask(ctx context.Context, q Query) (Proposal, error)
}

// Query is all that leaves the house: no names, phones, ID or card numbers, plates or rooms.
type Query struct {
	Words    string   `json:"words"`              // what was said, masked
	Speaker  string   `json:"speaker"`            // "A" and his role: "A (resident)"
	Group    string   `json:"group"`              // the kind of group
	Kind     string   `json:"kind"`               // text, voice …
	Quoted   string   `json:"quoted,omitempty"`   // the quoted message, masked
	Before   []string `json:"before,omitempty"`   // the last lines of the talk, oldest first: "B (resident, 2 min ago): …"
	Requests []Choice `json:"requests,omitempty"` // open requests it may be about
	Rows     []Choice `json:"rows,omitempty"`     // rows of the resource list that may answer
	First    Proposal `json:"first"`              // the embedded reading
}

// Choice is something a proposal may name by its id.
type Choice struct {
	ID   string `json:"id"`
	What string `json:"what"` // a category and place, or a row's name; masked
}

// Proposal is what an Asker may say. Whatever is not among the choices and known labels is dropped.
type Proposal struct {
	Intent    community.Intent  `json:"intent"`
	Request   string            `json:"request"`
	Category  string            `json:"category"`
	Urgency   community.Urgency `json:"urgency"`
	StillOpen bool              `json:"still_open"`
	Rows      []string          `json:"rows"`
	Building  string            `json:"building"`
	Unit      string            `json:"unit"`
}

// unsure is the confidence below which a second opinion is worth its price.
const unsure = 0.8

// Unsure reports whether a second opinion on a reading is worth asking for.
func Unsure(m community.Message, rd community.Reading) bool {
	if m.Text == "" || event(m) != "" || rd.Urgency == community.Emergency && rd.Intent == community.Asks {
		return false
	}
	return rd.Confidence < unsure || rd.Intent == community.Question && len(rd.Rows) == 0
}

// Second asks for a second opinion and writes what can be believed of it into the reading.
// On any failure the first reading stands, and says so.
func (r *Reader) Second(ctx context.Context, a Asker, s *community.Scene, m community.Message, first community.Reading) community.Reading {
	if a == nil || !Unsure(m, first) {
		return first
	}
	l := r.look(s, m)
	q := r.query(l, first)
	p, err := a.Ask(ctx, q)
	if err != nil {
		return first
	}
	rd := r.believe(l, q, p, first)
	rd.By = "model"
	rd.Why = "大模型的看法：" + actNames[actOf(community.Heard{Reading: rd})] + "；原先：" + first.Why
	return rd
}

// talkLines is how much of the talk goes along.
const talkLines = 8

func (r *Reader) query(l *look, first community.Reading) Query {
	names := map[community.PersonID]string{l.m.Sender: "A"}
	q := Query{Words: Mask(l.t), Speaker: called(names, l.m), Group: string(l.s.Groups[l.m.Group].Kind), Kind: string(l.m.Kind),
		First: Proposal{Intent: first.Intent, Request: string(first.Request), Category: first.Category, Urgency: first.Urgency, StillOpen: first.StillOpen}}
	var lines []string
	hide := l.nicknames()
	for _, h := range slices.Backward(l.s.Recent) {
		o := h.Message
		if o.ID == l.m.ID || o.Group != l.m.Group || o.Private != l.m.Private || l.m.At.Sub(o.At) > 6*time.Hour {
			continue
		}
		text := Mask(hide.Replace(Normalise(o.Text)))
		if o.ID == l.m.ReplyTo {
			q.Quoted = text
		}
		if len(lines) < talkLines {
			lines = append(lines, fmt.Sprintf("%s, %d min ago: %s%s", called(names, o), int(l.m.At.Sub(o.At).Minutes()), kindNote(o), text))
		}
	}
	slices.Reverse(lines)
	q.Before, q.Words = lines, Mask(hide.Replace(l.t))
	for _, n := range l.relations() {
		q.Requests = append(q.Requests, Choice{string(n.r.ID), n.r.Category + " " + n.r.Where.String() + " " + Mask(hide.Replace(n.r.Summary))})
	}
	for _, row := range l.found.rows {
		q.Rows = append(q.Rows, Choice{row.ID, r.index.title(row.ID)})
	}
	return q
}

func kindNote(m community.Message) string {
	if m.Kind == community.Text || m.Kind == "" {
		return ""
	}
	return "[" + string(m.Kind) + "] "
}

// called names people by letters in the order they appear.
func called(names map[community.PersonID]string, m community.Message) string {
	if names[m.Sender] == "" {
		names[m.Sender] = string(rune('A' + len(names)%26))
	}
	role := m.Role
	if role == "" {
		role = community.Resident
	}
	return names[m.Sender] + " (" + string(role) + ")"
}

// nicknames replaces the names of all who are in the talk.
func (l *look) nicknames() *strings.Replacer {
	var pairs []string
	add := func(name string) {
		if n := Normalise(name); runesIn(n) >= 2 {
			pairs = append(pairs, n, "某人")
			if s := Normalise(shortName(name)); s != n && runesIn(s) >= 2 {
				pairs = append(pairs, s, "某人")
			}
		}
	}
	add(l.m.Name)
	for _, h := range l.s.Recent {
		add(h.Message.Name)
	}
	for _, p := range l.s.People {
		add(p.Name)
	}
	return strings.NewReplacer(pairs...)
}

// believe takes over what is a known label or one of the choices; danger once seen is never talked away.
func (r *Reader) believe(l *look, q Query, p Proposal, first community.Reading) community.Reading {
	act, ok := proposedAct(p)
	if !ok {
		return first
	}
	c := Candidate{Act: act}
	if act >= ActMore {
		if !slices.ContainsFunc(q.Requests, func(c Choice) bool { return c.ID == p.Request }) {
			return first
		}
		c.Request = community.RequestID(p.Request)
	}
	rd := r.reading(l, c)
	rd.Confidence = max(first.Confidence, unsure)
	if _, known := categoryNumber[p.Category]; known && act == ActAsks {
		rd.Category = p.Category
		rd.Private = rd.Private || community.CategoryOf(p.Category).Private
	}
	if act == ActAsks && slices.Contains(urgencyNames[:], p.Urgency) {
		rd.Urgency = p.Urgency
	}
	if act == ActQuestion {
		rd.Rows = chosen(q.Rows, p.Rows)
	}
	if rd.Where.Building == "" && p.Building != "" && strings.Contains(strings.ToUpper(l.t), strings.ToUpper(p.Building)) {
		rd.Where.Building = community.Cut(p.Building, 8) // a number the words have; it may not be invented
	}
	return rd
}

func proposedAct(p Proposal) (Act, bool) {
	if !slices.Contains([]community.Intent{community.Chat, community.Answer, community.Question, community.Signup, community.Asks, community.More, community.Same, community.Done}, p.Intent) {
		return ActChat, false // a model gives no commands
	}
	return actOf(community.Heard{Reading: community.Reading{Intent: p.Intent, StillOpen: p.StillOpen}}), true
}

func chosen(offered []Choice, ids []string) (out []community.Match) {
	for _, id := range ids {
		if slices.ContainsFunc(offered, func(c Choice) bool { return c.ID == id }) && len(out) < 3 {
			out = append(out, community.Match{ID: id, Score: 1})
		}
	}
	return out
}
