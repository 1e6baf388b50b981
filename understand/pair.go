package understand

import (
	"slices"
	"time"

	"linli/community"
)

// pairSize is how many buckets the features of a pair (message, request) fall into.
const pairSize = 1 << 14

// atMostRequests bounds the requests a message is compared with.
const atMostRequests = 16

// A candidate is one thing a message may be: an act, and for some the request it is about.
type Candidate struct {
	Act     Act
	Request community.RequestID
	Pair    []uint16 // buckets of what message and request have in common
}

// A relation is how a message and a request stand to each other.
type relation struct {
	r       *community.Request
	rel     int // 0 stranger, 1 said something about it, 2 supporter, 3 opener
	here    bool
	mine    time.Duration // since the speaker's own last line in it; negative: none
	lastAll time.Duration
	seen    sight
	inTalk  bool
	cat     int
	place   int
	overlap int
	prior   float64
}

// candidates lists what the message may be. Requests far from it are left out.
func (l *look) candidates() []Candidate {
	out := make([]Candidate, 0, 8+4*8)
	for a := ActChat; a <= ActAsks; a++ {
		out = append(out, Candidate{Act: a})
	}
	for _, n := range l.relations() {
		pair := l.pairFeatures(n)
		for a := ActMore; a < acts; a++ {
			if a == ActSame && (n.rel >= 2 || n.cat == 0 && n.r.ID != l.around.quotedAbout) {
				continue // who asked already is no second neighbour; nor is who speaks of something else
			}
			out = append(out, Candidate{a, n.r.ID, pair})
		}
	}
	return out
}

func (l *look) relations() []relation {
	var mine overlapSet
	mine.add(l.t)
	texts := l.requestTexts()
	near := make([]relation, 0, atMostRequests+1)
	for i := range l.s.Requests {
		r := &l.s.Requests[i]
		if r.State == community.Withdrawn || r.State == community.Duplicate || r.Private && l.m.Group == "" && !supports(*r, l.m.Sender) && !l.serve {
			continue
		}
		n := relation{r: r, mine: -1, lastAll: l.m.At.Sub(r.Touched)}
		n.here = slices.Contains(r.Groups, l.m.Group)
		for i, s := range r.Supporters {
			if s == l.m.Sender {
				n.rel = 2 + flag(i == 0)
			}
		}
		for _, line := range slices.Backward(r.Lines) {
			if line.Sender == l.m.Sender {
				n.mine, n.rel = l.m.At.Sub(line.At), max(n.rel, 1)
				break
			}
		}
		n.seen, n.inTalk = l.around.seen[r.ID]
		n.cat, n.place = l.catAgreement(*r), placeAgreement(l.where, r.Where)
		if set := texts[r.ID]; set != nil {
			n.overlap = mine.shared(set)
		}
		n.prior = prior(l, n)
		near = keep(near, n)
	}
	return near
}

// keep puts a relation among the nearest, in order; the first comes first where two are as near.
func keep(near []relation, n relation) []relation {
	at := len(near)
	for at > 0 && n.prior > near[at-1].prior {
		at--
	}
	if at == atMostRequests {
		return near
	}
	near = slices.Insert(near, at, n)
	return near[:min(len(near), atMostRequests)]
}

// requestTexts gathers what was said about each request, as far as it is on the desk.
func (l *look) requestTexts() map[community.RequestID]*overlapSet {
	out := map[community.RequestID]*overlapSet{}
	for _, h := range l.s.Recent {
		if h.Request == "" || h.Message.Text == "" {
			continue
		}
		set := out[h.Request]
		if set == nil {
			set = &overlapSet{}
			out[h.Request] = set
		}
		set.add(h.Message.Text)
	}
	for _, r := range l.s.Requests {
		if out[r.ID] == nil {
			out[r.ID] = &overlapSet{}
		}
		out[r.ID].add(r.Summary)
	}
	return out
}

// prior says which requests are worth comparing at all.
func prior(l *look, n relation) float64 {
	p := -n.lastAll.Hours() / 24
	if n.inTalk {
		p += 4 - float64(n.seen.rank)/2
	} else if n.here {
		p += 1
	}
	if n.rel > 0 {
		p += 2 + float64(n.rel)/2
	}
	if n.r.ID == l.around.quotedAbout {
		p += 20
	}
	p += float64(min(n.overlap, 5)) + float64(n.cat-2) + float64(n.place&3)
	return p
}

// catAgreement: 0 speaks of another category, 1 perhaps another, 2 no sign, 3 perhaps this one, 4 this one.
// It goes by the lexicon alone: what the weights say of a text they learnt from is too sure.
func (l *look) catAgreement(r community.Request) int {
	mine, most := l.votes[categoryNumber[r.Category]], 0
	for _, v := range l.votes {
		most = max(most, v)
	}
	switch {
	case most == 0:
		return 2
	case mine == most:
		return 4
	case mine > 0:
		return 3
	case most == 1:
		return 1
	}
	return 0
}

// placeAgreement in two bits: 1 nothing to compare, 2 the same, 0 another; bit 2 and 3 the same for the unit or named place.
func placeAgreement(p, q community.Place) int {
	one := func(a, b string) int {
		switch {
		case a == "" || b == "":
			return 1
		case a == b:
			return 2
		}
		return 0
	}
	fine := one(p.Unit, q.Unit)
	if p.Name != "" || q.Name != "" {
		fine = one(p.Name, q.Name)
	}
	return one(p.Building, q.Building) + 4*fine
}

func (l *look) pairFeatures(n relation) []uint16 {
	out := make([]uint16, 0, 48)
	add := func(vs ...int) {
		h := uint64(seedSituation)
		for _, v := range vs {
			h = mix(h, uint64(v+1))
		}
		out = append(out, uint16(h%pairSize))
	}
	gap, mine := gapBucket(n.seen.gap), gapBucket(n.mine)
	rank, distance := min(n.seen.rank, 3), distanceBucket(n.seen.distance)
	if !n.inTalk {
		gap, rank, distance = 9, 4+flag(n.here), 6
	}
	quote := 0
	switch {
	case l.around.quotedAbout == n.r.ID:
		quote = 2
	case l.m.ReplyTo != "":
		quote = 1
	}
	called := flag(l.around.mentions)
	if l.around.mentionsWho != "" && supports(*n.r, l.around.mentionsWho) {
		called = 2
	}
	state := stateBucket(*n.r)
	lap := min(n.overlap, 6)
	role, serve := roleNumber(l.m.Role), flag(l.serve)
	kind := kindNumber[l.m.Kind]
	size := lengthBucket(len(l.runes)) / 2
	age := gapBucket(n.lastAll)

	add(0)
	add(1, n.rel, serve)
	add(2, n.rel, gap)
	add(3, rank, n.rel)
	add(4, quote, n.rel)
	add(5, called, serve)
	add(6, n.cat, n.rel)
	add(7, n.place)
	add(8, lap, n.rel)
	add(9, state, serve)
	add(10, n.cat, rank)
	add(11, mine, size)
	add(12, distance, n.rel)
	add(13, distance, role)
	add(14, age, n.cat)
	add(15, n.place, n.cat)
	add(16, lap, n.cat)
	add(17, kind, n.rel, mine)
	add(18, rank, role, n.cat)
	add(19, gap, n.cat, flag(n.here))
	add(20, mine, distance)
	add(21, rank, min(l.around.live, 3))
	add(22, n.place&3, flag(n.here), n.cat)
	add(23, age, n.rel)
	add(24, flag(n.r.Urgency == community.Emergency), gap)
	add(25, state, n.rel)
	add(26, size, rank)
	for _, c := range l.talkClasses {
		add(30, int(words.ids[c]>>40), n.rel)
		add(31, int(words.ids[c]>>40), rank)
		add(32, int(words.ids[c]>>40), state)
		add(33, int(words.ids[c]>>40), n.cat)
	}
	return out
}

func distanceBucket(d int) int {
	switch {
	case d <= 2:
		return d
	case d <= 5:
		return 3
	case d <= 10:
		return 4
	}
	return 5
}

func stateBucket(r community.Request) int {
	switch {
	case r.State == community.Unproved:
		return 1
	case !r.State.Live():
		return 2
	}
	return 0
}
