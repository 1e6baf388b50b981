package understand

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"

	"linli/community"
)

var counters = []community.Resource{
	{ID: "R1", Name: "长者食堂", Category: "养老助餐", Keywords: []string{"老年饭桌", "老人吃饭"}},
	{ID: "R2", Name: "卫生服务站", Category: "医疗", Keywords: []string{"配药", "换药"}},
	{ID: "R3", Name: "便民修补点", Category: "便民", Keywords: []string{"修伞", "磨刀"}},
}

func TestTaughtQuestionFindsItsRow(t *testing.T) {
	town := community.Profile{ID: "t"}
	k := Embedded()
	k.Asked = map[community.ID][]Asked{"t": {AskedOf("阿贵今天出摊吗", "R3"), AskedOf("谁家有梯子借我用一下", ""), AskedOf("哪里能打印", "R9")}}
	taught, plain := k.New(town, nil, counters), New(town, nil, counters)
	for _, x := range []struct{ ask, first string }{
		{"阿贵今天出摊吗", "R3"}, {"请问一下,阿贵出摊了没有啊", "R3"}, {"哪里能换药", "R2"}, {"谁家有梯子,借我用一下", ""},
	} {
		found := taught.Ask(x.ask)
		got := ""
		if len(found.Rows) > 0 {
			got = found.Rows[0].ID
		}
		if got != x.first {
			t.Errorf("%s: got %q first, want %q", x.ask, got, x.first)
		}
	}
	if found := plain.Ask("阿贵今天出摊吗"); len(found.Rows) > 0 && found.Rows[0].ID == "R3" {
		t.Error("it was found without being taught")
	}
	if other := k.New(community.Profile{ID: "elsewhere"}, nil, counters).Ask("阿贵今天出摊吗"); len(other.Rows) > 0 && other.Rows[0].ID == "R3" {
		t.Error("what one community teaches is known in another")
	}
}

func TestTaughtQuestionKeepsNoWordsNorPhone(t *testing.T) {
	k := Embedded()
	a := AskedOf("13812345678 是谁的电话", "R1")
	if b := AskedOf("13987654321 是谁的电话", "R1"); len(a.Pieces) != len(b.Pieces) || len(a.Pieces[0].Hashes) != len(b.Pieces[0].Hashes) {
		t.Error("a phone number makes a difference")
	}
	k.Asked = map[community.ID][]Asked{"t": {a}}
	raw, err := k.Encode()
	if err != nil || bytes.Contains(raw, []byte("谁的")) || bytes.Contains(raw, []byte("1381")) {
		t.Errorf("words lie in the file, %v", err)
	}
}

func TestKnowledgeFileTellsWhatIsWrong(t *testing.T) {
	k := Knowledge{Weights: Learnt(), Asked: map[community.ID][]Asked{"t": {AskedOf("哪里修伞", "R3")}}}
	raw, err := k.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeKnowledge(raw)
	if err != nil || len(back.Asked["t"]) != 1 || back.Asked["t"][0].Row != "R3" || !bytes.Equal(back.Weights.Encode(), k.Weights.Encode()) {
		t.Fatalf("got %+v %v, want what was written", back.Asked, err)
	}
	again, err := k.Encode()
	if err != nil || !bytes.Equal(raw, again) {
		t.Error("the same knowledge gives another file")
	}
	flipped := bytes.Clone(raw)
	flipped[len(flipped)/2] ^= 4
	for what, x := range map[string]struct {
		raw  []byte
		want error
	}{
		"nothing": {nil, ErrDamaged}, "cut": {raw[:len(raw)-100], ErrDamaged}, "one bit": {flipped, ErrDamaged},
		"something else": {bytes.Repeat([]byte("x"), 4000), ErrDamaged}, "another program's": {sealedAs(raw, 10), ErrOtherVersion},
		"another layout": {sealedAs(raw, len(knowledgeMagic)-1), ErrOtherVersion},
	} {
		if _, err := DecodeKnowledge(x.raw); !errors.Is(err, x.want) {
			t.Errorf("%s: got %v, want %v", what, err, x.want)
		}
	}
}

func FuzzDecodeKnowledge(f *testing.F) {
	w, err := Pack(nil, nil, nil, make([]float32, PairWeights), "")
	if err != nil {
		f.Fatal(err)
	}
	raw, err := Knowledge{Weights: w}.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw, 0)
	f.Add(raw[:40], 12)
	f.Fuzz(func(t *testing.T, raw []byte, at int) {
		for _, x := range [][]byte{raw, sealedAs(raw, at)} {
			if k, err := DecodeKnowledge(x); err == nil {
				k.New(community.Profile{ID: "t"}, nil, counters).Ask("哪里修伞")
			}
		}
	})
}

// sealedAs changes a byte of a file and seals it anew.
func sealedAs(raw []byte, at int) []byte {
	if len(raw) < sha256.Size || at < 0 || at >= len(raw)-sha256.Size {
		return raw
	}
	out := bytes.Clone(raw[:len(raw)-sha256.Size])
	out[at]++
	sum := sha256.Sum256(out)
	return append(out, sum[:]...)
}
