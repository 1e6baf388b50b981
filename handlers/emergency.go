package handlers

import (
	"fmt"
	"maps"
	"slices"
	"strings"
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
	rings := ring(s, e, r)
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
	return p
}

// ring calls everybody on duty in private, and their work group, for a private chat may never have been opened.
func ring(s *community.Scene, e community.Event, r community.Request) []community.Outgoing {
	call := community.Outgoing{Kind: "ring", Because: e.Message.ID + "/ring", About: r.ID, Text: fmt.Sprintf(phraseRing, r.ID, whereOr(r, "位置还不清楚"), gist(r)),
		Due: e.At, Until: e.At.Add(2 * time.Hour), Urgent: true}
	var out []community.Outgoing
	for _, who := range onDuty(s) {
		call.Key, call.To = "ring/"+string(r.ID)+"/"+string(who), who
		out = append(out, call)
	}
	call.To = ""
	for _, g := range sortedGroups(s) {
		if g.Kind == community.StaffGroup && g.ID != e.Message.Group && g.Policy != community.PolicyOff && len(g.Handles) > 0 {
			call.Key, call.Group, call.Handle = "ring/"+string(r.ID)+"/group/"+string(g.ID), g.ID, g.Handles[0]
			out = append(out, call)
		}
	}
	return out
}

// gist is what staff need to know at once: the masked words, or at least the kind.
func gist(r community.Request) string {
	if r.Summary != "" {
		return "「" + r.Summary + "」"
	}
	return community.CategoryOf(r.Category).Name
}

func whereOr(r community.Request, unknown string) string {
	if w := r.Where.String(); w != "" {
		return w
	}
	return unknown
}

func sortedGroups(s *community.Scene) []community.Group {
	return slices.SortedFunc(maps.Values(s.Groups), func(a, b community.Group) int { return strings.Compare(string(a.ID), string(b.ID)) })
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
