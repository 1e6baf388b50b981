package learn

import (
	"context"
	"slices"
	"strings"
	"time"

	"linli/community"
	"linli/store"
	"linli/understand"
)

// What staff put right counts more than a labelled line; what was read surely around it and
// stood uncorrected counts as one, so that the rest stays as it is.
const (
	correctedCounts = 5
	sureEnough      = 0.8
	aroundIt        = 40            // messages of its conversation …
	afterIt         = 2 * time.Hour // … up to so long after it
	mostTaught      = 1000          // corrections, the newest
	mostAround      = 4000          // messages around them, the newest
)

// Taught is what one community teaches.
type Taught struct {
	Kinds  map[string]int // corrections as they stand, by kind
	Gone   int            // of them, those whose words are not kept any more
	Idle   int            // of them, those there is nothing to learn from
	Left   int            // of them, older ones: more than are learnt from at once
	Around int            // messages that stay as they were read

	Lessons []Lesson
	Asked   []understand.Asked
}

// Corrections is how many stand.
func (t Taught) Corrections() (n int) {
	for _, k := range t.Kinds {
		n += k
	}
	return n
}

// Used is of how many something is learnt.
func (t Taught) Used() int { return t.Corrections() - t.Gone - t.Idle - t.Left }

// FromStore makes lessons of what the staff of a community put right. The same papers give the same lessons.
func FromStore(ctx context.Context, st store.Store, c community.ID) (t Taught, err error) {
	err = st.View(ctx, c, func(tx store.Tx) {
		s := &school{Taught: Taught{Kinds: map[string]int{}}, past: newPast(tx), about: map[community.RequestID]bool{}, by: map[string]*corrected{}}
		s.gather(store.Corrections(tx))
		s.ask(c)
		s.teach()
		t = s.Taught
	})
	return t, err
}

// A corrected message with what staff put right about it.
type corrected struct {
	heard community.Heard
	fixes map[string]community.Correction // by kind
	join  community.RequestID             // the request it belongs to
}

// A school makes one community's lessons.
type school struct {
	Taught
	past   *past
	reader *understand.Reader
	by     map[string]*corrected // by the key of its message
	all    []*corrected
	about  map[community.RequestID]bool // requests that were put right
}

// gather finds the message of every correction.
func (s *school) gather(all []community.Correction) {
	slices.SortStableFunc(all, func(a, b community.Correction) int { return b.At.Compare(a.At) })
	for i, c := range all {
		s.Kinds[c.Kind]++
		if i >= mostTaught {
			s.Left++
			continue
		}
		s.about[c.About] = true
		said, join, ok := s.meant(c)
		if !ok {
			s.Idle++
			continue
		}
		h, ok := store.HeardIn(s.past.tx, said)
		if !ok || h.Recalled {
			s.Gone++
			continue
		}
		s.add(h, c, join)
	}
	slices.SortFunc(s.all, func(a, b *corrected) int { return inTalk(a.heard, b.heard) })
}

// inTalk orders messages by time.
func inTalk(a, b community.Heard) int {
	if c := a.Message.At.Compare(b.Message.At); c != 0 {
		return c
	}
	return strings.Compare(messageKey(a.Message), messageKey(b.Message))
}

func messageKey(m community.Message) string { return community.MessageKey(m.Handle, m.ID) }

// meant is the message a correction teaches about: of two that are the same problem, the later one,
// which should have joined the earlier one's request.
func (s *school) meant(c community.Correction) (said community.Message, join community.RequestID, ok bool) {
	if c.Kind != community.FixSame {
		return c.Said(), "", true
	}
	mine, ok := s.past.request(c.About)
	other, known := s.past.request(c.Right.Request)
	if !ok || !known {
		return said, "", false
	}
	a, ok := mine.Opener()
	b, known := other.Opener()
	if !ok || !known {
		return said, "", false
	}
	if b.At.After(a.At) {
		return community.Message{ID: b.Message, Group: b.Group, Sender: b.Sender, Private: b.Group == ""}, mine.ID, true
	}
	return c.Said(), other.ID, true
}

func (s *school) add(h community.Heard, c community.Correction, join community.RequestID) {
	key := messageKey(h.Message)
	x := s.by[key]
	if x == nil {
		x = &corrected{heard: h, fixes: map[string]community.Correction{}}
		s.by[key], s.all = x, append(s.all, x)
	}
	x.fixes[c.Kind] = c
	if join != "" {
		x.join = join
	}
}

// ask notes the questions whose row staff have named, and makes the reader that knows them.
func (s *school) ask(c community.ID) {
	tx := s.past.tx
	rows := store.Resources(tx)
	for _, x := range s.all {
		fix, ok := x.fixes[community.FixAnswer]
		if !ok || x.heard.Message.Text == "" {
			continue
		}
		row := ""
		if len(fix.Right.Rows) > 0 {
			row = fix.Right.Rows[0]
		}
		if row == "" || slices.ContainsFunc(rows, func(r community.Resource) bool { return r.ID == row }) {
			s.Asked = append(s.Asked, understand.AskedOf(x.heard.Message.Text, row))
		}
	}
	k := understand.Embedded()
	k.Asked = map[community.ID][]understand.Asked{c: s.Asked}
	profile := store.Profile(tx)
	profile.ID = c
	s.reader = k.New(profile, store.Groups(tx), rows)
}

// teach makes the lessons, in the order of time.
func (s *school) teach() {
	list := s.around()
	for _, x := range s.all {
		list = append(list, x.heard)
	}
	slices.SortFunc(list, inTalk)
	for _, h := range list {
		scene := s.past.scene(h.Message)
		if x := s.by[messageKey(h.Message)]; x != nil {
			s.correct(x, scene)
			continue
		}
		if l, ok := s.asRead(h, scene); ok {
			s.Lessons, s.Around = append(s.Lessons, l), s.Around+1
		}
	}
}

// around are messages near the corrected ones that were read surely and that nobody put right.
func (s *school) around() (out []community.Heard) {
	seen := map[string]bool{}
	for _, x := range slices.Backward(s.all) {
		m := x.heard.Message
		who := community.PersonID("")
		if m.Private {
			who = m.Sender
		}
		for _, h := range store.Talk(s.past.tx, store.Conversation(m.Group, who), m.At.Add(afterIt), aroundIt) {
			key := messageKey(h.Message)
			if seen[key] || s.by[key] != nil || h.Recalled || h.Message.Text == "" || h.Reading.Confidence < sureEnough || s.about[h.Request] && h.Request != "" {
				continue
			}
			if seen[key] = true; len(out) < mostAround {
				out = append(out, h)
			}
		}
	}
	return out
}
