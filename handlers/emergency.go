package handlers

import (
	"fmt"
	"time"

	"linli/community"
)

// alarm says at once what to do, at any hour, and rings those who serve.
func alarm(s *community.Scene, e community.Event, r community.Request, p community.Plan) community.Plan {
	m := *e.Message
	var row community.Resource
	if len(s.Rows) > 0 {
		row = s.Rows[0]
	}
	p.Why = because("紧急，登记为 #"+string(r.ID)+"，立刻说话并呼叫值班", e.Reading)
	p.Say = append(p.Say, community.Outgoing{Key: "alarm/" + string(r.ID), Kind: "emergency", Group: m.Group, Handle: m.Handle, ReplyTo: m.ID,
		Because: m.ID, About: r.ID, Text: emergencyText(r, row), Due: e.At, Until: e.At.Add(30 * time.Minute), Urgent: true})
	for _, who := range onDuty(s) {
		p.Say = append(p.Say, community.Outgoing{Key: "ring/" + string(r.ID) + "/" + string(who), Kind: "ring", To: who, Because: m.ID + "/ring",
			About: r.ID, Text: fmt.Sprintf(phraseRing, r.ID, r.Where, community.CategoryOf(r.Category).Name), Due: e.At,
			Until: e.At.Add(2 * time.Hour), Urgent: true})
	}
	p.Flags = append(p.Flags, community.Flag{Key: "danger/" + string(r.ID), At: e.At, Kind: "danger", About: r.ID, Message: m.ID,
		Text: "#" + string(r.ID) + " 可能有生命危险，请马上确认"})
	return p
}

// onDuty are the people rung in an emergency, in the order of their ids.
func onDuty(s *community.Scene) []community.PersonID {
	var out []community.PersonID
	for id, p := range s.People {
		if p.Role == community.Staff || p.Role == community.Chair {
			out = append(out, id)
		}
	}
	sortPeople(out)
	return out
}
