package learn

import (
	"fmt"
	"os"
	"testing"

	"linli/understand"
)

func TestTune(t *testing.T) {
	if os.Getenv("TUNE") == "" {
		t.Skip()
	}
	ctx := t.Context()
	m, err := Load([]string{"../training"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	dev, err := Load([]string{"/work/shared/corpus"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w, _ := understand.Pack(nil, nil, make([]float32, understand.PairWeights), "")
	lessons := append([]Lesson(nil), m.Singles...)
	for _, l := range m.Cases {
		x, err := lessonsOf(ctx, w, l, false)
		if err != nil {
			t.Fatal(err)
		}
		lessons = append(lessons, x...)
	}
	var test []Lesson
	for _, l := range dev.Cases {
		x, _ := lessonsOf(ctx, w, l, false)
		test = append(test, x...)
	}
	show := func(name string) {
		w, err := study(lessons, "")
		if err != nil {
			t.Fatal(err)
		}
		acc := func(ls []Lesson) (string) {
			n, ok, act := 0, 0, 0
			var dt, dg, dp int
			for _, x := range ls {
				if x.right < 0 {
					continue
				}
				p := w.Judge(x.Example)
				b := best(p)
				n++
				if b == x.right {
					ok++
				}
				if x.Candidates[b].Act == x.Candidates[x.right].Act {
					act++
				}
				if x.Candidates[b].Act == understand.ActDone { dp++ }
				if x.Candidates[x.right].Act == understand.ActDone { dg++; if b == x.right { dt++ } }
			}
			return fmt.Sprintf("n %d right %.4f act %.4f done %d/%d of %d", n, float64(ok)/float64(n), float64(act)/float64(n), dt, dg, dp)
		}
		fmt.Println(name, "| train", acc(lessons[len(m.Singles):]), "| dev", acc(test), "size", len(w.Encode()))
	}
	show("base")
	for _, e := range []int{6, 30} {
		epochs = e
		show(fmt.Sprint("epochs ", e))
	}
	epochs = 14
	for _, r := range []float64{0.07, 0.3} {
		rate = r
		show(fmt.Sprint("rate ", r))
	}
	rate = 0.15
	for _, d := range []float64{0, 2e-4, 1e-3} {
		decay = d
		show(fmt.Sprint("decay ", d))
	}
	decay = 2e-5
	for _, d := range []int{3, 4} {
		seen = d
		show(fmt.Sprint("seen ", d))
	}
}
