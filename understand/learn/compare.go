package learn

import (
	"context"
	"fmt"
	"io"

	"linli/community"
	"linli/replay"
	"linli/store"
	"linli/understand"
)

// Score is how well talk with labels was read by somebody who had not seen it.
type Score struct {
	Readings, Right      int // what messages do, and which request they belong to
	Requests, Categories int // requests that were seen as such, and of them those of the right category
	Dangers, Seen        int // emergencies, and of them those that were seen by any of their messages
	False                int // messages that were taken for an emergency and are none
	Questions, Found     int // questions that the list answers, and of them those whose row came first
}

// Comparison is what corrections change for communities that neither pupil has seen.
type Comparison struct {
	Unseen        []string
	Before, After Score
}

// unseenAtOnce is how many communities are kept from both pupils.
const unseenAtOnce = 2

// roundsToCompare is how long the two pupils learn: shorter than for service, for only the difference counts.
const roundsToCompare = 1

// Compare trains two pupils without two of the communities, one with what was taught and one without,
// and lets both read these two. ok is false if there are too few communities to keep any away.
func Compare(ctx context.Context, m Material) (c Comparison, ok bool, err error) {
	if len(m.Cases) <= unseenAtOnce {
		return c, false, nil
	}
	known := Material{Singles: m.Singles}
	var unseen []Labelled
	for i, l := range m.Cases {
		if n := len(m.Cases); i == n/3 || i == 2*n/3 {
			unseen, c.Unseen = append(unseen, l), append(c.Unseen, l.Name)
			continue
		}
		known.Cases = append(known.Cases, l)
	}
	taught := known
	taught.Taught = m.Taught
	// one after the other: two pupils at once need a gigabyte
	if c.Before, err = examined(ctx, known, unseen); err != nil {
		return c, false, err
	}
	c.After, err = examined(ctx, taught, unseen)
	return c, err == nil, err
}

// examined is how well a pupil who learnt from some reads others.
func examined(ctx context.Context, m Material, unseen []Labelled) (Score, error) {
	w, err := Train(ctx, m, roundsToCompare)
	if err != nil {
		return Score{}, err
	}
	return Measure(ctx, w, unseen)
}

// Measure reads labelled talk and holds what was read against its labels.
func Measure(ctx context.Context, w *understand.Weights, all []Labelled) (s Score, err error) {
	for _, l := range all {
		t := &teacher{Labelled: l, reader: understand.NewWith(w, l.Talk.Profile, l.Talk.Groups, l.Talk.Resources)}
		alarmed := map[string]bool{}
		_, err := replay.RunWith(ctx, store.NewMemory(), l.Talk, func(ctx context.Context, scene *community.Scene, m community.Message) community.Reading {
			rd := t.reader.Read(ctx, scene, m)
			if m.Kind != community.Recall && m.Kind != community.System {
				s.add(t, scene, m, rd, alarmed)
			}
			return rd
		})
		if err != nil {
			return s, err
		}
		for id, seen := range alarmed {
			if l.gold.Requests[id].Urgency == community.Emergency {
				s.Dangers++
				s.Seen += flag(seen)
			}
		}
	}
	return s, nil
}

func (s *Score) add(t *teacher, scene *community.Scene, m community.Message, rd community.Reading, alarmed map[string]bool) {
	g := t.gold.Messages[m.ID]
	q := t.gold.Requests[g.Request]
	on := t.onDesk(scene, g.Request)
	want, got := t.act(m.ID, on), actOf(rd)
	s.Readings++
	if alike(got, want) && (want < understand.ActMore || rd.Request == on) {
		s.Right++
	}
	alarm := rd.Urgency == community.Emergency
	alarmed[g.Request] = alarmed[g.Request] || alarm
	s.False += flag(alarm && q.Urgency != community.Emergency)
	if want == understand.ActAsks && got == want {
		s.Requests++
		s.Categories += flag(rd.Category == q.Category)
	}
	if g.Intent == community.Question && len(g.Resources) > 0 {
		s.Questions++
		for _, id := range g.Resources {
			if len(rd.Rows) > 0 && rd.Rows[0].ID == id {
				s.Found++
				break
			}
		}
	}
}

func flag(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// alike: what only leads up to something is, for those who look on, chat.
func alike(a, b understand.Act) bool {
	if a == understand.ActLead {
		a = understand.ActChat
	}
	if b == understand.ActLead {
		b = understand.ActChat
	}
	return a == b
}

// A share may become that much worse before it is called worse, in all and in messages: less than that is chance.
const (
	mayLose     = 0.01
	mayLoseSome = 3
)

// Worse tells in words what has become worse; nothing if nothing has.
func (c Comparison) Worse() (out []string) {
	if c.After.Seen < c.Before.Seen {
		out = append(out, fmt.Sprintf("有 %d 件危险原来认得出，现在认不出", c.Before.Seen-c.After.Seen))
	}
	if c.After.False > c.Before.False+1 {
		out = append(out, fmt.Sprintf("误报危险多了 %d 次", c.After.False-c.Before.False))
	}
	for _, x := range c.shares() {
		if x.after < x.before-max(mayLose, mayLoseSome/float64(max(x.of, 1))) {
			out = append(out, fmt.Sprintf("%s从 %.1f%% 降到 %.1f%%", x.name, 100*x.before, 100*x.after))
		}
	}
	return out
}

type change struct {
	name          string
	before, after float64
	of            int
}

func (c Comparison) shares() []change {
	b, a := c.Before, c.After
	return []change{
		{"读对", share(b.Right, b.Readings), share(a.Right, a.Readings), a.Readings},
		{"类别对", share(b.Categories, b.Requests), share(a.Categories, a.Requests), a.Requests},
		{"答对行", share(b.Found, b.Questions), share(a.Found, a.Questions), a.Questions},
	}
}

// Report writes the comparison as a small table.
func (c Comparison) Report(out io.Writer) {
	for _, x := range c.shares() {
		fmt.Fprintf(out, "  %s　%5.1f%% → %5.1f%%\n", x.name, 100*x.before, 100*x.after)
	}
	fmt.Fprintf(out, "  认出危险　%d/%d → %d/%d，误报 %d → %d\n", c.Before.Seen, c.Before.Dangers, c.After.Seen, c.After.Dangers, c.Before.False, c.After.False)
}
