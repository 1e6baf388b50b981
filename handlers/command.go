package handlers

import (
	"fmt"
	"regexp"
	"strings"

	"linli/community"
)

var numberIn = regexp.MustCompile(`[#＃]?\s*(\d{1,7})`)

// commanded carries out an order given in words, for those who may give it.
func commanded(s *community.Scene, e community.Event) community.Plan {
	m, rd := *e.Message, e.Reading
	say := func(p community.Plan, text string) community.Plan {
		o := community.Outgoing{Key: "command/" + string(m.Group) + "/" + m.ID, Kind: "command", Group: m.Group, Handle: m.Handle, ReplyTo: m.ID,
			Because: m.ID, Text: text, Due: e.At, Until: e.At.Add(answerUntil)}
		p.Say = append(p.Say, o)
		return p
	}
	if !m.Role.Serves() && m.Role != community.Volunteer {
		p := say(community.Plan{Why: because("居民下的指令，只在私聊里客气说明", rd)}, phraseNotYours)
		if o := &p.Say[0]; !m.Private { // most such orders are jokes: the group need not hear of it
			o.To, o.Group, o.Handle, o.ReplyTo = m.Sender, "", community.Handle{}, ""
		}
		return p
	}
	id := ""
	if found := numberIn.FindStringSubmatch(m.Text); found != nil {
		id = found[1]
	}
	switch {
	case strings.Contains(m.Text, "帮助"):
		return say(community.Plan{Why: because("指令：帮助", rd)}, phraseHelp)
	case strings.Contains(m.Text, "进度") && id != "":
		r, ok := s.Request(community.RequestID(id))
		if !ok || r.Private && m.Group != "" {
			return say(community.Plan{Why: because("查进度，没有这一件", rd)}, fmt.Sprintf(phraseNoSuch, id))
		}
		return say(community.Plan{Why: because("指令：进度", rd)}, line(r))
	case strings.Contains(m.Text, "进度") || strings.Contains(m.Text, "逾期"):
		return say(community.Plan{Why: because("指令：进度", rd)}, overview(s, m.Group != "", strings.Contains(m.Text, "逾期")))
	case strings.Contains(m.Text, "结案") && !m.Role.Serves():
		return say(community.Plan{Why: because("结案要由工作人员来下，客气说明", rd)}, phraseNotYours)
	case strings.Contains(m.Text, "结案") && id != "":
		return closing(s, e, community.RequestID(id), say)
	}
	p := community.Plan{Why: because("指令还不会，转给工作人员", rd), Flags: []community.Flag{{Key: "command/" + m.ID, At: e.At, Kind: "command",
		Message: m.ID, Text: "有一条指令小邻还不会，请人工处理"}}}
	return say(p, phraseNotYet)
}

func closing(s *community.Scene, e community.Event, id community.RequestID, say func(community.Plan, string) community.Plan) community.Plan {
	r, ok := s.Request(id)
	if !ok {
		return say(community.Plan{Why: "结案，没有这一件"}, fmt.Sprintf(phraseNoSuch, id))
	}
	moved, err := r.Move(community.Unproved, e.Message.Sender, e.Message.At, "在群里说结案", e.Key)
	if err != nil {
		return say(community.Plan{Why: "结案不成：" + err.Error()}, err.Error())
	}
	return say(community.Plan{Why: "#" + string(id) + " 改为待确认", Requests: []community.Request{moved}}, fmt.Sprintf(phraseClosed, id))
}

func line(r community.Request) string {
	return fmt.Sprintf("#%s %s%s：%s，%d 人反映", r.ID, r.Where, community.CategoryOf(r.Category).Name, community.StateNames[r.State], len(r.Supporters))
}

// overview lists what is open; in a group nothing private is named.
func overview(s *community.Scene, public, overdue bool) string {
	var out []string
	n := 0
	for _, r := range s.Requests {
		if !r.State.Live() || public && r.Private || overdue && !r.Due.Before(s.Now) {
			continue
		}
		if n++; n <= 3 {
			out = append(out, line(r))
		}
	}
	switch {
	case n == 0 && overdue:
		return phraseNoneLate
	case n == 0:
		return phraseNothing
	case overdue:
		return fmt.Sprintf("逾期 %d 件。", n) + strings.Join(out, "；")
	}
	return fmt.Sprintf("未办 %d 件。", n) + strings.Join(out, "；")
}
