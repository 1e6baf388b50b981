package understand

import (
	"regexp"
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

// believe takes over what is a known label or one of the choices, and reports whether it was.
func (r *Reader) believe(l *look, q Query, p Proposal, first community.Reading) (community.Reading, bool) {
	act, ok := proposedAct(p)
	if !ok {
		return first, false
	}
	c := Candidate{Act: act}
	if act >= ActMore {
		if !offered(q.Requests, p.Request) {
			return first, false
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
	if rd.Where.Building == "" && standsIn(q.Words, p.Building) {
		rd.Where.Building = strings.ToUpper(p.Building) // a number the words have; it may not be invented
	}
	return rd, true
}

var houseNumber = regexp.MustCompile(`^[A-Za-z]?\d{1,3}[A-Za-z]?$`)

// standsIn reports whether a house number stands by itself in the masked words.
func standsIn(words, number string) bool {
	if !houseNumber.MatchString(number) {
		return false
	}
	alone := regexp.MustCompile(`(?i)(?:^|[^a-z0-9*-])` + number + `(?:$|[^a-z0-9*-])`)
	return alone.MatchString(words)
}

func proposedAct(p Proposal) (Act, bool) {
	if !slices.Contains(ProposalIntents, p.Intent) {
		return ActChat, false // a model gives no commands
	}
	return actOf(community.Heard{Reading: community.Reading{Intent: p.Intent, StillOpen: p.StillOpen}}), true
}

func chosen(rows []Choice, ids []string) (out []community.Match) {
	for _, id := range ids {
		if offered(rows, id) && len(out) < 3 {
			out = append(out, community.Match{ID: id, Score: 1})
		}
	}
	return out
}
