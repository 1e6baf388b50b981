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
	index     *index
}

// New makes a Reader of what a community says about itself and of its resource list.
func New(p community.Profile, groups []community.Group, rows []community.Resource) *Reader {
	r := &Reader{profile: p, buildings: map[community.GroupID]string{}, index: newIndex(rows)}
	r.villages = p.Type == "traditional_village" || p.Type == "new_village"
	for _, g := range groups {
		b := g.Building
		if b == "" && (g.Kind == community.BuildingGroup || g.Kind == "") {
			b = BuildingOf(g.Name)
		}
		r.buildings[g.ID] = b
	}
	return r
}

// A look is one message under the glass: what every reader needs of it, made once.
type look struct {
	s     *community.Scene
	m     community.Message
	t     string          // normalised text
	where community.Place // said in the text itself
	cat   finding
	serve bool // a member of staff or the property company says it
}

// A rule looks at a message and says what it means, or that it does not know.
type rule func(*Reader, *look) (community.Reading, bool)

// rules are asked in this order; the first that knows has the word.
var rules = []rule{
	readEvent, readList, readOrder, readDanger, readPhoto, readServing, readJoin, readOutcome, readSame, readAnswer, readQuestion, readProblem, readMore,
}

// Read tells what a message means. The same scene and message give the same Reading.
func (r *Reader) Read(_ context.Context, s *community.Scene, m community.Message) community.Reading {
	l := &look{s: s, m: m, t: Normalise(m.Text)}
	l.where = placeIn(l.t)
	l.cat = categoryOf(l.t)
	l.serve = m.Role.Serves()
	for _, rule := range rules {
		if rd, ok := rule(r, l); ok {
			return r.finish(l, rd)
		}
	}
	rd := community.Reading{Intent: community.Chat, Why: "没有要办的事"}
	if w, ok := has(l.t, quarrelWords); ok {
		rd.Hush, rd.Why = "像是争吵或敏感话题", "「"+w+"」"
	}
	return r.finish(l, rd)
}

func (r *Reader) finish(l *look, rd community.Reading) community.Reading {
	rd.By = "rules"
	if rd.Confidence == 0 {
		rd.Confidence = 0.7
	}
	if rd.Intent == community.Asks {
		rd.Private = rd.Private || community.CategoryOf(rd.Category).Private
		rd.Where = r.locate(l, rd.Category)
		rd.Summary = summary(l.t, rd)
		rd.Before, rd.Opener = r.before(l)
	}
	if rd.Intent == community.Same || rd.Intent == community.More {
		rd.Where = l.where
	}
	return rd
}

// summary is a short Chinese line that staff read: the category, the place, and the masked words.
func summary(t string, rd community.Reading) string {
	words := []rune(strings.Join(strings.Fields(Mask(t)), " "))
	if len(words) > 40 {
		words = append(words[:39], '…')
	}
	return string(words)
}

func readEvent(_ *Reader, l *look) (community.Reading, bool) {
	switch {
	case l.m.Kind == community.Recall, l.m.Kind == community.System:
		return community.Reading{Intent: community.Chat, Why: "系统事件", Confidence: 1}, true
	case l.m.FromBot:
		return community.Reading{Intent: community.Chat, Why: "机器人", Confidence: 1}, true
	}
	return community.Reading{}, false
}

// has finds the first of the words in the text.
func has(t string, words []string) (string, bool) {
	for _, w := range words {
		if strings.Contains(t, w) {
			return w, true
		}
	}
	return "", false
}

func any1(t string, words []string) bool { _, ok := has(t, words); return ok }
