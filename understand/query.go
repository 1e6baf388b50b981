package understand

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
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

// Key names a question by its content: the same question has the same key, on every machine.
func (q Query) Key() string {
	raw, err := json.Marshal(q)
	if err != nil {
		panic(err) // strings and booleans only
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16])
}

// How much goes along: lines of the talk, the length of each, and of the words themselves, in characters.
const (
	talkLines = 8
	lineRunes = 200
	wordRunes = 800
)

func (r *Reader) query(l *look, first community.Reading) Query {
	v := veilOf(l)
	names := map[community.PersonID]string{l.m.Sender: "A"}
	q := Query{Words: leading(v.over(l.t), wordRunes), Speaker: called(names, l.m), Group: string(l.s.Groups[l.m.Group].Kind), Kind: string(l.m.Kind),
		First: Proposal{Intent: first.Intent, Request: string(first.Request), Category: first.Category, Urgency: first.Urgency, StillOpen: first.StillOpen}}
	for _, h := range slices.Backward(l.s.Recent) {
		o := h.Message
		if o.ID == l.m.ID || o.Group != l.m.Group || o.Private != l.m.Private || o.Private && o.Sender != l.m.Sender || l.m.At.Sub(o.At) > 6*time.Hour {
			continue
		}
		text := leading(v.over(Normalise(o.Text)), lineRunes)
		if o.ID == l.m.ReplyTo {
			q.Quoted = text
		}
		if len(q.Before) < talkLines {
			q.Before = append(q.Before, fmt.Sprintf("%s, %d min ago: %s%s", called(names, o), int(l.m.At.Sub(o.At).Minutes()), kindNote(o), text))
		}
	}
	slices.Reverse(q.Before)
	for _, n := range l.relations() {
		q.Requests = append(q.Requests, Choice{string(n.r.ID), v.over(Normalise(n.r.Category + " " + n.r.Where.String() + " " + n.r.Summary))})
	}
	for _, row := range l.found.rows {
		q.Rows = append(q.Rows, Choice{row.ID, Mask(r.index.title(row.ID))})
	}
	return q
}

// leading is the beginning of a text; it is cut after masking, for half a phone number would not be known as one.
func leading(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
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
