package handlers

import (
	"fmt"
	"time"

	"linli/calendar"
	"linli/community"
)

// A neighbour may answer first: an answer waits this long unless 小邻 was asked by name.
const (
	answerAfter = 40 * time.Second
	answerUntil = 30 * time.Minute
	sureEnough  = 0.6 // how likely the row must answer a question that nobody put to 小邻
)

// asked answers from the resource list, or admits that the list has nothing.
func asked(s *community.Scene, e community.Event) community.Plan {
	m, rd := *e.Message, e.Reading
	o := community.Outgoing{Key: "answer/" + string(m.Group) + "/" + m.ID, Kind: "answer", Group: m.Group, Handle: m.Handle, ReplyTo: m.ID,
		Because: m.ID, Due: m.At.Add(answerAfter), Until: m.At.Add(answerUntil)}
	if m.MentionsBot || m.Private {
		o.Due = e.At
	}
	switch {
	case rd.Private || rd.Hush != "":
		return community.Plan{Why: because("问的是私事，群里不回答", rd), Flags: []community.Flag{{Key: "private/" + m.ID, At: e.At, Kind: "private",
			Message: m.ID, Text: "有人问到私下处理的事，请私信联系"}}}
	case len(s.Rows) > 0 && len(rd.Rows) > 0 && (rd.Rows[0].Score >= sureEnough || m.MentionsBot || m.Private):
		o.Text = answerText(s.Rows[0])
		return community.Plan{Why: because("清单里有 "+s.Rows[0].ID+"，没有人先答就回答", rd), Say: []community.Outgoing{o}}
	}
	p := community.Plan{Why: because("清单答不了，不说话，记入未答", rd), Flags: []community.Flag{{Key: unansweredKey(m.Group, m.ID), At: e.At,
		Kind: "unanswered", Message: m.ID, Text: "有一个问题清单答不了"}}}
	if m.MentionsBot || m.Private {
		o.Text = fmt.Sprintf(phraseNoRow, calendar.SayTime(answerBy(e.At)))
		p.Why, p.Say = because("点名问的，清单答不了，照实说", rd), []community.Outgoing{o}
	}
	return p
}

// answerBy is when staff should have answered what the list cannot: by six in the evening of the next working day.
func answerBy(at time.Time) time.Time {
	d := calendar.NextWorking(at).In(shanghai)
	return time.Date(d.Year(), d.Month(), d.Day(), 18, 0, 0, 0, shanghai)
}
