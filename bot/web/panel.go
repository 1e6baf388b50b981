package web

import (
	"slices"
	"strings"
	"time"

	"linli/bot"
	"linli/calendar"
	"linli/community"
)

// panel is 「小邻怎么想的」: the requests of this conversation as they stand, and what was made of each message.
type panel struct {
	Cards    []card
	Thoughts []thought
	Night    string  // until when 小邻 keeps what it has to say, when that is long
	Peek     thought // the newest, for the one line on a phone
}

// card is one request as a neighbour may see it: no room, no names.
type card struct {
	ID, Rev         string
	Category, Place string
	Summary         string
	Urgency         community.Urgency
	UrgencyName     string
	State           string
	Live, Over      bool
	Supporters      int
	Messages        int
	Groups          int
	Due, Left       string
	Track           []stop
	Steps           []step
	Why             string
}

// stop is one stop of the lifecycle on the card's track.
type stop struct {
	Name       string
	Done, Here bool
}

type step struct{ When, Why, Move string }

// thought is what was made of one message.
type thought struct {
	ID, Rev   string
	Who, Text string
	Label     string
	Tone      string // ask, same, done, answer, danger, silent, wait
	Request   string
	Why       string
	Say       string
	SayWhen   string
	SayAhead  bool
}

var intentNames = map[community.Intent]string{community.Chat: "闲聊", community.Asks: "新诉求", community.More: "补充情况", community.Same: "同样的问题",
	community.Done: "说办好了", community.Question: "提问", community.Signup: "接龙报名", community.Command: "吩咐小邻", community.Answer: "邻居互答"}

var tones = map[community.Intent]string{community.Asks: "ask", community.More: "ask", community.Same: "same", community.Done: "done",
	community.Question: "answer", community.Signup: "same", community.Command: "answer"}

var urgencyNames = map[community.Urgency]string{community.Emergency: "危急", community.Urgent: "紧急", community.Normal: "普通"}

// open reports whether everybody may see what was made of everybody's words: on a stage yes, among real neighbours no.
func (k look) open() bool { return k.device.Taken }

// mayKnow reports whether the person may see what was made of a message: their own always, others' on a stage,
// and what is private only if it is theirs.
func (k look) mayKnow(m bot.Made) bool {
	if m.Sender == k.device.Person {
		return true
	}
	if m.Request != nil && m.Request.Private {
		return false
	}
	return k.open() || m.Request != nil
}

func (k look) think(made []bot.Made, talk []bot.Line) panel {
	by := map[string]bot.Line{}
	for _, l := range talk {
		by[l.ID] = l
	}
	p := panel{Peek: thought{Why: "等您说第一句"}}
	for _, m := range made {
		l, ok := by[m.Message]
		if !ok || l.Kind == community.System || l.Kind == community.Recall {
			continue
		}
		if !k.mayKnow(m) {
			continue
		}
		if r := m.Request; r != nil && !slices.ContainsFunc(p.Cards, func(c card) bool { return c.ID == string(r.ID) }) {
			p.Cards = append(p.Cards, k.card(*r))
		}
		if (k.open() || m.Sender == k.device.Person) && len(p.Thoughts) < 30 {
			p.Thoughts = append(p.Thoughts, k.thought(m, l))
			if m.Say != "" && m.SayDue.Sub(k.now) > 10*time.Minute && p.Night == "" {
				p.Night = longTime(m.SayDue, k.now)
			}
		}
	}
	if len(p.Thoughts) > 0 {
		p.Peek = p.Thoughts[0]
	}
	return p
}

func (k look) card(r community.Request) card {
	v := card{ID: string(r.ID), Category: community.CategoryOf(r.Category).Name, Place: r.Where.String(), Summary: r.Summary,
		Urgency: r.Urgency, UrgencyName: urgencyNames[r.Urgency], State: community.StateNames[r.State], Live: r.State.Live(),
		Supporters: len(r.Supporters), Messages: len(r.Lines), Groups: len(r.Groups), Track: track(r.State), Why: r.Why}
	if !r.Due.IsZero() && r.State.Live() {
		v.Due = dueTime(r.Due)
		v.Left, v.Over = calendar.Left(r.Due, k.now)
	}
	for _, s := range slices.Backward(r.Steps) {
		x := step{When: longTime(s.At, k.now), Why: s.Why}
		if s.To != "" && s.From != s.To {
			x.Move = community.StateNames[s.To]
		}
		v.Steps = append(v.Steps, x)
	}
	if !k.open() { // the reasons are written for staff; neighbours see only the moves
		v.Why = ""
		for i := range v.Steps {
			v.Steps[i].Why = ""
		}
		v.Steps = slices.DeleteFunc(v.Steps, func(s step) bool { return s.Move == "" })
	}
	v.Rev = revision(v)
	return v
}

// track is the straight way of a request; one that left it shows where it ended.
func track(at community.State) []stop {
	way := []community.State{community.Recorded, community.Assigned, community.InHand, community.Unproved, community.Solved}
	here := slices.Index(way, at)
	if here < 0 {
		return []stop{{Name: community.StateNames[community.Recorded], Done: true}, {Name: community.StateNames[at], Done: true, Here: true}}
	}
	out := make([]stop, len(way))
	for i, s := range way {
		out[i] = stop{Name: community.StateNames[s], Done: i <= here, Here: i == here}
	}
	return out
}

// reason is a why without what the label and 「没有出声」 beside it say already.
func reason(why, label string) string {
	why = strings.Replace(strings.TrimSpace(why), "，不说话", "", 1)
	if rest, ok := strings.CutPrefix(why, label+"（"); ok {
		return strings.TrimSuffix(rest, "）")
	}
	return why
}

func (k look) thought(m bot.Made, l bot.Line) thought {
	t := thought{ID: m.Message, Who: l.Name, Text: community.Cut(gist(l), 120), Label: intentNames[m.Intent], Tone: tones[m.Intent], Why: m.Why, Say: m.Say}
	if l.Recalled {
		t.Text = "（已撤回）"
	}
	if m.Request != nil {
		t.Request = string(m.Request.ID)
		if m.Request.Urgency == community.Emergency && m.Intent != community.Chat {
			t.Tone = "danger"
		}
	}
	switch {
	case m.Why == "" && m.Intent == "":
		t.Label, t.Tone, t.Why = "正在看", "wait", ""
	case t.Tone == "":
		t.Tone = "silent"
	}
	if t.Label == "" {
		t.Label = "没有要办的事"
	}
	if m.Say != "" && !m.SayDue.IsZero() {
		t.SayWhen, t.SayAhead = longTime(m.SayDue, k.now), m.SayDue.After(k.now.Add(time.Second))
	}
	t.Why = reason(t.Why, t.Label)
	t.Rev = revision(t)
	return t
}
