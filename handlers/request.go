package handlers

import (
	"fmt"
	"slices"
	"time"

	"linli/community"
)

// The burst window: an ack waits until the speaker has been quiet for burstQuiet, at most burstMax.
const (
	burstQuiet = 45 * time.Second
	burstMax   = 180 * time.Second
	ackUntil   = 12 * time.Hour // later than that nobody needs to hear that it was recorded
)

// opened takes on a new request.
func opened(s *community.Scene, e community.Event) community.Plan {
	m, rd := *e.Message, e.Reading
	id := community.RequestID(fmt.Sprint(s.Next))
	cat := community.CategoryOf(rd.Category)
	r := community.Request{
		ID: id, Category: cat.Key, Urgency: rd.Urgency, State: community.Recorded, Where: rd.Where, Summary: rd.Summary,
		Group: m.Group, Supporters: []community.PersonID{m.Sender}, Private: rd.Private || cat.Private || m.Private,
		Opened: m.At, Touched: m.At, Why: rd.Why,
	}
	if r.Urgency == "" {
		r.Urgency = community.Normal
	}
	r.Due = m.At.Add(fixWithin[r.Urgency])
	var p community.Plan
	for _, before := range rd.Before {
		if h, ok := heard(s, m.Group, before); ok && h.Request == "" {
			part := community.More
			if before == rd.Opener {
				part = community.Asks
			}
			r, p = attach(r, p, h.Message, part, false)
		}
	}
	part := community.Asks
	if rd.Opener != "" && r.Has(rd.Opener) {
		part = community.More
	}
	r, p = attach(r, p, m, part, false)
	r.Steps = []community.Step{{At: m.At, To: community.Recorded, Why: "登记：" + rd.Why, Key: e.Key}}
	switch {
	case r.Urgency == community.Emergency:
		r, p = alarm(s, e, r, p)
	case r.Private && !m.Private:
		p.Why = because("登记为 #"+string(id)+"，属于私下处理的事，群里不说话", rd)
		p.Flags = append(p.Flags, community.Flag{Key: "private/" + string(id), At: e.At, Kind: "private", About: id, Message: m.ID,
			Text: "#" + string(id) + "「" + cat.Name + "」需要私下联系，群里没有回应"})
	case rd.Hush != "":
		p.Why = because("登记为 #"+string(id)+"，"+rd.Hush+"，群里不说话", rd)
		p.Flags = append(p.Flags, community.Flag{Key: "quarrel/" + string(id), At: e.At, Kind: "quarrel", About: id, Message: m.ID,
			Text: "#" + string(id) + "：" + rd.Hush})
	case rd.Confidence > 0 && rd.Confidence < sureOfRequest && !m.MentionsBot && !m.Private:
		p.Why = because("登记为 #"+string(id)+"，把握不大，先不说话", rd)
		p.Flags = append(p.Flags, community.Flag{Key: "unsure/" + string(id), At: e.At, Kind: "unsure", About: id, Message: m.ID,
			Text: "#" + string(id) + " 像是一件要办的事，把握不大，群里没有说话，请看一眼"})
	default:
		p.Why = because("登记为 #"+string(id)+"，没有人应就报一声", rd)
		if r.Where.Empty() {
			r.Asked = true
		}
		p.Say = append(p.Say, ack(r, m, m.At))
		if r.Private {
			p.Flags = append(p.Flags, community.Flag{Key: "private/" + string(id), At: e.At, Kind: "private", About: id, Message: m.ID,
				Text: "#" + string(id) + "「" + cat.Name + "」是私聊里说的，请私下联系"})
		}
	}
	p.Requests = []community.Request{r}
	return p
}

// sureOfRequest is the confidence below which a request is recorded without a word in the group:
// an ack for what was none is what residents mute.
const sureOfRequest = 0.65

// fixWithin is how long a fix may take by default.
var fixWithin = map[community.Urgency]time.Duration{
	community.Emergency: time.Hour,
	community.Urgent:    24 * time.Hour,
	community.Normal:    7 * 24 * time.Hour,
}

// attach adds a message to the request and to the plan's list of what belongs where.
func attach(r community.Request, p community.Plan, m community.Message, part community.Intent, stillOpen bool) (community.Request, community.Plan) {
	r = r.Add(community.Line{Message: m.ID, Group: m.Group, Sender: m.Sender, Part: part, StillOpen: stillOpen,
		Photo: m.Kind == community.Image, At: m.At})
	p.Heard = append(p.Heard, community.Part{Message: m.ID, Group: m.Group, Request: r.ID})
	return r, p
}

// ack is the one line that says a request was recorded in a group; said again before it was
// sent, it waits for the end of the burst.
func ack(r community.Request, m community.Message, last time.Time) community.Outgoing {
	due := last.Add(burstQuiet)
	if latest := r.Opened.Add(burstMax); m.Group == r.Group && due.After(latest) {
		due = latest
	}
	return community.Outgoing{Key: ackKey(r, m.Group), Kind: "ack", Group: m.Group, Handle: m.Handle, ReplyTo: m.ID, Because: m.ID, About: r.ID,
		Text: ackText(r), Due: due, Until: due.Add(ackUntil)}
}

func ackKey(r community.Request, g community.GroupID) string {
	if g == r.Group {
		return "ack/" + string(r.ID)
	}
	return "ack/" + string(r.ID) + "/" + string(g)
}

// more adds what somebody says about an open request.
func more(s *community.Scene, e community.Event) community.Plan {
	m, rd := *e.Message, e.Reading
	r, ok := s.Request(rd.Request)
	if !ok {
		return community.Plan{Why: because("像是补充，但找不到是哪一件，不说话", rd)}
	}
	p := community.Plan{Why: because("补充到 #"+string(r.ID)+"，不说话", rd)}
	r, p = attach(r, p, m, community.More, false)
	had := r.Where
	if r.Where = r.Where.Or(rd.Where); rd.Corrects {
		r.Where = rd.Where.Or(r.Where)
	}
	if rd.Urgency == community.Emergency && r.Urgency != community.Emergency {
		r.Urgency = community.Emergency
		r, p = alarm(s, e, r, p)
	} else if w, waits := waitingAck(s, r); waits && m.Group == r.Group && m.Sender == r.Supporters[0] {
		fresh := ack(r, m, m.At)
		fresh.ReplyTo, fresh.Because = w.ReplyTo, w.Because
		p.Say = append(p.Say, fresh)
	} else if r.Asked && had.Empty() && !r.Where.Empty() {
		r.Asked = false
		p.Why = because("回答了小邻问的位置，#"+string(r.ID), rd)
		p.Say = append(p.Say, community.Outgoing{Key: "place/" + string(r.ID), Kind: "ack", Group: m.Group, Handle: m.Handle, ReplyTo: m.ID,
			Because: m.ID, About: r.ID, Text: fmt.Sprintf(phrasePlaced, r.Where, r.ID), Due: m.At.Add(burstQuiet), Until: m.At.Add(ackUntil)})
	}
	p.Requests = []community.Request{r}
	return p
}

// same counts another neighbour with the same problem.
func same(s *community.Scene, e community.Event) community.Plan {
	m, rd := *e.Message, e.Reading
	r, ok := s.Request(rd.Request)
	if !ok {
		return community.Plan{Why: because("像是同一个问题，但找不到是哪一件，不说话", rd)}
	}
	known := slices.Contains(r.Groups, m.Group)
	p := community.Plan{Why: because(fmt.Sprintf("同一个问题，计入 #%s，第 %d 位", r.ID, len(r.Support(m.Sender).Supporters)), rd)}
	before := len(r.Supporters)
	r = r.Support(m.Sender)
	r, p = attach(r, p, m, community.Same, false)
	r.Where = r.Where.Or(rd.Where)
	n := len(r.Supporters)
	switch {
	case r.Private || rd.Hush != "":
	case n > before && (n == 5 || n == 20):
		p.Say = append(p.Say, community.Outgoing{Key: fmt.Sprintf("many/%s/%d", r.ID, n), Kind: "ack", Group: m.Group, Handle: m.Handle,
			Because: m.ID, About: r.ID, Text: fmt.Sprintf(phraseMany, r.ID, n), Due: m.At.Add(burstQuiet), Until: m.At.Add(ackUntil)})
	case !known && m.Group != "":
		p.Say = append(p.Say, ack(r, m, m.At))
	}
	p.Requests = []community.Request{r}
	return p
}

// done notes that somebody says it is solved, or that it is not.
func done(s *community.Scene, e community.Event) community.Plan {
	m, rd := *e.Message, e.Reading
	r, ok := s.Request(rd.Request)
	if !ok {
		return community.Plan{Why: because("像是说好了没有，但找不到是哪一件，不说话", rd)}
	}
	p := unsay(s, community.Plan{DropWhy: "已经有人说了结果"}, r.ID, everywhere)
	r, p = attach(r, p, m, community.Done, rd.StillOpen)
	to, why := community.Unproved, "有人说已解决"
	if rd.StillOpen {
		to, why = community.InHand, "有人说还没好"
	}
	if r.State == to || rd.StillOpen && r.State.Open() {
		r = r.Note(m.Sender, m.At, why, e.Key)
	} else if moved, err := r.Move(to, m.Sender, m.At, why, e.Key); err == nil {
		r = moved
	} else {
		r = r.Note(m.Sender, m.At, why+"；"+err.Error(), e.Key)
	}
	if rd.StillOpen {
		p.Flags = append(p.Flags, community.Flag{Key: "still/" + string(r.ID) + "/" + m.ID, At: e.At, Kind: "still_open", About: r.ID, Message: m.ID,
			Text: "#" + string(r.ID) + " 居民说还没好"})
	}
	if m.Role.Serves() && r.FirstHuman.IsZero() {
		r.FirstHuman = m.At
	}
	p.Why = because("#"+string(r.ID)+" "+why+"，不说话", rd)
	p.Requests = []community.Request{r}
	return p
}

func heard(s *community.Scene, g community.GroupID, id string) (community.Heard, bool) {
	for _, h := range s.Recent {
		if h.Message.ID == id && h.Message.Group == g {
			return h, true
		}
	}
	return community.Heard{}, false
}

func waitingFor(s *community.Scene, key string) (community.Outgoing, bool) {
	for _, o := range s.Waiting {
		if o.Key == key {
			return o, true
		}
	}
	return community.Outgoing{}, false
}

// waitingAck is the line that will say a request was recorded, perhaps together with others.
func waitingAck(s *community.Scene, r community.Request) (community.Outgoing, bool) {
	for _, o := range s.Waiting {
		if isAck(o) && o.Group == r.Group && slices.Contains(about(o), r.ID) {
			return o, true
		}
	}
	return community.Outgoing{}, false
}
