package learn

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"linli/community"
	"linli/replay"
	"linli/store"
	"linli/understand"
)

// What of a community's talk is heard again before anything is changed.
const (
	recentDays = 14 * 24 * time.Hour // before its newest message
	mostRecent = 6000                // messages, the newest
)

// Recent is a community's last days, as they can be heard again.
type Recent struct {
	Case   replay.Case
	People []community.Person
	Cut    bool // there was more in these days
}

// RecentOf takes a community's last days out of the store.
func RecentOf(ctx context.Context, st store.Store, c community.ID) (r Recent, err error) {
	err = st.View(ctx, c, func(tx store.Tx) {
		next := Recent{People: store.People(tx), Case: replay.Case{Profile: store.Profile(tx), Groups: store.Groups(tx), Resources: store.Resources(tx)}}
		next.Case.Profile.ID = c
		for _, last := range store.Since(tx, time.Time{}, 1) {
			heard := store.Since(tx, last.Message.At.Add(-recentDays), mostRecent+1)
			next.Cut = len(heard) > mostRecent
			for _, h := range slices.Backward(heard[:min(len(heard), mostRecent)]) {
				next.Case.Messages = append(next.Case.Messages, h.Message)
			}
		}
		r = next
	})
	return r, err
}

// A Difference is one message of which something else would be made.
type Difference struct {
	At       time.Time
	Where    string // the group's name
	Words    string // masked; what was said in private is not shown
	Was, New string // what would be recorded and said
}

// Differences hears the days again by two understandings and tells where they part.
func (r Recent) Differences(ctx context.Context, was, is understand.Knowledge) ([]Difference, error) {
	before, err := r.made(ctx, was)
	if err != nil {
		return nil, err
	}
	after, err := r.made(ctx, is)
	if err != nil {
		return nil, err
	}
	veil, groups := understand.Veil(r.names()), map[community.GroupID]string{}
	for _, g := range r.Case.Groups {
		groups[g.ID] = g.Name
	}
	var out []Difference
	for i, m := range r.Case.Messages {
		b, a := before[i], after[i]
		if b.text == a.text {
			continue
		}
		d := Difference{At: m.At, Where: groups[m.Group], Words: shown(m, m.Private || a.private || b.private, veil), Was: short(understand.Mask(b.text), mostMade), New: short(understand.Mask(a.text), mostMade)}
		if m.Private {
			d.Where = "私聊"
		}
		out = append(out, d)
	}
	return out, nil
}

// names are what all who spoke, or are on the people list, are called.
func (r Recent) names() (out []string) {
	seen := map[string]bool{}
	for _, m := range r.Case.Messages {
		if !seen[m.Name] {
			seen[m.Name] = true
			out = append(out, m.Name)
		}
	}
	for _, p := range r.People {
		out = append(out, p.Name)
	}
	return out
}

// made is what became of one message, in words that can be compared.
type made struct {
	text    string
	private bool // whoever looks on need not read it
}

// made is what an understanding makes of every message.
func (r Recent) made(ctx context.Context, k understand.Knowledge) ([]made, error) {
	st := store.NewMemory()
	if err := st.Update(ctx, r.Case.Profile.ID, func(tx store.Tx) { store.PutPeople(tx, r.People) }); err != nil {
		return nil, err
	}
	res, err := replay.RunWith(ctx, st, r.Case, k.New(r.Case.Profile, r.Case.Groups, r.Case.Resources).Read)
	if err != nil {
		return nil, err
	}
	requests := map[community.RequestID]community.Request{}
	for _, q := range res.Requests {
		requests[q.ID] = q
	}
	out := make([]made, len(res.Outcomes))
	for i, o := range res.Outcomes {
		out[i] = madeOf(o, requests)
	}
	return out, nil
}

// intentNames are what a message is taken for, in words.
var intentNames = map[community.Intent]string{community.Chat: "闲聊", community.Answer: "回答别人", community.Question: "打听", community.Signup: "报名", community.Command: "指令",
	community.Asks: "登记", community.More: "补充", community.Same: "也遇到", community.Done: "说好了"}

// madeOf tells what was made of one message. Requests have other numbers in another run, so each is
// named by the message that opened it.
func madeOf(o replay.Outcome, requests map[community.RequestID]community.Request) made {
	rd := o.Heard.Reading
	m := made{text: intentNames[cmp.Or(rd.Intent, community.Chat)], private: rd.Private || rd.Hush != "" || community.CategoryOf(rd.Category).Private}
	if rd.StillOpen {
		m.text = "说还没好"
	}
	if q, ok := requests[o.Heard.Request]; ok {
		m.text += requestNote(o.Heard.Message, q)
		m.private = m.private || q.Private
	}
	if rd.Urgency == community.Emergency {
		m.text += "，紧急"
	}
	if o.Reply == "" {
		m.text += "，不说话"
	} else {
		m.text += "，说「" + numbers.ReplaceAllString(o.Reply, "#…") + "」"
	}
	return m
}

var numbers = regexp.MustCompile(`#\d+`)

// requestNote tells which request a message is part of.
func requestNote(m community.Message, q community.Request) string {
	what := community.CategoryOf(q.Category).Name
	if q.Private {
		what = "私下处理的事"
	}
	if l, ok := q.Opener(); ok && l.Message != m.ID {
		return "，归到 " + l.At.In(shanghai).Format("1月2日15:04") + " 开的「" + what + "」"
	}
	return "「" + what + "」" + q.Where.String()
}

var shanghai = time.FixedZone("CST", 8*3600)

// mostShown is how many characters of a message are shown, mostMade of what would be made of it.
const (
	mostShown = 60
	mostMade  = 120
)

// shown is a message as it may be shown.
func shown(m community.Message, private bool, veil func(string) string) string {
	switch {
	case private:
		return "（私下处理的话，不显示）"
	case m.Text == "":
		return "［" + string(m.Kind) + "］"
	}
	return short(veil(m.Text), mostShown)
}

// short is a text on one line, cut.
func short(s string, most int) string {
	r := []rune(strings.Join(strings.Fields(plainLine(s)), " "))
	if len(r) > most {
		r = append(r[:most-1], '…')
	}
	return string(r)
}

// plainLine takes out of a text what could steer a terminal.
func plainLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f || r == 0xfeff:
			return -1
		}
		return r
	}, s)
}

// Show writes differences, three lines each, at most so many lines, and returns how many were left out.
func Show(out io.Writer, all []Difference, lines int) (left int) {
	for i, d := range all {
		if lines < 3*(i+1) {
			return len(all) - i
		}
		fmt.Fprintf(out, "  %s %s：%s\n", d.At.In(shanghai).Format("1月2日15:04"), d.Where, d.Words)
		fmt.Fprintf(out, "    － %s\n    ＋ %s\n", d.Was, d.New)
	}
	return 0
}
