package learn

import (
	"linli/community"
	"linli/understand"
)

// actsOf is the act of each intent; what is not here is chat.
var actsOf = map[community.Intent]understand.Act{
	community.Answer: understand.ActAnswer, community.Question: understand.ActQuestion, community.Signup: understand.ActSignup, community.Command: understand.ActCommand,
	community.Asks: understand.ActAsks, community.More: understand.ActMore, community.Same: understand.ActSame, community.Done: understand.ActDone,
}

// actOf is what a reading says a message does.
func actOf(r community.Reading) understand.Act {
	switch {
	case r.Lead:
		return understand.ActLead
	case r.Intent == community.Done && r.StillOpen:
		return understand.ActStill
	}
	return actsOf[r.Intent]
}

// candidate finds an act among what a message may be; -1 if it is not there.
func candidate(e understand.Example, act understand.Act, on community.RequestID) int {
	for i, c := range e.Candidates {
		if c.Act == act && (act < understand.ActMore || c.Request == on) {
			return i
		}
	}
	return -1
}

// asRead is a message as it was read, if that can still be said of it.
func (s *school) asRead(h community.Heard, scene *community.Scene) (Lesson, bool) {
	l := Lesson{Example: s.reader.Examine(scene, h.Message), category: -1, urgency: -1}
	l.right = candidate(l.Example, actOf(h.Reading), h.Reading.Request)
	return l, l.right >= 0
}

// correct makes the lesson of a corrected message.
func (s *school) correct(x *corrected, scene *community.Scene) {
	l := Lesson{Example: s.reader.Examine(scene, x.heard.Message), right: -1, category: -1, urgency: -1}
	idle := 0
	for _, kind := range community.FixNames {
		fix, ok := x.fixes[kind.Kind]
		if !ok {
			continue
		}
		if x.heard.Message.Text == "" || !fixes[kind.Kind](s, x, scene, fix, &l) {
			idle++
		}
	}
	if s.Idle += idle; idle == len(x.fixes) {
		return
	}
	for range correctedCounts {
		s.Lessons = append(s.Lessons, l)
	}
}

// fixes write a correction into a lesson, in the order of community.FixNames, and report whether there was
// something to learn: what it was beats where it is.
var fixes = map[string]func(*school, *corrected, *community.Scene, community.Correction, *Lesson) bool{
	community.FixCategory: func(_ *school, x *corrected, _ *community.Scene, c community.Correction, l *Lesson) bool {
		l.category, l.share = categoryNumber(c.Right.Category), 1
		l.asked(x)
		return true
	},
	community.FixPlace: func(s *school, x *corrected, scene *community.Scene, c community.Correction, l *Lesson) bool {
		r, ok := s.past.request(c.About) // the correction itself keeps no room
		if !ok {
			return false
		}
		l.home = home(s.reader, scene, x.heard.Message, x.heard.Reading.Before, r.Where)
		if l.home == ([understand.Homes]int8{}) {
			return false // the words themselves say where; those are read by rules
		}
		l.asked(x)
		return true
	},
	community.FixSame: func(_ *school, x *corrected, _ *community.Scene, _ community.Correction, l *Lesson) bool {
		at := candidate(l.Example, understand.ActSame, x.join)
		if at < 0 {
			at = candidate(l.Example, understand.ActMore, x.join) // who asked already says more
		}
		if at >= 0 {
			l.right = at
		}
		return at >= 0
	},
	community.FixNone: func(_ *school, _ *corrected, _ *community.Scene, c community.Correction, l *Lesson) bool {
		l.right = candidate(l.Example, actsOf[c.Right.Intent], "")
		l.category, l.urgency, l.home = -1, -1, [understand.Homes]int8{}
		return l.right >= 0
	},
	community.FixAnswer: func(_ *school, _ *corrected, _ *community.Scene, c community.Correction, l *Lesson) bool {
		l.right, l.listed = candidate(l.Example, understand.ActQuestion, ""), -1
		if len(c.Right.Rows) > 0 {
			l.listed = 1
		}
		return l.right >= 0
	},
}

// asked says that the message opens a request, as it was read.
func (l *Lesson) asked(x *corrected) {
	if x.heard.Reading.Intent == community.Asks {
		l.right, l.urgency = candidate(l.Example, understand.ActAsks, ""), urgencyNumber(x.heard.Reading.Urgency)
	}
}
