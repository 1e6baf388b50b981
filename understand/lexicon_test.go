package understand

import (
	"slices"
	"strings"
	"testing"
)

func classesIn(text string) (out []string) {
	for _, h := range words.find([]rune(Normalise(text))) {
		out = append(out, words.names[h.class])
	}
	return out
}

func TestPatternsNeedBothSidesInOneSentence(t *testing.T) {
	for text, want := range map[string]bool{
		"电梯又坏了":  true,
		"电梯。坏天气": false, // another sentence
		"坏电梯":    false, // the wrong way round
		"电梯里今天遇到隔壁那个说要坏我的人": false, // too far apart
	} {
		if got := slices.Contains(classesIn(text), "f.elevator"); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

func TestTraditionalAndFullWidthReadAlike(t *testing.T) {
	for a, b := range map[string]string{"電梯壞了": "电梯坏了", "３號樓": "3号楼", "ＡＢＣ　ｘ": "abc x", "a\u200bb\u202e": "ab", "\xff\xfe坏": "坏"} {
		if got := Normalise(a); got != b {
			t.Errorf("%q: got %q, want %q", a, got, b)
		}
	}
}

func TestWeightsWereLearntWithThisLexicon(t *testing.T) {
	if !strings.HasPrefix(learnt.Note, "lexicon "+Edition()+";") {
		t.Errorf("got weights of %q, want of lexicon %s: run go run ./understand/train", learnt.Note, Edition())
	}
}

func TestWeightsSurviveAFileAndNothingElseDoes(t *testing.T) {
	w, err := Pack(map[uint64][]float32{7: row(3, 1.5), 1 << 60: row(5, -2)}, map[uint64][]float32{9: row(2, 1)[:acts]}, make([]float32, columns), make([]float32, PairWeights), "note")
	if err != nil {
		t.Fatal(err)
	}
	raw := w.Encode()
	got, err := DecodeWeights(raw)
	if err != nil || got.Note != "note" || got.words.row(7)[3] != w.words.row(7)[3] || got.words.row(1 << 60)[5] >= 0 || got.words.row(8) != nil || got.situation.row(9)[2] <= 0 {
		t.Fatalf("got %v %v, want the weights back", got, err)
	}
	for _, broken := range [][]byte{nil, raw[:20], raw[:len(raw)-1], append([]byte("linli-w0"), raw[8:]...)} {
		if _, err := DecodeWeights(broken); err == nil {
			t.Errorf("%d bytes of a broken file were read", len(broken))
		}
	}
}

func row(c int, v float32) []float32 {
	out := make([]float32, columns)
	out[c] = v
	return out
}

func FuzzWeights(f *testing.F) {
	f.Add([]byte(magic + "\x00\x00\x00\x00\x02\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if w, err := DecodeWeights(raw); err == nil && len(w.words.rows) != len(w.words.marks)*columns {
			t.Error("half a model was read")
		}
	})
}
