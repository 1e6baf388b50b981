package understand

import (
	"math"
	"slices"

	"linli/community"
)

var categoryNumber = func() map[string]int {
	out := map[string]int{}
	for i, c := range community.Categories {
		out[c.Key] = i
	}
	return out
}()

var urgencyNames = [urgencies]community.Urgency{community.Normal, community.Urgent, community.Emergency}

// Example is one message with everything that judging it rests on. Training sees the same as reading.
type Example struct {
	Grams      []uint64 // what the text is made of, each with GramValue
	GramValue  float32
	Features   []uint64 // classes of phrases and the text's shape
	Situation  []uint64 // what lies around it; says nothing about category and urgency
	Found      []uint64 // what a search of the resource list brought; speaks only of whether the list can answer
	Candidates []Candidate
}

// example collects the features of the message.
func (l *look) example() Example {
	return Example{Grams: l.grams, GramValue: l.gramValue(), Features: l.textFeatures(), Situation: l.situationFeatures(), Found: l.found.features(), Candidates: l.candidates()}
}

func (l *look) gramValue() float32 { return gramValue(len(l.runes) * 3) }

// weigh sums up what the words alone speak for: acts, categories, urgencies, places.
func (l *look) weigh(w *Weights) {
	l.sum = w.bias
	w.add(&l.sum, &w.words, l.grams, l.gramValue(), columns)
	w.add(&l.sum, &w.words, l.textFeatures(), 1, columns)
	copy(l.cats[:], l.sum[catAt:catAt+categories])
	softmax(l.cats[:])
	copy(l.urgs[:], l.sum[urgAt:urgAt+urgencies])
	softmax(l.urgs[:])
	copy(l.homes[:], l.sum[homeAt:homeAt+homes])
	sum := l.sum
	w.add(&sum, &w.words, l.found.features(), 1, columns)
	l.listed = sigmoid(sum[listAt])
}

// judge gives each candidate its probability.
func (l *look) judge(w *Weights, candidates []Candidate) []float32 {
	sum := l.sum
	w.add(&sum, &w.situation, l.situationFeatures(), 1, int(acts))
	return w.choose(&sum, candidates)
}

// Judge does the same for an Example.
func (w *Weights) Judge(e Example) []float32 {
	sum := w.bias
	w.add(&sum, &w.words, e.Grams, e.GramValue, int(acts))
	w.add(&sum, &w.words, e.Features, 1, int(acts))
	w.add(&sum, &w.situation, e.Situation, 1, int(acts))
	return w.choose(&sum, e.Candidates)
}

func (w *Weights) choose(sum *[columns]float32, candidates []Candidate) []float32 {
	out := make([]float32, len(candidates))
	for i, c := range candidates {
		out[i] = sum[c.Act]
		if c.Act >= ActMore {
			for _, b := range c.Pair {
				out[i] += w.pair[PairAt(b, c.Act)]
			}
		}
	}
	softmax(out)
	return out
}

func sigmoid(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }

func softmax(x []float32) {
	if len(x) == 0 {
		return
	}
	top := slices.Max(x)
	total := float32(0)
	for i, v := range x {
		x[i] = float32(math.Exp(float64(v - top)))
		total += x[i]
	}
	for i := range x {
		x[i] /= total
	}
}

func best(x []float32) int {
	at := 0
	for i, v := range x {
		if v > x[at] {
			at = i
		}
	}
	return at
}

// sure turns a probability into how often such a reading was right on talk that the model had
// not seen; a straight line between the eleven points that training measured.
func (w *Weights) sure(p float32) float64 {
	at := min(max(p, 0), 1) * 10
	i := min(int(at), 9)
	part := at - float32(i)
	if w.Sure == ([11]float32{}) {
		return float64(p)
	}
	return float64(w.Sure[i]*(1-part) + w.Sure[i+1]*part)
}
