package handlers

import (
	"slices"
	"time"

	"linli/community"
)

// The frequency limits of a group, and the quiet hours in minutes of the Chinese day.
const (
	enoughADay = 3 // after so many, only what somebody waits for: acknowledgements
	mostADay   = 6
	gap        = 90 * time.Second
	quietFrom  = 21*60 + 30
	quietTo    = 7*60 + 30
)

var shanghai = time.FixedZone("CST", 8*3600)

// fit makes what a handler wants to say fit the group's policy, the hour, what was said before,
// and what the channel can carry. What is held back is kept, for staff to see.
func fit(s *community.Scene, e community.Event, p community.Plan) community.Plan {
	say := p.Say
	p.Say = nil
	for _, o := range say {
		if m := e.Message; m != nil && m.Private && o.Group == "" && o.To == "" {
			o.To = m.Sender // what was said in private is answered there
		}
		o.Asked = o.Asked || e.Message != nil && (e.Message.MentionsBot || e.Message.Private) && o.Because == e.Message.ID
		if why := forbidden(s, p, o); why != "" {
			p.Held = append(p.Held, o)
			p.Why += "；" + why
			if _, waits := waitingFor(s, o.Key); waits {
				p.Drop = append(p.Drop, o.Key)
			}
			continue
		}
		o = mouth(s, e, o)
		if paced(o) {
			o = atItsTime(s, p, o)
		}
		p = put(p, o)
	}
	return p
}

// put adds something to say; the same key replaces what the plan already had under it.
func put(p community.Plan, o community.Outgoing) community.Plan {
	if i := slices.IndexFunc(p.Say, func(x community.Outgoing) bool { return x.Key == o.Key }); i >= 0 {
		p.Say[i] = o
		return p
	}
	p.Say = append(p.Say, o)
	return p
}

// paced reports whether the quiet hours and the distance between two words are kept for it.
func paced(o community.Outgoing) bool {
	return !o.Urgent && o.To == "" && o.Group != "" && o.Kind != "command"
}

// atItsTime moves something out of the quiet hours and away from what else is said; acknowledgements of one moment become one line.
func atItsTime(s *community.Scene, p community.Plan, o community.Outgoing) community.Outgoing {
	wanted := o.Due
	o.Due = afterQuiet(o.Due)
	if together, ok := bundled(s, p, o); ok {
		o = together
	} else {
		o.Due = spaced(s, p, o)
	}
	if o.Due.After(wanted) && !o.Until.IsZero() {
		o.Until = o.Until.Add(o.Due.Sub(wanted)) // asked at night: it is worth having in the morning
	}
	return o
}

// NotBefore is the first moment at which something that waits may be said, told by the real clock and
// by when we last spoke in its group: a house that was down must not catch up at night, nor all at once.
func NotBefore(o community.Outgoing, now, last time.Time) time.Time {
	if !paced(o) {
		return now
	}
	t := afterQuiet(now)
	if next := last.Add(gap); !o.Asked && next.After(t) {
		t = afterQuiet(next)
	}
	return t
}

// forbidden tells why something may not be said in a group; "" if it may.
func forbidden(s *community.Scene, p community.Plan, o community.Outgoing) string {
	if o.Urgent || o.Group == "" || o.To != "" {
		return ""
	}
	switch policy := s.Groups[o.Group].Policy; {
	case policy == community.PolicyOff || policy == community.PolicyListen:
		return "本群设为只听不说"
	case policy == community.PolicyAck && o.Kind != "ack" && o.Kind != "command":
		return "本群只报登记"
	case o.Asked || o.Kind == "command":
		return ""
	}
	n := 0
	for _, said := range s.Said {
		if said.Out.Group == o.Group && said.Out.Text == o.Text && said.Out.To == "" {
			return "24 小时内说过同样的话"
		}
		if unasked(said.Out, o.Group) {
			n++
		}
	}
	for _, w := range s.Waiting {
		if unasked(w, o.Group) && w.Key != o.Key && !slices.Contains(p.Drop, w.Key) && w.Due.Sub(s.Now) < 24*time.Hour {
			n++
		}
	}
	switch {
	case n >= mostADay, n >= enoughADay && o.Kind == "answer":
		return "今天在本群说得够多了"
	}
	return ""
}

// unasked reports whether something was or will be said in the group without anybody calling 小邻.
func unasked(o community.Outgoing, g community.GroupID) bool {
	return o.Group == g && o.To == "" && !o.Urgent && !o.Asked && o.Kind != "command"
}

// mouth picks the first handle of the group that can speak; the one it was heard through goes first.
func mouth(s *community.Scene, e community.Event, o community.Outgoing) community.Outgoing {
	if o.To != "" {
		return o
	}
	best := o.Handle
	can := func(h community.Handle) bool {
		c := s.Caps[h].Speak
		return c == community.SpeakAuto || c == community.SpeakReply && o.Because != "" && e.Message != nil
	}
	if o.Group != "" && !can(best) {
		handles := s.Groups[o.Group].Handles
		if i := slices.IndexFunc(handles, can); i >= 0 {
			best = handles[i]
		} else if len(s.Caps) > 0 {
			o.Draft = true // nobody may speak there unasked: a person sends it
		}
	}
	o.Handle = best
	caps := s.Caps[best]
	if caps.MaxBytes > 0 {
		o.Text = community.Cut(o.Text, caps.MaxBytes)
	}
	if !caps.Quote {
		o.ReplyTo = ""
	}
	return o
}

// afterQuiet moves a moment in the quiet hours to their end.
func afterQuiet(t time.Time) time.Time {
	local := t.In(shanghai)
	minute := local.Hour()*60 + local.Minute()
	day := time.Date(local.Year(), local.Month(), local.Day(), quietTo/60, quietTo%60, 0, 0, shanghai)
	switch {
	case minute >= quietFrom:
		return day.AddDate(0, 0, 1)
	case minute < quietTo:
		return day
	}
	return t
}

// spaced keeps unasked words in one group apart.
func spaced(s *community.Scene, p community.Plan, o community.Outgoing) time.Time {
	due := o.Due
	if o.Asked {
		return due
	}
	var times []time.Time
	for _, said := range s.Said {
		if said.Out.Group == o.Group {
			times = append(times, said.At)
		}
	}
	for _, w := range slices.Concat(s.Waiting, p.Say) {
		if w.Group == o.Group && w.Key != o.Key && !slices.Contains(p.Drop, w.Key) {
			times = append(times, w.Due)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	for _, t := range times {
		if d := due.Sub(t); d < gap && d > -gap {
			due = t.Add(gap)
		}
	}
	return afterQuiet(due)
}
