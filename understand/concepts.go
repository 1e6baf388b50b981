package understand

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"linli/community"
)

// A concept is one kind of service: what neighbours say when they want it, and the words a
// list is likely to have for it. Concepts join a question to a row that shares no word with it.
type concept struct {
	said, listed []string
}

// courtesies are what a question has around what it asks for; meanings are the sayings of
// all concepts, their class is the concept's number modulo 256 and is not used.
var (
	courtesies = phraseList(strings.Fields(`小邻 请问 大家 各位 邻居们 邻居 有没有人 有人 谁知道 知道 晓得 麻烦 谢谢 一下 想问 问问 我想 我们 我家 家里 咱们 这边 附近 社区 小区 那个 这个 现在 今天 明天 哪里 哪儿 在哪 怎么 如何 什么 时候 可以 能不能 有吗 有没有 吗 呢 啊 呀 吧 嘛 么 的 了 是 有 个 去 到 要 我 你 他 们 在 啥 咋 哪能 哪 伐 几点 多少 谁 求 推荐 问个事 弄 办 地方 得 还 能 也 就 都 不 没 想`))
	concepts   = readConcepts()
	saidIndex  = sayings()
)

// phraseList makes a lexicon of one class.
func phraseList(list []string) *lexicon {
	x := newLexicon()
	if err := x.line("one 1: " + strings.Join(list, " ")); err != nil {
		panic(err)
	}
	return x
}

func readConcepts() (out []concept) {
	for _, name := range []string{"concepts", "needs", "things", "occasions", "asked"} {
		raw, err := lexiconFiles.ReadFile("lexicon/" + name + ".txt")
		if err != nil {
			panic(err) // embedded
		}
		for line := range strings.Lines(string(raw)) {
			if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
				continue
			}
			said, listed, ok := strings.Cut(line, "->")
			if !ok {
				panic("lexicon/" + name + ".txt: no arrow in " + line)
			}
			out = append(out, concept{strings.Fields(said), strings.Fields(listed)})
		}
	}
	return out
}

// A saying index finds the concepts a question sounds like: pieces of one to three
// characters of all that is said of a concept, rare pieces counting most.
type sayingIndex struct {
	at   map[uint64]span32 // piece → where its concepts stand in list
	list []weighted
}

type span32 struct{ from, to int32 }

type weighted struct {
	concept int32
	weight  float32
}

// sayings weighs each piece by how well it tells concepts apart: how much of the piece's use is
// this concept's, and how few concepts use it at all.
func sayings() sayingIndex {
	all := make([]saying, 0, 1<<17)
	for i, c := range concepts {
		for _, list := range [][]string{c.said, c.listed} {
			for _, w := range list {
				for _, g := range conceptPieces([]rune(Normalise(w))) {
					all = append(all, saying{g.hash, int32(i), g.weight})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b saying) int { return cmp.Or(cmp.Compare(a.piece, b.piece), cmp.Compare(a.concept, b.concept)) })
	x := sayingIndex{at: make(map[uint64]span32, len(all)/3), list: make([]weighted, 0, len(all))}
	for from := 0; from < len(all); {
		to := from
		for to < len(all) && all[to].piece == all[from].piece {
			to++
		}
		x.add(all[from:to])
		from = to
	}
	return x
}

type saying struct {
	piece   uint64
	concept int32
	weight  float32
}

// add takes in one piece with all that use it, in the order of the concepts.
func (x *sayingIndex) add(uses []saying) {
	start := int32(len(x.list))
	total := float32(0.5)
	for i, u := range uses {
		total += u.weight
		if i > 0 && uses[i-1].concept == u.concept {
			x.list[len(x.list)-1].weight += u.weight
			continue
		}
		x.list = append(x.list, weighted{u.concept, u.weight})
	}
	mine := x.list[start:]
	rare := float32(math.Log(1 + float64(len(concepts))/float64(len(mine))))
	for i := range mine {
		mine[i].weight *= rare / total
	}
	x.at[uses[0].piece] = span32{start, int32(len(x.list))}
}

// conceptPieces are the characters, pairs and triples of a text; longer ones say more.
func conceptPieces(t []rune) []piece {
	out := make([]piece, 0, 3*len(t))
	for i := range t {
		h := uint64(seedPiece)
		for n := 0; n < 3 && i+n < len(t) && !strings.ContainsRune(" \n,.!?;:()[]、。…~@#", t[i+n]); n++ {
			h = mix(h, uint64(t[i+n]))
			out = append(out, piece{h, pieceWeights[n]})
		}
	}
	return out
}

var pieceWeights = [3]float32{0.25, 1, 1.5}

// conceptsOf tells what a question is about: the concepts that stand out, 0 to 1 each.
func (x sayingIndex) conceptsOf(t []rune) map[int]float32 {
	polite := politeness(t)
	sum := make([]float32, len(concepts))
	for i := range t {
		h := uint64(seedPiece)
		for n := 0; n < 3 && i+n < len(t); n++ {
			h = mix(h, uint64(t[i+n]))
			w := pieceWeights[n]
			if polite[i] && polite[i+n] {
				w *= 0.1
			}
			at := x.at[h]
			for _, p := range x.list[at.from:at.to] {
				sum[p.concept] += w * p.weight
			}
		}
	}
	out := map[int]float32{}
	top := slices.Max(sum)
	for c, s := range sum {
		if s > conceptShare*top && s > conceptFloor {
			out[c] = s / (s + conceptHalf) * (s / top)
		}
	}
	return out
}

const (
	conceptFloor = 1.5 // less than that is chance
	conceptHalf  = 14  // the sum at which a concept counts half
	conceptShare = 0.2 // of the best, below which a concept does not count
)

// rowsOfConcepts lists, for each concept, the rows that are of it, and how much: the list words
// that a row has, each by its field and by how few rows of the list have it.
func rowsOfConcepts(rows []community.Resource) map[int][]rowWeight {
	texts := make([][]fieldText, len(rows))
	for d, r := range rows {
		texts[d] = []fieldText{{Normalise(r.Name), 1}, {Normalise(strings.Join(r.Keywords, " ")), 0.9}, {Normalise(r.Description), 0.6}, {Normalise(r.Category), 0.4}}
	}
	out := map[int][]rowWeight{}
	cache := map[string][]rowWeight{}
	for i, c := range concepts {
		sum := map[int]float32{}
		for _, w := range c.listed {
			found, known := cache[w]
			if !known {
				found = rowsWith(w, texts)
				cache[w] = found
			}
			for _, f := range found {
				sum[f.row] += f.weight
			}
		}
		for d, w := range sum {
			out[i] = append(out[i], rowWeight{d, w / (w + rowHalf)})
		}
		slices.SortFunc(out[i], func(a, b rowWeight) int { return a.row - b.row })
	}
	return out
}

type fieldText struct {
	text   string
	weight float32
}

type rowWeight struct {
	row    int
	weight float32
}

// rowsWith finds the rows that have a word, the rarer the better.
func rowsWith(w string, texts [][]fieldText) (out []rowWeight) {
	for d, fields := range texts {
		best := float32(0)
		for _, f := range fields {
			if f.weight > best && strings.Contains(f.text, w) {
				best = f.weight
			}
		}
		if best > 0 {
			out = append(out, rowWeight{d, best})
		}
	}
	rarity := float32(math.Log(1+float64(len(texts))/float64(max(len(out), 1))) / math.Log(1+float64(len(texts))))
	for i := range out {
		out[i].weight *= rarity * lengthWeight(runesIn(w))
	}
	return out
}

const rowHalf = 2 // the sum at which a row is half of a concept

func lengthWeight(n int) float32 {
	switch n {
	case 1:
		return 0.2
	case 2:
		return 0.6
	case 3:
		return 0.85
	}
	return 1
}
