package understand

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"linli/community"
)

// An index finds the rows of a resource list that answer a question: BM25 over single
// characters and pairs of them, fields by their weight, and what neighbours call things
// (the concepts of the lexicon). It is made once for each revision of the list.
type index struct {
	ids      []string
	post     map[uint64][]posting
	idf      map[uint64]float32
	norm     []float32
	concepts map[int][]rowWeight // concept → rows
	names    []string
	rare     float32 // the idf of a piece that no row has
	asked    memory  // questions whose rows staff have named
}

// meant is what a shared concept is worth, against explaining the whole question, and
// aboutHalf the sum of concepts at which it is half of that.
const (
	meant     = 0.5
	aboutHalf = 1
)

type posting struct {
	doc int
	tf  float32
}

const (
	k1        = 1.2
	lengthen  = 0.6 // how much a long row is held against it
	atMost    = 10
	oneWeight = 0.5 // of a single character, against a pair
	named     = 0.25
)

// fieldWeights: what a row is called counts most.
func fields(r community.Resource) []struct {
	text   string
	weight float32
} {
	return []struct {
		text   string
		weight float32
	}{{r.Name, 3}, {strings.Join(r.Keywords, " "), 3}, {r.Category, 1.5}, {r.Description, 1.3}, {r.Audience, 0.6}, {r.Address, 0.3}}
}

func newIndex(rows []community.Resource) *index {
	x := &index{post: map[uint64][]posting{}, idf: map[uint64]float32{}}
	var total float32
	for d, r := range rows {
		tf := map[uint64]float32{}
		for _, f := range fields(r) {
			for _, g := range pieces([]rune(Normalise(f.text)), nil) {
				tf[g.hash] += f.weight
			}
		}
		var n float32
		for g, w := range tf {
			x.post[g] = append(x.post[g], posting{d, w})
			n += w
		}
		x.ids, x.norm, total = append(x.ids, r.ID), append(x.norm, n), total+n
		x.names = append(x.names, Normalise(r.Name))
	}
	x.concepts = rowsOfConcepts(rows)
	for i := range x.norm {
		x.norm[i] = 1 - lengthen + lengthen*x.norm[i]/max(total/float32(len(rows)), 1)
	}
	for g, posts := range x.post {
		slices.SortFunc(posts, func(a, b posting) int { return a.doc - b.doc })
		x.idf[g] = idf(len(rows), len(posts))
	}
	x.rare = idf(len(rows), 0)
	return x
}

func idf(n, df int) float32 {
	return float32(math.Log(1 + (float64(n)-float64(df)+0.5)/(float64(df)+0.5)))
}

// A piece is one character or two that stand together.
type piece struct {
	hash   uint64
	weight float32
}

// pieces cuts a text; what is polite only (where given) weighs little.
func pieces(t []rune, polite []bool) []piece {
	out := make([]piece, 0, 2*len(t))
	var last rune
	for i, r := range t {
		if r == ' ' || r == '\n' || strings.ContainsRune(",.!?;:()[]、。…~@#\"'/-", r) {
			last = 0
			continue
		}
		w := float32(1)
		if polite != nil && polite[i] {
			w = 0.3
		}
		out = append(out, piece{mix(seedPiece, uint64(r)), oneWeight * w})
		if last != 0 {
			if polite != nil && polite[i-1] {
				w = min(w, 0.3)
			}
			out = append(out, piece{mix(mix(seedPiece, uint64(last)), uint64(r)), w})
		}
		last = r
	}
	return out
}

// politeness marks the characters of a question that only make it polite, or make it a question.
func politeness(t []rune) []bool {
	out := make([]bool, len(t))
	for _, h := range courtesies.find(t) {
		for i := h.start; i < h.end; i++ {
			out[i] = true
		}
	}
	return out
}

// A search is what came of looking for a question's rows.
type search struct {
	rows     []community.Match // the ten nearest, best first
	words    float32           // how much of the question the best row's words explain, 0..1
	meaning  float32           // how much the best row is of the kind of service that is asked for
	ahead    float32           // how far the best is ahead of the second
	anything bool              // the list is not empty
}

// find looks for the rows nearest to a question, whatever they are worth, and heeds what staff
// have said of a question like it.
func (x *index) find(t []rune) search {
	row, like, before := x.recall(t)
	if before && row == "" {
		return search{anything: true} // the list has nothing
	}
	return x.nearest(t, row, like)
}

// nearest looks for the rows nearest to a question by words and meaning; a row known to answer one like it comes first.
func (x *index) nearest(t []rune, known string, like float32) search {
	if len(x.ids) == 0 {
		return search{}
	}
	score := make([]float32, len(x.ids))
	if most := x.bm25(t, score); most > 0 {
		for d := range score {
			score[d] /= most
		}
	}
	about := make([]float32, len(x.ids))
	for c, w := range saidIndex.conceptsOf(t) {
		for _, r := range x.concepts[c] {
			about[r.row] += w * r.weight
		}
	}
	total := make([]float32, len(x.ids))
	for d := range score {
		about[d] = about[d] / (about[d] + aboutHalf)
		total[d] = score[d] + meant*about[d]
	}
	if at := slices.Index(x.ids, known); known != "" && at >= 0 {
		score[at] = max(score[at], like)
		total[at] += askedWorth * like
	}
	s := search{rows: x.top(t, total), anything: true}
	if len(s.rows) > 0 {
		first := slices.Index(x.ids, s.rows[0].ID)
		s.words, s.meaning, s.ahead = score[first], about[first], total[first]
		if len(s.rows) > 1 {
			s.ahead -= float32(s.rows[1].Score)
		}
	}
	return s
}

// step says in five steps how well the best row fits.
func (s search) step() int {
	if len(s.rows) == 0 {
		return 0
	}
	return tenth(float32(s.rows[0].Score), 0.15, 0.3, 0.5, 0.8)
}

// tenth is how many of the limits a value reaches.
func tenth(v float32, limits ...float32) (n int) {
	for _, l := range limits {
		if v >= l {
			n++
		}
	}
	return n
}

// features are what speaks for and against the list having an answer.
func (s search) features() []uint64 {
	out := make([]uint64, 0, 8)
	add := func(kind int, vs ...int) {
		h := mix(seedFound, uint64(kind))
		for _, v := range vs {
			h = mix(h, uint64(v))
		}
		out = append(out, h)
	}
	words := tenth(s.words, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6)
	meaning := tenth(s.meaning, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7)
	ahead := tenth(s.ahead, 0.02, 0.05, 0.1, 0.2, 0.4)
	add(0, flag(s.anything))
	add(1, words)
	add(2, meaning)
	add(3, ahead)
	add(4, words/2, meaning/2)
	add(5, ahead/2, (words+meaning)/2)
	add(6, flag(len(s.rows) == 0))
	return out
}

// maybe is how likely the list must be to have an answer for its rows to be named at all; whether
// they are said aloud is decided elsewhere, by the score.
const maybe = 0.3

// answer gives the rows that answer the message, best first; none where the list cannot.
// The first one's score is how likely it does.
func (l *look) answer() []community.Match {
	if len(l.found.rows) == 0 || l.listed < maybe {
		return nil
	}
	rows := slices.Clone(l.found.rows)
	rows[0].Score = float64(l.listed)
	return rows
}

// bm25 adds up what each row explains of the question; most is what a perfect row would.
func (x *index) bm25(t []rune, score []float32) (most float32) {
	all := pieces(t, politeness(t))
	slices.SortFunc(all, func(a, b piece) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(b.weight, a.weight)) })
	for i, p := range all {
		if i > 0 && all[i-1].hash == p.hash {
			continue
		}
		w, known := x.idf[p.hash]
		if !known {
			w = x.rare
		}
		most += p.weight * w * (k1 + 1) * 0.8
		for _, post := range x.post[p.hash] {
			score[post.doc] += p.weight * w * post.tf * (k1 + 1) / (post.tf + k1*x.norm[post.doc])
		}
	}
	return most
}

// top keeps the ten best rows, in the order of the list where they are equal.
func (x *index) top(t []rune, score []float32) []community.Match {
	var out [atMost + 1]int
	n, text := 0, string(t)
	for d := range score {
		if len(x.names[d]) >= 6 && score[d] > 0 && strings.Contains(text, x.names[d]) {
			score[d] += named
		}
		if score[d] <= 0 || n == atMost && score[d] <= score[out[n-1]] {
			continue
		}
		at := n
		for at > 0 && score[d] > score[out[at-1]] {
			out[at] = out[at-1]
			at--
		}
		out[at] = d
		n = min(n+1, atMost)
	}
	list := make([]community.Match, n)
	for i, d := range out[:n] {
		list[i] = community.Match{ID: x.ids[d], Score: float64(score[d])}
	}
	return list
}

// title is what a row is called.
func (x *index) title(id string) string {
	if i := slices.Index(x.ids, id); i >= 0 {
		return x.names[i]
	}
	return ""
}

// Found is what the list has for a question.
type Found struct {
	Rows []community.Match // the ten nearest, best first
	Sure bool              // the list very likely answers the question
	Why  string
}

// Ask searches the list and says whether it can answer.
func (r *Reader) Ask(q string) Found {
	m := community.Message{Kind: community.Text, Text: q}
	l := r.look(&community.Scene{}, m)
	f := Found{Rows: l.found.rows, Sure: len(l.found.rows) > 0 && l.listed >= 0.5, Why: "清单里没有说得上的"}
	if len(f.Rows) == 0 {
		f.Rows = []community.Match{}
		return f
	}
	f.Why = fmt.Sprintf("最像 %s「%s」，清单能答的把握 %.0f%%", f.Rows[0].ID, r.index.title(f.Rows[0].ID), 100*l.listed)
	return f
}
