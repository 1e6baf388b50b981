package understand

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"
)

//go:embed lexicon/*.txt
var lexiconFiles embed.FS

// words are the classes of phrases that neighbours use, read once from the files of the lexicon.
var words = mustLexicon(lexiconFiles)

// A class is one named set of phrases: "f.lighting", "danger.gas", "same.also" …
// It is a small number; lexicon.names has its name.
type class uint8

// A lexicon finds the phrases of its classes in a text in one pass.
// A line of its files is `class weight: phrase phrase …`. A phrase is one word, or
// `A/B…C/D`: one of A, B and soon after it, in the same sentence, one of C, D.
type lexicon struct {
	names  []string
	ids    []uint64 // of the names, so that a new class moves no other's features
	byName map[string]class
	known  map[uint64]*meaning
	reach  map[rune]int // the longest phrase that begins with a character, in characters
	pairs  []class      // pattern → class
}

// A meaning is what a phrase says: its classes, and the patterns it begins or ends.
type meaning struct {
	classes []class
	parts   []part
}

// A part is one side of a pattern.
type part struct {
	pair int
	last bool
}

// A hit is a phrase found in a text, by its place in characters.
type hit struct {
	class      class
	start, end int
}

// near is how many characters may stand between the two sides of a pattern.
const near = 7

// Edition tells editions of the lexicon apart: weights are only good with the one they were learnt with.
func Edition() string {
	sum := sha256.New()
	for _, name := range []string{"category", "danger", "question", "talk"} {
		raw, err := lexiconFiles.ReadFile("lexicon/" + name + ".txt")
		if err != nil {
			panic(err) // embedded
		}
		sum.Write(raw)
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

func newLexicon() *lexicon {
	return &lexicon{byName: map[string]class{}, known: map[uint64]*meaning{}, reach: map[rune]int{}}
}

func mustLexicon(files fs.FS) *lexicon {
	x := newLexicon()
	for _, name := range []string{"category", "danger", "question", "talk"} {
		raw, err := fs.ReadFile(files, "lexicon/"+name+".txt")
		if err != nil {
			panic(err) // embedded above
		}
		for n, line := range strings.Split(string(raw), "\n") {
			if err := x.line(line); err != nil {
				panic(fmt.Sprintf("lexicon/%s.txt:%d: %v", name, n+1, err))
			}
		}
	}
	return x
}

func (x *lexicon) line(line string) error {
	if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
		return nil
	}
	head, list, ok := strings.Cut(line, ": ")
	if !ok {
		return fmt.Errorf("no colon in %.20q", line)
	}
	name, _, _ := strings.Cut(head, " ")
	c, known := x.byName[name]
	if !known {
		c = class(len(x.names))
		x.names = append(x.names, name)
		x.ids = append(x.ids, hashOf(name))
		x.byName[name] = c
	}
	for _, item := range strings.Fields(list) {
		a, b, pattern := strings.Cut(item, "…")
		if !pattern {
			m := x.meaning(item)
			m.classes = appendNew(m.classes, c)
			continue
		}
		id := len(x.pairs)
		x.pairs = append(x.pairs, c)
		for i, side := range []string{a, b} {
			for w := range strings.SplitSeq(side, "/") {
				if w != "" {
					m := x.meaning(w)
					m.parts = append(m.parts, part{id, i == 1})
				}
			}
		}
	}
	return nil
}

func appendNew(list []class, c class) []class {
	if slices.Contains(list, c) {
		return list
	}
	return append(list, c)
}

func (x *lexicon) meaning(s string) *meaning {
	h := x.phrase(s)
	if x.known[h] == nil {
		x.known[h] = &meaning{}
	}
	return x.known[h]
}

// phrase notes how long a phrase is and gives its key.
func (x *lexicon) phrase(s string) uint64 {
	s = Normalise(s)
	first, _ := utf8.DecodeRuneInString(s)
	x.reach[first] = max(x.reach[first], utf8.RuneCountInString(s))
	h := uint64(seedPhrase)
	for _, r := range s {
		h = mix(h, uint64(r))
	}
	return h
}

// find gives every phrase of a normalised text, in the order of their ends.
func (x *lexicon) find(t []rune) []hit {
	out := make([]hit, 0, 16)
	var begun []hit // first sides of patterns: class is not used, pair is kept apart
	var pairOf []int
	for i, r := range t {
		h := uint64(seedPhrase)
		for n := 0; n < x.reach[r] && i+n < len(t); n++ {
			h = mix(h, uint64(t[i+n]))
			m := x.known[h]
			if m == nil {
				continue
			}
			for _, c := range m.classes {
				out = append(out, hit{c, i, i + n + 1})
			}
			for _, p := range m.parts {
				if !p.last {
					begun = append(begun, hit{0, i, i + n + 1})
					pairOf = append(pairOf, p.pair)
					continue
				}
				for k, b := range begun {
					if pairOf[k] == p.pair && b.end <= i && i-b.end <= near && !broken(t[b.end:i]) {
						out = append(out, hit{x.pairs[p.pair], b.start, i + n + 1})
						break
					}
				}
			}
		}
	}
	return out
}

// broken reports whether a sentence ends in a stretch of text.
func broken(t []rune) bool {
	for _, r := range t {
		switch r {
		case '。', '!', '?', '\n', ';':
			return true
		}
	}
	return false
}

// named gives the class of a name; it must be in the files.
func (x *lexicon) named(name string) class {
	c, ok := x.byName[name]
	if !ok {
		panic("lexicon has no class " + name)
	}
	return c
}

// Hint is what the name of a class of phrases says before anything is learnt: where training starts from.
type Hint struct {
	Feature uint64
	Column  int
	Weight  float32
}

// leanings are what a class of phrases says about the act, by the beginning of its name.
var leanings = []struct {
	prefix string
	act    Act
	weight float32
}{
	{"q.rhet", ActChat, 0.3}, {"q.you", ActChat, 0.2}, {"q.", ActQuestion, 0.5}, {"chat.", ActChat, 0.7}, {"notice", ActChat, 0.4}, {"f.", ActAsks, 1},
	{"danger.co.", ActChat, 0}, {"danger.", ActAsks, 0.7}, {"act.ask", ActAsks, 0.4}, {"propose", ActAsks, 0.4}, {"same.not", ActChat, 0.3}, {"same.", ActSame, 0.5}, {"done.not", ActChat, 0}, {"done", ActDone, 0.5},
	{"still", ActStill, 0.5}, {"chase", ActMore, 0.3}, {"promise", ActAnswer, 0.4}, {"offer", ActAnswer, 0.4}, {"advise", ActAnswer, 0.4},
}

// Hints lists what the lexicon says about acts, categories and urgencies.
func Hints() []Hint {
	var out []Hint
	for i, name := range words.names {
		feature := mix(seedClass, words.ids[i])
		for _, l := range leanings {
			if strings.HasPrefix(name, l.prefix) {
				out = append(out, Hint{feature, int(l.act), l.weight})
				break
			}
		}
		kind, key, _ := strings.Cut(name, ".")
		n, known := categoryNumber[key]
		switch {
		case kind == "f" && known:
			out = append(out, Hint{feature, catAt + n, 2.5})
		case kind == "c" && known:
			out = append(out, Hint{feature, catAt + n, 1})
		case kind == "danger" && !strings.HasPrefix(name, "danger.lost.") && !strings.HasPrefix(name, "danger.co."):
			out = append(out, Hint{feature, urgAt + 2, 2})
		case name == "urgent":
			out = append(out, Hint{feature, urgAt + 1, 1.5})
		case name == "calm":
			out = append(out, Hint{feature, urgAt + 2, -1.5})
		}
	}
	return out
}
