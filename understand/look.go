package understand

import (
	"slices"
	"strings"

	"linli/community"
)

// A look is one message under the glass: what every reader needs of it, made once.
type look struct {
	s           *community.Scene
	m           community.Message
	t           string // normalised text
	runes       []rune // of it, the middle of a very long one left out
	hits        []hit  // phrases found
	classes     []class
	talkClasses []class // those of them that speak of what has become of a matter
	grams       []uint64
	where       community.Place  // said in the text itself
	serve       bool             // a member of staff or the property company says it
	topical     bool             // the words name a thing or trouble of some category
	votes       [categories]int  // 1 for a category's things, 2 more for its troubles
	sum         [columns]float32 // what the words alone speak for
	cats        [categories]float32
	urgs        [urgencies]float32
	homes       [homes]float32 // above 0: yes
	around      around
	found       search  // what the resource list has for the words
	listed      float32 // how likely it can answer them
}

func (r *Reader) look(s *community.Scene, m community.Message) *look {
	l := &look{s: s, m: m, t: Normalise(m.Text), serve: m.Role.Serves()}
	l.m.MentionsBot = m.MentionsBot || calledByName(l.t)
	l.runes = abridged(l.t)
	l.findClasses()
	for _, c := range l.classes {
		name := words.names[c]
		if kind, key, _ := strings.Cut(name, "."); kind == "f" || kind == "c" {
			l.topical = true
			if n, ok := categoryNumber[key]; ok {
				l.votes[n] += 1 + flag(kind == "f")
			}
		}
		if talkAbout[name] {
			l.talkClasses = append(l.talkClasses, c)
		}
	}
	l.grams = gramsOf(l.runes, seedGram, 3)
	if l.serve {
		l.grams = append(l.grams, gramsOf(l.runes, seedServeGram, 2)...)
	}
	l.where = r.houses.in(l.t)
	l.around = lookAround(s, m, l.t)
	l.found = r.index.find(l.runes)
	l.weigh(r.weights)
	return l
}

// calledByName: 「小邻 …」 and 「小邻，…」 call it as 「@小邻」 does.
func calledByName(t string) bool {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(t, "@"), "小邻")
	return ok && (rest == "" || strings.ContainsRune(" ,:!?、，", []rune(rest)[0]))
}

func (l *look) findClasses() {
	l.hits = words.find(l.runes)
	for _, h := range l.hits {
		if !slices.Contains(l.classes, h.class) {
			l.classes = append(l.classes, h.class)
		}
	}
	slices.Sort(l.classes)
}

// talkAbout are the classes that say how a matter goes on; pairs are judged by them.
var talkAbout = map[string]bool{"done": true, "done.soft": true, "done.not": true, "still": true, "chase": true, "same.also": true, "same.agree": true, "same.not": true,
	"promise": true, "see": true, "fault": true, "act.ask": true, "chat.thanks": true, "advise": true, "offer": true, "home.mine": true, "home.inner": true, "propose": true, "kin": true}

// has reports whether a phrase of the class is in the text.
func (l *look) has(name string) bool { return slices.Contains(l.classes, words.named(name)) }

// shown gives the words of the first phrase of a class.
func (l *look) shown(c class) string {
	for _, h := range l.hits {
		if h.class == c {
			return string(l.runes[h.start:h.end])
		}
	}
	return ""
}
