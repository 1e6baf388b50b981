package understand

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"linli/community"
)

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
