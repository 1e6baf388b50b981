package learn

import (
	"fmt"
	"io"
	"slices"

	"linli/community"
	"linli/understand"
)

// SearchFigures tells how well the Labelled questions of cases find their rows, whatever was
// read into them: right row first, in the first three, and what is refused.
func SearchFigures(out io.Writer, w *understand.Weights, all []Labelled, show bool) {
	var first, three, sure, answerable, refused, unanswerable int
	for _, l := range all {
		r := understand.NewWith(w, l.Talk.Profile, l.Talk.Groups, l.Talk.Resources)
		for _, m := range l.Talk.Messages {
			g := l.gold.Messages[m.ID]
			if g.Intent != "question" {
				continue
			}
			found := r.Ask(m.Text)
			rows, kept := found.Rows, found.Rows
			if !found.Sure {
				kept = nil
			}
			if len(g.Resources) == 0 {
				unanswerable++
				if len(kept) == 0 {
					refused++
				} else if show {
					fmt.Fprintf(out, "answered\t%s\t%s %.2f\n", m.Text, rows[0].ID, rows[0].Score)
				}
				continue
			}
			answerable++
			at := slices.IndexFunc(rows, func(x community.Match) bool { return slices.Contains(g.Resources, x.ID) })
			if at == 0 {
				first++
			}
			if at >= 0 && at < 3 {
				three++
			}
			if at == 0 && len(kept) > 0 {
				sure++
			}
			if show && (at != 0 || len(kept) == 0) {
				top := ""
				if len(rows) > 0 {
					top = fmt.Sprintf("%s %.2f", rows[0].ID, rows[0].Score)
				}
				fmt.Fprintf(out, "missed\t%s\twant %v at %d, first %s\n", m.Text, g.Resources, at, top)
			}
		}
	}
	fmt.Fprintf(out, "answerable %d: first %.3f, in three %.3f, first and sure %.3f; unanswerable %d: refused %.3f\n", answerable,
		share(first, answerable), share(three, answerable), share(sure, answerable), unanswerable, share(refused, unanswerable))
}

func share(a, b int) float64 { return float64(a) / float64(max(b, 1)) }
