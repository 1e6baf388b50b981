package understand

import (
	"slices"

	"linli/community"
)

// Asked is a question whose answer staff have named: what its words are made of, and the row that answers it,
// "" if the list has none. It keeps the pieces by their hashes and never the words.
type Asked struct {
	Row    string        `json:"row"`
	Pieces []AskedPieces `json:"pieces"`
}

// AskedPieces are all the pieces of a question that weigh the same.
type AskedPieces struct {
	Weight float32  `json:"weight"`
	Hashes []uint64 `json:"hashes"`
}

// AskedOf takes a question apart.
func AskedOf(question, row string) Asked {
	byWeight := map[float32][]uint64{}
	for _, p := range askedPieces([]rune(Normalise(Mask(question)))) {
		byWeight[p.weight] = append(byWeight[p.weight], p.hash)
	}
	a := Asked{Row: row}
	for w, hashes := range byWeight {
		slices.Sort(hashes)
		a.Pieces = append(a.Pieces, AskedPieces{w, hashes})
	}
	slices.SortFunc(a.Pieces, func(x, y AskedPieces) int { return compareFloats(y.Weight, x.Weight) })
	return a
}

func compareFloats(x, y float32) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// askedPieces are the pieces of a question, each once, by hash; what is only polite says nothing.
func askedPieces(t []rune) []piece {
	all := pieces(t, politeness(t))
	slices.SortFunc(all, func(a, b piece) int {
		if a.hash != b.hash {
			if a.hash < b.hash {
				return -1
			}
			return 1
		}
		return compareFloats(b.weight, a.weight)
	})
	all = slices.CompactFunc(all, func(a, b piece) bool { return a.hash == b.hash })
	return slices.DeleteFunc(all, func(p piece) bool { return p.weight < 0.1 })
}

// A memory finds the question asked before that is most like a new one.
type memory struct {
	rows []string             // by question
	size []float32            // what all pieces of a question weigh
	post map[uint64][]posting // piece → questions
}

const (
	likeAsked  = 0.45 // how much two questions must share to be the same, 0 to 1
	askedWorth = 2    // what that is worth against words and meaning
)

// remember makes the index know questions asked before. A row that the list has no more is forgotten.
func (x *index) remember(all []Asked) {
	m := memory{post: map[uint64][]posting{}}
	for _, a := range all {
		if a.Row != "" && !slices.Contains(x.ids, a.Row) {
			continue
		}
		q := len(m.rows)
		m.rows, m.size = append(m.rows, a.Row), append(m.size, 0)
		for _, g := range a.Pieces {
			for _, h := range g.Hashes {
				w := g.Weight * x.rarity(h)
				m.post[h] = append(m.post[h], posting{q, w})
				m.size[q] += w
			}
		}
	}
	x.asked = m
}

// rarity is what a piece tells: the fewer rows have it the more.
func (x *index) rarity(piece uint64) float32 {
	if w, ok := x.idf[piece]; ok {
		return w
	}
	return x.rare
}

// recall finds the question asked before that is like this one, and how like it is; ok is false if none is.
func (x *index) recall(t []rune) (row string, like float32, ok bool) {
	if len(x.asked.rows) == 0 {
		return "", 0, false
	}
	shared, own := make([]float32, len(x.asked.rows)), float32(0)
	for _, p := range askedPieces(t) {
		w := p.weight * x.rarity(p.hash)
		own += w
		for _, post := range x.asked.post[p.hash] {
			shared[post.doc] += min(w, post.tf)
		}
	}
	at := -1
	for q, s := range shared {
		if v := 2 * s / (own + x.asked.size[q]); s > 0 && v >= likeAsked && v > like {
			at, like = q, v
		}
	}
	if at < 0 {
		return "", 0, false
	}
	return x.asked.rows[at], like, true
}

// Knowledge is what a house understands by: weights, and in each community the questions staff have answered.
type Knowledge struct {
	Weights *Weights
	Asked   map[community.ID][]Asked
}

// Embedded is what comes with the program.
func Embedded() Knowledge { return Knowledge{Weights: learnt} }

// New makes a Reader of what a community says about itself and of its resource list.
func (k Knowledge) New(p community.Profile, groups []community.Group, rows []community.Resource) *Reader {
	r := NewWith(k.Weights, p, groups, rows)
	r.index.remember(k.Asked[p.ID])
	return r
}
