package understand

import (
	"slices"
	"strings"

	"linli/community"
)

// Proposal is what an Asker may say. Whatever is not among the choices and known labels is dropped.
type Proposal struct {
	Intent    community.Intent  `json:"intent"`
	Request   string            `json:"request"`
	Category  string            `json:"category"`
	Urgency   community.Urgency `json:"urgency"`
	StillOpen bool              `json:"still_open"`
	Rows      []string          `json:"rows"`
	Building  string            `json:"building"`
	Unit      string            `json:"unit"`
}

// believe takes over what is a known label or one of the choices; danger once seen is never talked away.
func (r *Reader) believe(l *look, q Query, p Proposal, first community.Reading) community.Reading {
	act, ok := proposedAct(p)
	if !ok {
		return first
	}
	c := Candidate{Act: act}
	if act >= ActMore {
		if !slices.ContainsFunc(q.Requests, func(c Choice) bool { return c.ID == p.Request }) {
			return first
		}
		c.Request = community.RequestID(p.Request)
	}
	rd := r.reading(l, c)
	rd.Confidence = max(first.Confidence, unsure)
	if _, known := categoryNumber[p.Category]; known && act == ActAsks {
		rd.Category = p.Category
		rd.Private = rd.Private || community.CategoryOf(p.Category).Private
	}
	if act == ActAsks && slices.Contains(urgencyNames[:], p.Urgency) {
		rd.Urgency = p.Urgency
	}
	if act == ActQuestion {
		rd.Rows = chosen(q.Rows, p.Rows)
	}
	if rd.Where.Building == "" && p.Building != "" && strings.Contains(strings.ToUpper(l.t), strings.ToUpper(p.Building)) {
		rd.Where.Building = community.Cut(p.Building, 8) // a number the words have; it may not be invented
	}
	return rd
}

func proposedAct(p Proposal) (Act, bool) {
	if !slices.Contains([]community.Intent{community.Chat, community.Answer, community.Question, community.Signup, community.Asks, community.More, community.Same, community.Done}, p.Intent) {
		return ActChat, false // a model gives no commands
	}
	return actOf(community.Heard{Reading: community.Reading{Intent: p.Intent, StillOpen: p.StillOpen}}), true
}

func chosen(offered []Choice, ids []string) (out []community.Match) {
	for _, id := range ids {
		if slices.ContainsFunc(offered, func(c Choice) bool { return c.ID == id }) && len(out) < 3 {
			out = append(out, community.Match{ID: id, Score: 1})
		}
	}
	return out
}
