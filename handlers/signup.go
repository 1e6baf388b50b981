package handlers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"linli/community"
)

// signedUp keeps the list; it speaks only when a posted copy has lost names.
func signedUp(s *community.Scene, e community.Event) community.Plan {
	m, rd := *e.Message, e.Reading
	if len(rd.Names) == 0 && !rd.Cancel {
		return community.Plan{Why: because("像是报名，没有名单可记", rd)}
	}
	id := string(m.Group) + "/" + rd.Topic
	roll := community.Roll{ID: id, Group: m.Group, Topic: rd.Topic, Opened: m.At}
	if i := slices.IndexFunc(s.Rolls, func(r community.Roll) bool { return r.ID == id }); i >= 0 {
		roll = s.Rolls[i]
	}
	roll.Names, roll.Last, roll.Touched = rd.Names, m.ID, m.At
	p := community.Plan{Rolls: []community.Roll{roll}, Why: because(fmt.Sprintf("名单现有 %d 位，不说话", len(rd.Names)), rd)}
	if lost := lostNames(m.Text, rd); rd.Fork && len(lost) > 0 {
		p.Why = because("接龙漏了名字，提醒一次", rd)
		p.Say = []community.Outgoing{{Key: "fork/" + id + "/" + strings.Join(lost, "/"), Kind: "signup", Group: m.Group, Handle: m.Handle, ReplyTo: m.ID,
			Because: m.ID, Text: fmt.Sprintf(phraseLostNames, strings.Join(lost, "、"), len(rd.Names)), Due: m.At.Add(burstQuiet), Until: m.At.Add(time.Hour)}}
	}
	return p
}

func lostNames(text string, rd community.Reading) []string {
	var out []string
	for _, n := range rd.Names {
		if !strings.Contains(text, n) {
			out = append(out, n)
		}
	}
	return out
}
