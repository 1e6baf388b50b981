package understand

import (
	"math"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"linli/community"
)

// What of a very long text is looked at: its beginning and its end say what it wants.
const (
	headRunes = 400
	tailRunes = 200
)

// abridged cuts the middle out of a very long text.
func abridged(t string) []rune {
	r := []rune(t)
	if len(r) <= headRunes+tailRunes {
		return r
	}
	return append(slices.Clone(r[:headRunes]), r[len(r)-tailRunes:]...)
}

// gramsOf gives the hashes of the one to three characters that stand together, with the
// text's beginning and end; digits are all alike.
func gramsOf(t []rune, seed uint64, longest int) []uint64 {
	shown := make([]rune, 0, len(t)+2)
	shown = append(shown, '^')
	for _, r := range t {
		if r >= '0' && r <= '9' {
			r = '0'
		}
		shown = append(shown, r)
	}
	shown = append(shown, '$')
	out := make([]uint64, 0, longest*len(shown))
	for i := range shown {
		h := seed
		for n := 0; n < longest && i+n < len(shown); n++ {
			h = mix(h, uint64(shown[i+n]))
			out = append(out, h)
		}
	}
	return out
}

// gramValue keeps long texts from shouting.
func gramValue(n int) float32 { return float32(6 / math.Sqrt(float64(max(n, 12)))) }

// textFeatures are what the words themselves show: classes of phrases and the text's shape.
func (l *look) textFeatures() []uint64 {
	out := make([]uint64, 0, 24)
	for _, c := range l.classes {
		out = append(out, mix(seedClass, words.ids[c]))
	}
	shape := func(kind, v int) { out = append(out, mix(mix(seedClass, uint64(1000+kind)), uint64(v))) }
	n := len(l.runes)
	shape(0, lengthBucket(n))
	if n > 0 {
		shape(1, int(l.runes[n-1]))
	}
	shape(2, min(strings.Count(l.t, "?"), 2))
	shape(3, min(strings.Count(l.t, "!"), 3))
	shape(4, flag(!l.where.Empty()))
	shape(5, flag(l.where.Building != "")+2*flag(l.where.Room != "")+4*flag(l.where.Name != ""))
	shape(6, min(strings.Count(l.t, "\n"), 3))
	shape(7, kindNumber[l.m.Kind])
	shape(8, faults(l))
	names, _ := listed(l.m.Text)
	shape(10, min(len(names), 3))
	shape(11, flag(strings.Contains(l.t, "接龙")))
	shape(9, flag(strings.HasPrefix(l.t, "@")))
	return out
}

var kindNumber = map[community.Kind]int{community.Text: 1, community.Image: 2, community.Voice: 3, community.File: 4, community.Video: 5}

func lengthBucket(n int) int {
	for i, limit := range []int{0, 1, 2, 4, 6, 9, 13, 18, 25, 40, 70, 120} {
		if n <= limit {
			return i
		}
	}
	return 12
}

// faults counts the classes of things gone wrong that a text touches, up to three.
func faults(l *look) int {
	n := 0
	for _, c := range l.classes {
		if strings.HasPrefix(words.names[c], "f.") {
			n++
		}
	}
	return min(n, 3)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// roleNumber: 0 neighbour, 1 volunteer, 2 property, 3 staff or chair.
func roleNumber(r community.Role) int {
	switch r {
	case community.Volunteer:
		return 1
	case community.Property:
		return 2
	case community.Staff, community.Chair, community.Admin:
		return 3
	}
	return 0
}

// situationFeatures are what lies around the message: who speaks, where, after what.
func (l *look) situationFeatures() []uint64 {
	out := make([]uint64, 0, 256)
	role, size := roleNumber(l.m.Role), lengthBucket(len(l.runes))
	sit := func(vs ...int) uint64 {
		h := uint64(seedSituation)
		for _, v := range vs {
			h = mix(h, uint64(v+1))
		}
		return h
	}
	add := func(vs ...int) { out = append(out, sit(vs...)) }
	a := l.around
	bot := flag(l.m.MentionsBot) + 2*flag(l.m.Private)
	add(1, role)
	add(2, groupNumber[l.s.Groups[l.m.Group].Kind])
	add(3, bot, role)
	add(4, int(a.other.act), gapBucket(a.other.gap))
	add(5, int(a.own.act), gapBucket(a.own.gap))
	add(6, int(a.last.act), flag(a.last.mine), gapBucket(a.last.gap))
	add(7, int(a.last.act), int(a.second.act))
	add(8, int(a.quoted.act), flag(a.quoted.mine), a.quoted.role)
	add(9, int(a.mentioned.act), flag(a.mentions))
	add(10, gapBucket(a.request.gap), flag(a.request.mine))
	add(11, gapBucket(a.question.gap), a.answers)
	add(12, a.botSaid)
	add(13, role, int(a.other.act), gapBucket(a.other.gap)/2)
	add(14, role, gapBucket(a.request.gap)/2)
	add(15, int(a.other.act), size/2)
	add(16, int(a.own.act), gapBucket(a.own.gap)/2, size/2)
	add(17, kindNumber[l.m.Kind], int(a.own.act), gapBucket(a.own.gap)/2)
	add(18, kindNumber[l.m.Kind], int(a.last.act), flag(a.last.mine))
	add(19, role, size)
	add(20, role, int(a.quoted.act))
	add(21, flag(a.roll), size/3)
	add(22, int(a.own.act), int(a.other.act))
	add(23, l.found.step(), flag(l.m.MentionsBot))
	add(24, l.found.step(), int(a.other.act))
	add(25, role, int(a.mentioned.act))
	add(26, a.live)
	crossed := []uint64{sit(40, role), sit(41, int(a.other.act), gapBucket(a.other.gap)/3), sit(42, int(a.own.act), gapBucket(a.own.gap)/3), sit(43, int(a.quoted.act)), sit(44, bot, role),
		sit(45, gapBucket(a.request.gap)/3, flag(a.request.mine)), sit(46, size/3), sit(47, flag(a.roll), l.found.step())}
	for _, s := range crossed {
		out = append(out, s)
		for _, c := range l.classes {
			out = append(out, mix(s, words.ids[c]))
		}
	}
	return out
}

var groupNumber = map[community.GroupKind]int{community.BuildingGroup: 1, community.EstateGroup: 2, community.VolunteerGroup: 3, community.PropertyGroup: 4, community.InterestGroup: 5, community.StaffGroup: 6}

// overlapSet is a small set of two-character pieces, for comparing texts.
type overlapSet [16]uint64

// dull are the characters that every sentence has; they show no likeness.
var dull = func() (out [1 << 10]uint64) {
	for _, r := range "的了是我你他她它们这那个在不有没就都也和啊吧呢吗呀哦嗯、。…，！？：；（）" {
		out[r>>6] |= 1 << (r & 63)
	}
	return out
}()

func (o *overlapSet) add(t string) {
	var last rune
	for _, r := range t {
		if r < 'a' || r > 0xffff || dull[r>>6]&(1<<(r&63)) != 0 {
			last = 0
			continue
		}
		if last != 0 {
			h := mix(mix(seedPhrase, uint64(last)), uint64(r))
			o[h>>6&15] |= 1 << (h & 63)
		}
		last = r
	}
}

func (o *overlapSet) shared(p *overlapSet) int {
	n := 0
	for i := range o {
		n += bits.OnesCount64(o[i] & p[i])
	}
	return n
}

func runesIn(s string) int { return utf8.RuneCountInString(s) }
