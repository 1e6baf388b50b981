package learn

import (
	"math"
	"math/rand/v2"
	"sort"

	"linli/understand"
)

var (
	epochs    = 14
	rate      = 0.15
	decay     = 2e-5 // of a weight at each step: what is seldom confirmed fades
	seen      = 2    // a feature of fewer messages is chance
	pairShare = 0.7
	pairDecay = 1e-3
)

// A pupil holds the weights while they are learnt.
type pupil struct {
	index map[uint64]int
	near  map[uint64]bool // features of the situation, not of the words
	w, g  []float32       // rows of columns, and the sums of their squared gradients
	bias  []float32
	pair  []float32 // for each act about a request
	pairG []float32
	link  []float32 // for all of them: what makes a message belong to a request at all
	linkG []float32
}

// study finds weights by gradient descent with a step for each weight (AdaGrad), the same each time.
func study(lessons []Lesson, note string) (*understand.Weights, error) {
	p := newPupil(lessons)
	order := make([]int, len(lessons))
	for i := range order {
		order[i] = i
	}
	rnd := rand.New(rand.NewPCG(7, 11))
	for range epochs {
		rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			p.take(&lessons[i])
		}
	}
	words, situation := map[uint64][]float32{}, map[uint64][]float32{}
	for f, i := range p.index {
		row := p.w[i*understand.Columns : (i+1)*understand.Columns]
		if p.near[f] {
			situation[f] = row[:understand.Acts]
		} else {
			words[f] = row
		}
	}
	for b, v := range p.link {
		for a := understand.ActMore; int(a) < understand.Acts; a++ {
			p.pair[understand.PairAt(uint16(b), a)] += v
		}
	}
	return understand.Pack(words, situation, p.bias, p.pair, note)
}

func newPupil(lessons []Lesson) *pupil {
	count := map[uint64]int{}
	for _, l := range lessons {
		once := map[uint64]bool{}
		for _, list := range [][]uint64{l.Grams, l.Features, l.Situation, l.Found} {
			for _, f := range list {
				if !once[f] {
					once[f] = true
					count[f]++
				}
			}
		}
	}
	p := &pupil{index: map[uint64]int{}, near: map[uint64]bool{}}
	var known []uint64
	for _, h := range understand.Hints() {
		count[h.Feature] += seen // even if no example has it
	}
	for f, n := range count {
		if n >= seen {
			known = append(known, f)
		}
	}
	sort.Slice(known, func(i, j int) bool { return known[i] < known[j] })
	for i, f := range known {
		p.index[f] = i
	}
	for _, l := range lessons {
		for _, f := range l.Situation {
			p.near[f] = true
		}
	}
	n := len(known) * understand.Columns
	p.w, p.g = make([]float32, n), make([]float32, n)
	p.hint()
	p.bias = make([]float32, understand.Columns)
	p.pair, p.pairG = make([]float32, understand.PairWeights), make([]float32, understand.PairWeights)
	p.link, p.linkG = make([]float32, understand.PairBuckets), make([]float32, understand.PairBuckets)
	return p
}

// hint begins with what the lexicon says about categories, so that few examples suffice.
func (p *pupil) hint() {
	for _, h := range understand.Hints() {
		i, ok := p.index[h.Feature]
		if !ok {
			continue
		}
		p.w[i*understand.Columns+h.Column] = h.Weight
	}
}

// take learns from one lesson.
func (p *pupil) take(l *Lesson) {
	grams, features, situation, found := p.rows(l.Grams), p.rows(l.Features), p.rows(l.Situation), p.rows(l.Found)
	sum := append([]float32(nil), p.bias...)
	p.sum(sum, grams, l.GramValue, 0, understand.Columns)
	p.sum(sum, features, 1, 0, understand.Columns)
	p.sum(sum, situation, 1, 0, understand.Acts)
	p.sum(sum, found, 1, understand.ListAt, understand.Columns)
	grad := make([]float32, understand.Columns)
	if l.listed != 0 {
		grad[understand.ListAt] = yesNo(sum[understand.ListAt], l.listed)
	}
	if l.right >= 0 {
		p.acts(l, sum, grad)
	}
	if l.category >= 0 {
		wrong(sum[understand.CategoryAt:understand.UrgencyAt], grad[understand.CategoryAt:understand.UrgencyAt], l.category, l.share)
	}
	if l.urgency >= 0 {
		wrong(sum[understand.UrgencyAt:understand.HomeAt], grad[understand.UrgencyAt:understand.HomeAt], l.urgency, 1)
	}
	for i, yes := range l.home {
		if at := understand.HomeAt + i; yes != 0 {
			grad[at] = yesNo(sum[at], yes)
		}
	}
	p.step(grams, grad, l.GramValue, 0, understand.Columns)
	p.step(features, grad, 1, 0, understand.Columns)
	p.step(situation, grad, 1, 0, understand.Acts)
	p.step(found, grad, 1, understand.ListAt, understand.Columns)
	for c, g := range grad {
		p.bias[c] -= 0.01 * g
	}
}

// acts sets the gradient of the act columns and steps the pair weights.
func (p *pupil) acts(l *Lesson, sum, grad []float32) {
	score := make([]float32, len(l.Candidates))
	for i, c := range l.Candidates {
		score[i] = sum[c.Act]
		for _, b := range c.Pair {
			if c.Act >= understand.ActMore {
				score[i] += p.pair[understand.PairAt(b, c.Act)] + p.link[b]
			}
		}
	}
	softmax(score)
	score[l.right]--
	for i, c := range l.Candidates {
		grad[c.Act] += score[i]
		if c.Act < understand.ActMore || score[i] > -1e-4 && score[i] < 1e-4 {
			continue
		}
		for _, b := range c.Pair {
			at := understand.PairAt(b, c.Act)
			descend(p.pair, p.pairG, at, score[i])
			descend(p.link, p.linkG, int(b), score[i])
		}
	}
}

// descend steps one weight of a pair.
func descend(w, g []float32, at int, grad float32) {
	g[at] += grad * grad
	w[at] -= float32(pairShare*rate) * (grad/float32(math.Sqrt(float64(g[at])+1e-6)) + float32(pairDecay)*w[at])
}

func (p *pupil) rows(features []uint64) []int {
	out := make([]int, 0, len(features))
	for _, f := range features {
		if i, ok := p.index[f]; ok {
			out = append(out, i*understand.Columns)
		}
	}
	return out
}

func (p *pupil) sum(sum []float32, rows []int, value float32, from, to int) {
	for _, r := range rows {
		for c := from; c < to; c++ {
			sum[c] += p.w[r+c] * value
		}
	}
}

func (p *pupil) step(rows []int, grad []float32, value float32, from, to int) {
	for c := from; c < to; c++ {
		g := grad[c] * value
		if g > -1e-5 && g < 1e-5 {
			continue
		}
		for _, r := range rows {
			p.g[r+c] += g * g
			p.w[r+c] -= float32(rate)*g/float32(math.Sqrt(float64(p.g[r+c])+1e-3))*0.3 + float32(decay)*p.w[r+c]
		}
	}
}

// yesNo is the gradient of a yes (1) or no (-1).
func yesNo(sum float32, yes int8) float32 {
	return 1/(1+float32(math.Exp(-float64(sum)))) - float32(yes+1)/2
}

// wrong sets the gradient of a softmax whose right answer is known.
func wrong(sum, grad []float32, right int, share float32) {
	p := append([]float32(nil), sum...)
	softmax(p)
	p[right]--
	for i, v := range p {
		grad[i] = v * share
	}
}

func softmax(x []float32) {
	top := x[0]
	for _, v := range x {
		top = max(top, v)
	}
	total := float32(0)
	for i, v := range x {
		x[i] = float32(math.Exp(float64(v - top)))
		total += x[i]
	}
	for i := range x {
		x[i] /= total
	}
}
