package handlers

import (
	"fmt"
	"slices"
	"time"

	"linli/community"
)

// A ring is repeated until a human has said or done something; ever more slowly, for an hour.
var ringAgain = []struct{ until, every time.Duration }{{4 * time.Minute, 2 * time.Minute}, {14 * time.Minute, 5 * time.Minute}, {time.Hour, 10 * time.Minute}}

// alarm says at once what to do, at any hour, and rings those who serve.
func alarm(s *community.Scene, e community.Event, r community.Request, p community.Plan) (community.Request, community.Plan) {
	m := *e.Message
	row := helpFor(s.Rows, r)
	r.Alarmed = e.At
	rings := ring(s, r, m.Group, 0, e.At)
	p.Why = because("紧急（#"+string(r.ID)+"），立刻说话并呼叫值班", e.Reading)
	if len(rings) == 0 {
		p.Why = because("紧急（#"+string(r.ID)+"），立刻说话；名单里没有值班的人可以呼叫", e.Reading)
	}
	p = unsay(s, p, r.ID, everywhere) // the group hears of it now
	p.DropWhy = "已按紧急处理"
	p.Say = append(p.Say, community.Outgoing{Key: "alarm/" + string(r.ID), Kind: "emergency", Group: m.Group, Handle: m.Handle, ReplyTo: m.ID,
		Because: m.ID, About: r.ID, Text: emergencyText(r, row, len(rings) > 0), Due: e.At, Until: e.At.Add(30 * time.Minute), Urgent: true})
	p.Say = append(p.Say, rings...)
	p.Flags = append(p.Flags, community.Flag{Key: "danger/" + string(r.ID), At: e.At, Kind: "danger", About: r.ID, Message: m.ID,
		Text: "#" + string(r.ID) + " 可能有生命危险，请马上确认"})
	if len(rings) > 0 {
		p.Wake = append(p.Wake, ringTick(r, e.At.Add(ringAgain[0].every)))
	}
	return r, p
}

func ringTick(r community.Request, due time.Time) community.Tick {
	return community.Tick{Job: "ring", What: string(r.ID), Due: due}
}

// ringOn rings once more unless a human has answered meanwhile, and at last says that nobody did.
func ringOn(s *community.Scene, e community.Event) community.Plan {
	r, ok := s.Request(community.RequestID(e.Tick.What))
	switch {
	case !ok || r.Alarmed.IsZero():
		return community.Plan{Why: "没有要呼叫的事"}
	case answeredByHuman(s, r):
		return community.Plan{Why: "#" + string(r.ID) + " 已有人回应，不再呼叫"}
	}
	since := e.Tick.Due.Sub(r.Alarmed)
	for _, step := range ringAgain {
		if since < step.until {
			return community.Plan{Why: fmt.Sprintf("#%s 呼叫了 %d 分钟还没有人回应，再呼叫", r.ID, int(since.Minutes())),
				Say: ring(s, r, r.Group, since, e.At), Wake: []community.Tick{ringTick(r, e.Tick.Due.Add(step.every))}}
		}
	}
	return community.Plan{Why: "#" + string(r.ID) + " 呼叫了一小时没有人回应，不再呼叫", Flags: []community.Flag{{Key: "unheard/" + string(r.ID), At: e.At,
		Kind: "danger", About: r.ID, Text: "#" + string(r.ID) + " 呼叫值班一小时，没有人回应"}}}
}

// answeredByHuman reports whether somebody who serves has spoken where it was heard or rung, or has moved the request.
func answeredByHuman(s *community.Scene, r community.Request) bool {
	if r.State != community.Recorded || !r.FirstHuman.IsZero() {
		return true
	}
	return slices.ContainsFunc(s.Recent, func(h community.Heard) bool {
		m := h.Message
		if !m.Role.Serves() || m.At.Before(r.Alarmed) {
			return false
		}
		return m.Private || slices.Contains(r.Groups, m.Group) || s.Groups[m.Group].Kind == community.StaffGroup
	})
}

// ring calls everybody on duty in private, and their work group, for a private chat may never have been opened.
func ring(s *community.Scene, r community.Request, heardIn community.GroupID, since time.Duration, at time.Time) []community.Outgoing {
	key := fmt.Sprintf("ring/%s/%d/", r.ID, int(since.Minutes()))
	call := community.Outgoing{Kind: "ring", About: r.ID, Due: at, Until: at.Add(2 * time.Hour), Urgent: true, Because: "ring/" + string(r.ID),
		Text: fmt.Sprintf(phraseRing, r.ID, whereOr(r, "位置还不清楚"), gist(r))}
	if since > 0 {
		call.Until = at.Add(5 * time.Minute) // then the next one calls
		call.Text = fmt.Sprintf(phraseRingAgain, r.ID, whereOr(r, "位置还不清楚"), gist(r), int(since.Minutes()))
	}
	var out []community.Outgoing
	for _, who := range onDuty(s) {
		call.Key, call.To = key+string(who), who
		out = append(out, call)
	}
	call.To = ""
	for _, g := range sortedGroups(s) {
		if g.Kind == community.StaffGroup && g.ID != heardIn && g.Policy != community.PolicyOff && len(g.Handles) > 0 {
			call.Key, call.Group, call.Handle = key+"group/"+string(g.ID), g.ID, g.Handles[0]
			out = append(out, call)
		}
	}
	return out
}
