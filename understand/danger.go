package understand

import (
	"strings"

	"linli/community"
)

// What a reading must be worth for danger to be believed. A missed emergency is the worst
// mistake there is, a false one costs a look: so words of danger need little else to speak for them.
const (
	believed = 0.04 // of being about a request at all, where nothing speaks against
	doubted  = 0.55 // the same, where the words also tell of a drill, a story or a joke
	alone    = 0.4  // of being an emergency, without any word from the list of dangers
)

// alarmKinds are the classes that are danger by themselves, the category each belongs to,
// and what to look up in the resource list.
var alarmKinds = []struct{ class, category, ask, why string }{
	{"danger.trap", "elevator", "电梯困人", "有人困在电梯"},
	{"danger.gas", "fire", "燃气泄漏抢修", "燃气味"},
	{"danger.fire", "fire", "火警", "起火冒烟"},
	{"danger.fall", "elderly", "急救", "有人倒下"},
	{"danger.lost", "elderly", "走失", "有人走失"},
	{"danger.life", "aid", "危机干预", "生命危险"},
	{"danger.block", "fire", "", "救护车或消防车进不来"},
}

// danger finds words of danger to life: the row of alarmKinds, or -1, and whether something says it is none.
func (l *look) danger() (kind int, calm bool) {
	kind = -1
	for i, k := range alarmKinds {
		c := words.named(k.class)
		for _, h := range l.hits {
			if h.class == c && !l.masked(h) {
				kind = i
				break
			}
		}
		if kind >= 0 {
			break
		}
	}
	switch {
	case kind >= 0:
	case l.has("danger.co.sick") && l.has("danger.co.fire"):
		kind = 1
	case l.lost():
		kind = 4
	}
	calm = kind >= 0 && (l.has("calm") || l.has("calm2") || l.has("notice") || len(l.runes) > 160)
	if kind == 4 && l.has("thing.lost") && !l.has("danger.lost") {
		calm = true // a phone is missed, not its owner
	}
	if kind >= 0 && l.has("past") {
		switch alarmKinds[kind].class {
		case "danger.trap", "danger.gas", "danger.fire", "danger.life":
			calm = true // who fell or went missing yesterday may still lie there
		}
	}
	return kind, calm
}

// SoundsLikeDanger reports whether a text has words of danger to life, whatever they mean in their
// place. It takes microseconds, so that such words need not wait in a queue to be understood.
func SoundsLikeDanger(text string) bool {
	l := &look{t: Normalise(text)}
	l.runes = abridged(l.t)
	l.findClasses()
	kind, _ := l.danger()
	return kind >= 0
}

// lost: somebody who cannot look after themselves, and words for not being found.
func (l *look) lost() bool { return l.has("danger.lost.who") && l.has("danger.lost.what") }

// masked reports whether a hit is part of a longer harmless phrase (热死, 火锅).
func (l *look) masked(h hit) bool {
	mask := words.named("mask")
	for _, o := range l.hits {
		if o.class == mask && o.start <= h.start && o.end >= h.end {
			return true
		}
	}
	return false
}

// alarm raises a reading to an emergency if the words call for it. p are the candidates' probabilities.
func (l *look) alarm(all []Candidate, p []float32) (int, bool) {
	kind, calm := l.danger()
	i := choose(all, p)
	about, top := float32(0), -1
	for k, c := range all {
		if c.Act == ActAsks || c.Act == ActMore || c.Act == ActSame {
			about += p[k]
			if top < 0 || p[k] > p[top] {
				top = k
			}
		}
	}
	need := float32(believed)
	switch {
	case kind < 0:
		need = 2
	case alarmKinds[kind].class == "danger.life" && !calm:
		need = 0 // who says so little says it once
	case calm && l.urgs[2] < alone:
		need = 2 // a drill, a story, a fear of what might be
	case calm:
		need = doubted
	}
	if about >= need && top >= 0 {
		return top, true
	}
	if !calm && all[i].Act == ActAsks && l.urgs[2] > alone {
		return i, true
	}
	return i, false
}

// dangerWhy fills in what the list of dangers knows of an emergency.
func (r *Reader) dangerWhy(l *look, rd *community.Reading) {
	rd.Urgency = community.Emergency
	kind, _ := l.danger()
	if kind < 0 {
		rd.Why = "像是有生命危险"
		return
	}
	k := alarmKinds[kind]
	if l.cats[categoryNumber[rd.Category]] < 0.5 || rd.Category == "" {
		rd.Category = k.category
		if l.child() && (k.category == "elderly") {
			rd.Category = "children"
		}
	}
	rd.Private = false // danger is said aloud, whatever it is about
	rd.Why = k.why
	if w := l.shown(words.named(k.class)); w != "" {
		rd.Why += "：「" + Mask(w) + "」"
	}
	if k.ask != "" {
		rd.Rows = r.index.nearest([]rune(k.ask), "", 0).rows
	}
}

func (l *look) child() bool {
	for _, w := range []string{"孩子", "小孩", "娃", "儿子", "女儿", "小朋友", "小囡", "宝宝", "孙子", "孙女", "小姑娘", "小男孩"} {
		if strings.Contains(l.t, w) {
			return true
		}
	}
	return false
}
