package handlers

import (
	"slices"

	"linli/community"
)

// chatted is met with silence.
func chatted(_ *community.Scene, e community.Event) community.Plan {
	if e.Reading.Hush != "" {
		return community.Plan{Why: because(e.Reading.Hush+"，不说话，告诉工作人员", e.Reading), Flags: []community.Flag{{Key: "quarrel/" + e.Message.ID,
			At: e.At, Kind: "quarrel", Message: e.Message.ID, Text: e.Reading.Hush}}}
	}
	return community.Plan{Why: because("闲聊，不说话", e.Reading)}
}

// answered lets the human who was faster have the word: what we were about to say is dropped.
func answered(s *community.Scene, e community.Event) community.Plan {
	m, rd := *e.Message, e.Reading
	p := community.Plan{Why: because("有人在回答别人，不说话", rd), DropWhy: "有人先回答了"}
	for _, o := range s.Waiting {
		if o.Group != m.Group || o.Because == m.ID || o.Urgent {
			continue
		}
		to := m.ReplyTo != "" && m.ReplyTo == o.Because
		switch {
		case o.Kind == "answer":
			p.Drop = append(p.Drop, o.Key)
		case o.Kind == "ack" && (to || m.Role.Serves() && rd.Request == ""):
			p = unsayHere(s, p, m.Group, about(o)...)
		}
	}
	if rd.Request != "" {
		p = unsayHere(s, p, m.Group, rd.Request)
	}
	r, ok := s.Request(rd.Request)
	if ok && m.Role.Serves() && r.FirstHuman.IsZero() {
		r.FirstHuman = m.At
		r = r.Note(m.Sender, m.At, "工作人员在群里回应了", e.Key)
		p.Requests = []community.Request{r}
	}
	return p
}

func unsayHere(s *community.Scene, p community.Plan, g community.GroupID, ids ...community.RequestID) community.Plan {
	for _, id := range ids {
		p = unsay(s, p, id, func(o community.Outgoing) bool { return o.Group == g && !slices.Contains(p.Drop, o.Key) })
	}
	return p
}

// recalled takes back what the words did, as far as nobody else built on them.
func recalled(s *community.Scene, e community.Event) community.Plan {
	m := *e.Message
	h, ok := heard(s, m.Group, m.Target)
	if !ok || h.Message.Sender != m.Sender {
		return community.Plan{Why: "撤回了一条消息，原文已删"}
	}
	p := community.Plan{Why: "撤回了一条消息，原文已删", DropWhy: "原话撤回了"}
	r, ok := s.Request(h.Request)
	switch {
	case ok && r.Urgency == community.Emergency:
		p.Why = "撤回了一条消息，原文已删；#" + string(r.ID) + " 是紧急的事，不自动撤销"
		p.Requests = []community.Request{r.Note(m.Sender, m.At, "居民撤回了一句话，紧急的事不自动撤销", e.Key)}
		return p
	case ok && onlyWords(r, m):
		if moved, err := r.Move(community.Withdrawn, m.Sender, m.At, "居民撤回了原话", e.Key); err == nil {
			moved.Summary = "（原话已撤回）"
			p.Requests = []community.Request{moved}
			p.Why = "撤回了唯一一句话，#" + string(r.ID) + " 改为已撤回"
			p = unsay(s, p, r.ID, everywhere)
		}
	}
	for _, o := range s.Waiting {
		if o.Because == m.Target && o.Group == m.Group && len(o.Also) == 0 && !o.Urgent && !slices.Contains(p.Drop, o.Key) && (o.About == "" || len(p.Requests) > 0) {
			p.Drop = append(p.Drop, o.Key)
		}
	}
	return p
}

// onlyWords reports whether nothing of the request is left without the recalled message: nobody else
// supports it, and the speaker has said nothing else about it.
func onlyWords(r community.Request, recall community.Message) bool {
	return len(r.Supporters) == 1 && !slices.ContainsFunc(r.Lines, func(l community.Line) bool { return l.Message != recall.Target && !l.Photo })
}
