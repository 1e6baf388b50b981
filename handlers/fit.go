package handlers

import (
	"slices"
	"time"

	"linli/community"
)

// The frequency limits of a group, and the quiet hours in minutes of the Chinese day.
const (
	unaskedPerDay = 6
	gap           = 90 * time.Second
	quietFrom     = 21*60 + 30
	quietTo       = 7*60 + 30
)

var shanghai = time.FixedZone("CST", 8*3600)

// fit makes what a handler wants to say fit the group's policy, the hour, what was said before,
// and what the channel can carry. What is held back is kept, for staff to see.
func fit(s *community.Scene, e community.Event, p community.Plan) community.Plan {
	say := p.Say
	p.Say = nil
	for _, o := range say {
		if why := forbidden(s, e, o); why != "" {
			p.Held = append(p.Held, o)
			p.Why += "；" + why
			if _, waits := waitingFor(s, o.Key); waits {
				p.Drop = append(p.Drop, o.Key)
			}
			continue
		}
		o = mouth(s, e, o)
		if !o.Urgent && o.To == "" && o.Group != "" && o.Kind != "command" {
			o.Due = spaced(s, p, o, afterQuiet(o.Due))
			if !o.Until.IsZero() && o.Until.Before(o.Due) {
				if o.Kind == "answer" {
					o.Until = o.Due.Add(time.Hour) // asked at night: the answer is worth having in the morning
				} else {
					o.Until = o.Due.Add(ackUntil)
				}
			}
		}
		p.Say = append(p.Say, o)
	}
	return p
}

// forbidden tells why something may not be said in a group; "" if it may.
func forbidden(s *community.Scene, e community.Event, o community.Outgoing) string {
	if o.Urgent || o.Group == "" {
		return ""
	}
	switch policy := s.Groups[o.Group].Policy; {
	case policy == community.PolicyOff || policy == community.PolicyListen:
		return "本群设为只听不说"
	case policy == community.PolicyAck && o.Kind != "ack" && o.Kind != "command":
		return "本群只报登记"
	}
	called := e.Message != nil && e.Message.MentionsBot
	n := 0
	for _, said := range s.Said {
		if said.Out.Group != o.Group || said.Out.Urgent {
			continue
		}
		if said.Out.Text == o.Text && said.Out.Kind != "command" && !called {
			return "24 小时内说过同样的话"
		}
		if said.Out.Kind == "ack" || said.Out.Kind == "signup" {
			n++
		}
	}
	if n >= unaskedPerDay && o.Kind != "answer" && !called {
		return "今天在本群说得够多了"
	}
	return ""
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
func spaced(s *community.Scene, p community.Plan, o community.Outgoing, due time.Time) time.Time {
	if o.Due.Equal(s.Now) {
		return due // asked by name: no waiting
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
	return due
}
