package learn

import (
	"context"
	"fmt"
	"io"

	"linli/understand"
)

// folds is into how many parts the communities are divided: each part is read once by a
// pupil who learnt from the others only.
const folds = 4

// Tally counts readings of unseen communities by how sure the pupil was of them.
type Tally struct {
	right, all [11]float32 // shared out between the two nearest tenths
	hits, n    int
}

func (t *Tally) add(p float32, right bool) {
	at := min(max(p, 0), 1) * 10
	i := min(int(at), 9)
	part := at - float32(i)
	t.all[i] += 1 - part
	t.all[i+1] += part
	t.n++
	if right {
		t.right[i] += 1 - part
		t.right[i+1] += part
		t.hits++
	}
}

// Sure is how often a reading was right, for each tenth of probability; it never falls.
func (t *Tally) Sure() (out [11]float32) {
	for i := range out {
		// A tenth with few readings leans on what its probability says.
		out[i] = (t.right[i] + 5*float32(i)/10) / (t.all[i] + 5)
		if i > 0 {
			out[i] = max(out[i], out[i-1])
		}
	}
	return out
}

// Check trains once for each part of the communities on all the others, hands the weights and the
// unseen communities to each (if not nil), and measures how far the pupil's own probabilities can be trusted on talk it has not seen.
func Check(ctx context.Context, m Material, each func(*understand.Weights, []Labelled) error) (*Tally, error) {
	t := &Tally{}
	for fold := range min(folds, len(m.Cases)) {
		var known, unseen []Labelled
		for i, l := range m.Cases {
			if i%folds == fold {
				unseen = append(unseen, l)
			} else {
				known = append(known, l)
			}
		}
		if len(known) == 0 {
			return t, nil
		}
		w, err := Train(ctx, Material{Cases: known, Singles: m.Singles, Taught: m.Taught}, 1)
		if err != nil {
			return nil, err
		}
		if each != nil {
			if err := each(w, unseen); err != nil {
				return nil, err
			}
		}
		for _, l := range unseen {
			lessons, err := lessonsOf(ctx, w, l, true)
			if err != nil {
				return nil, err
			}
			for _, x := range lessons {
				if x.right < 0 {
					continue
				}
				p := w.Judge(x.Example)
				top := best(p)
				t.add(p[top], top == x.right || x.Candidates[top].Act == understand.ActLead && x.Candidates[x.right].Act == understand.ActChat)
			}
		}
	}
	return t, nil
}

func best(p []float32) int {
	at := 0
	for i, v := range p {
		if v > p[at] {
			at = i
		}
	}
	return at
}

// Note is the figure that a file of weights carries.
func (t *Tally) Note() string {
	return fmt.Sprintf("%.3f of %d readings of unseen communities right", share(t.hits, t.n), t.n)
}

// Report writes the reliability table.
func (t *Tally) Report(out io.Writer) {
	fmt.Fprintf(out, "readings of unseen communities: %d, right %.3f\n", t.n, share(t.hits, t.n))
	for i := range t.all {
		if t.all[i] > 0 {
			fmt.Fprintf(out, "  probability %.1f: %5.0f readings, right %.3f\n", float32(i)/10, t.all[i], t.right[i]/t.all[i])
		}
	}
}
