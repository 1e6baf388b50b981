package community

import (
	"slices"
	"strings"
	"time"
)

// Correction is what staff put right of what was made of one message: an example to learn from.
// It keeps no words; those lie in the talk for as long as the talk is kept.
type Correction struct {
	Kind    string    `json:"kind"`            // one of the kinds below; a later one of the same kind replaces it
	Message string    `json:"id"`              // the message …
	Group   GroupID   `json:"group,omitempty"` // … in its group, or
	Sender  PersonID  `json:"sender"`          // in the private chat with its sender
	About   RequestID `json:"about,omitempty"` // the request it was put right on
	Read    Label     `json:"read,omitzero"`   // what it was taken for; filled when it is written down
	Right   Label     `json:"right,omitzero"`  // what it should have been; the zero Label takes the correction back
	By      PersonID  `json:"by"`
	At      time.Time `json:"at"`
}

// The kinds of correction.
const (
	FixCategory = "category" // another category
	FixPlace    = "place"    // the problem is elsewhere
	FixSame     = "same"     // it is the same problem as another request's
	FixNone     = "none"     // it asks for nothing that is to be done
	FixAnswer   = "answer"   // which row of the list answers it, or that none does
)

// FixNames are the kinds in the words of whoever reads of them, in the order in which they are told.
var FixNames = []struct{ Kind, Name string }{
	{FixCategory, "改类别"}, {FixPlace, "改位置"}, {FixSame, "合并"}, {FixNone, "不是诉求"}, {FixAnswer, "补答案"},
}

// Label is what a message is taken for, as far as staff can put it right.
type Label struct {
	Intent   Intent    `json:"intent,omitempty"`
	Request  RequestID `json:"request,omitempty"`
	Category string    `json:"category,omitempty"`
	Where    Place     `json:"where,omitzero"`
	Rows     []string  `json:"rows,omitempty"`
}

// Empty reports whether the label says nothing.
func (l Label) Empty() bool {
	return l.Intent == "" && l.Request == "" && l.Category == "" && l.Where.Empty() && len(l.Rows) == 0
}

// Masked is the label without a room to be read.
func (l Label) Masked() Label {
	l.Where.Room = strings.Repeat("*", len([]rune(l.Where.Room)))
	return l
}

// Label is what the reading says, as far as staff can put it right.
func (r Reading) Label() Label {
	l := Label{Intent: r.Intent, Request: r.Request, Category: r.Category, Where: r.Where}
	for _, m := range r.Rows {
		l.Rows = append(l.Rows, m.ID)
	}
	return l
}

// Said is the message the correction speaks of, as far as it is needed to find it.
func (c Correction) Said() Message {
	return Message{ID: c.Message, Group: c.Group, Sender: c.Sender, Private: c.Group == ""}
}

// Repeats reports whether a correction only says what was read anyway.
func (c Correction) Repeats() bool {
	switch c.Kind {
	case FixCategory:
		return c.Right.Category == c.Read.Category
	case FixPlace:
		return c.Right.Where == c.Read.Where
	}
	return false
}

// Opener is the message that opened the request: the one that asked, else its first.
func (r Request) Opener() (Line, bool) {
	if i := slices.IndexFunc(r.Lines, func(l Line) bool { return l.Part == Asks }); i >= 0 {
		return r.Lines[i], true
	}
	if len(r.Lines) == 0 {
		return Line{}, false
	}
	return r.Lines[0], true
}
