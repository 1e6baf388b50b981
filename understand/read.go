// Package understand tells what a message means, given what lies on the desk:
// its intent, the request it belongs to, category, place, danger, and which
// rows of the resource list answer it. It is pure, needs no network and never
// decides what to do.
package understand

import (
	"context"
	"strings"

	"linli/community"
)

// Reader understands one community's talk. It is safe for concurrent use and never changes.
type Reader struct {
	profile   community.Profile
	buildings map[community.GroupID]string
	villages  bool
	houses    houses
	index     *index
	weights   *Weights
}

// New makes a Reader of what a community says about itself and of its resource list.
func New(p community.Profile, groups []community.Group, rows []community.Resource) *Reader {
	return NewWith(learnt, p, groups, rows)
}

// NewWith makes a Reader that judges by other weights than the embedded ones.
func NewWith(w *Weights, p community.Profile, groups []community.Group, rows []community.Resource) *Reader {
	r := &Reader{profile: p, buildings: map[community.GroupID]string{}, index: newIndex(rows), weights: w, houses: housesOf(p)}
	r.villages = p.Type == "traditional_village" || p.Type == "new_village"
	for _, g := range groups {
		b := g.Building
		if b == "" && (g.Kind == community.BuildingGroup || g.Kind == "") {
			b = r.houses.in(Normalise(g.Name)).Building
		}
		r.buildings[g.ID] = b
	}
	return r
}

// Examine gives what judging a message rests on, for training.
func (r *Reader) Examine(s *community.Scene, m community.Message) Example {
	return r.look(s, m).example()
}

// Read tells what a message means. The same scene and message give the same Reading.
func (r *Reader) Read(_ context.Context, s *community.Scene, m community.Message) community.Reading {
	if why := event(m); why != "" {
		return community.Reading{Intent: community.Chat, Why: why, Confidence: 1, By: "embedded"}
	}
	l := r.look(s, m)
	all := l.candidates()
	p := l.judge(r.weights, all)
	i, danger := l.alarm(all, p)
	rd := r.reading(l, all[i])
	rd.Confidence, rd.By = r.weights.sure(p[i]), "embedded"
	if danger {
		r.dangerWhy(l, &rd)
	}
	if rd.Why == "" {
		rd.Why = l.why(all[i].Act)
	}
	return rd
}

// event tells why a message needs no reading: nobody said it.
func event(m community.Message) string {
	switch {
	case m.Kind == community.Recall, m.Kind == community.System:
		return "系统事件"
	case m.FromBot:
		return "机器人"
	}
	return ""
}

// reading fills in what an act brings with it.
func (r *Reader) reading(l *look, c Candidate) community.Reading {
	rd := community.Reading{Request: c.Request, Where: l.where}
	if l.topical {
		rd.Category = community.Categories[best(l.cats[:])].Key
	}
	switch c.Act {
	case ActAnswer:
		rd.Intent = community.Answer
		rd.Request = l.answers()
	case ActQuestion:
		rd.Intent, rd.Rows = community.Question, l.answer()
	case ActSignup:
		return l.signup()
	case ActCommand:
		l.order(&rd)
	case ActLead:
		rd.Intent, rd.Lead = community.Chat, true
	case ActAsks:
		r.asks(l, &rd)
	case ActMore:
		rd.Intent, rd.Corrects = community.More, l.has("correct")
	case ActSame:
		rd.Intent = community.Same
	case ActDone, ActStill:
		rd.Intent, rd.StillOpen = community.Done, c.Act == ActStill
	default:
		rd.Intent = community.Chat
	}
	if w := l.hush(); w != "" {
		rd.Hush, rd.Why = "像是争吵或敏感话题", "「"+w+"」"
	}
	return rd
}

func (r *Reader) asks(l *look, rd *community.Reading) {
	rd.Intent = community.Asks
	rd.Category = community.Categories[best(l.cats[:])].Key
	rd.Urgency = urgencyNames[best(l.urgs[:])]
	rd.Private = community.CategoryOf(rd.Category).Private
	rd.Before = l.before()
	rd.Where = r.locate(l, rd.Before)
	rd.Summary = summary(l.t)
}

// hush finds words of a quarrel, grief or politics.
func (l *look) hush() string {
	for _, h := range l.hits {
		if strings.HasPrefix(words.names[h.class], "hush.") {
			return string(l.runes[h.start:h.end])
		}
	}
	return ""
}

// summary is a short Chinese line that staff read: the masked words.
func summary(t string) string {
	r := []rune(strings.Join(strings.Fields(Mask(t)), " "))
	if len(r) > 40 {
		r = append(r[:39], '…')
	}
	return string(r)
}
