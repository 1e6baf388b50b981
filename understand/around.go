package understand

import (
	"slices"
	"strings"
	"time"

	"linli/community"
)

// A near thing: what an earlier message did, how long ago, and whether the same person said it.
type earlier struct {
	act  Act
	gap  time.Duration // negative: there is none
	mine bool
	role int
}

var none = earlier{act: acts, gap: -1}

// around is what was said in the same conversation before the message.
type around struct {
	last, second earlier // the last two messages
	own          earlier // the speaker's last, within half an hour
	other        earlier // somebody else's last, within three hours
	quoted       earlier // the quoted one
	mentioned    earlier // the last of the person who is @-mentioned
	request      earlier // the last that belongs to a request
	question     earlier // the last open question of somebody else, within an hour
	mentions     bool    // somebody is @-mentioned
	roll         bool    // a list of people is being made here
	answers      int     // answers since that question, up to two
	botSaid      int     // 0 nothing lately, 1 an ack, 2 an answer, 3 something else
	live         int     // how many requests are open in this group, up to four
	seen         map[community.RequestID]sight
	quotedAbout  community.RequestID
	mentionsWho  community.PersonID
}

// sight is where a request was last seen in this conversation.
type sight struct {
	distance int // messages since
	rank     int // 0: the most recently spoken of
	gap      time.Duration
}

// actOf is what an earlier message did, as far as is known by now.
func actOf(h community.Heard) Act {
	r := h.Reading
	switch r.Intent {
	case community.Answer:
		return ActAnswer
	case community.Question:
		return ActQuestion
	case community.Signup:
		return ActSignup
	case community.Command:
		return ActCommand
	case community.Asks:
		return ActAsks
	case community.More:
		return ActMore
	case community.Same:
		return ActSame
	case community.Done:
		if r.StillOpen {
			return ActStill
		}
		return ActDone
	}
	switch {
	case h.Request != "":
		return ActMore // taken up later
	case r.Lead:
		return ActLead
	}
	return ActChat
}

// look around: one walk backwards through the talk.
func lookAround(s *community.Scene, m community.Message, t string) around {
	a := around{last: none, second: none, own: none, other: none, quoted: none, mentioned: none, request: none, question: none, seen: map[community.RequestID]sight{}}
	a.mentions = strings.Contains(t, "@")
	distance, answers, asked := 0, 0, false
	for _, h := range slices.Backward(s.Recent) {
		o := h.Message
		if o.ID == m.ID && o.Sender == m.Sender || o.Group != m.Group || o.Private != m.Private || o.At.After(m.At) {
			continue
		}
		if o.Kind == community.Recall || o.Kind == community.System {
			continue
		}
		distance++
		e := earlier{actOf(h), m.At.Sub(o.At), o.Sender == m.Sender, roleNumber(o.Role)}
		switch distance {
		case 1:
			a.last = e
		case 2:
			a.second = e
		}
		if e.mine && a.own.gap < 0 && e.gap < 30*time.Minute {
			a.own = e
		}
		if !e.mine && a.other.gap < 0 && e.gap < 3*time.Hour {
			a.other = e
		}
		if m.ReplyTo != "" && o.ID == m.ReplyTo {
			a.quoted = e
			a.quotedAbout = aboutOf(h)
		}
		if a.mentions && a.mentioned.gap < 0 && !e.mine && mentionsName(t, o.Name) {
			a.mentioned, a.mentionsWho = e, o.Sender
		}
		if h.Request != "" {
			if a.request.gap < 0 {
				a.request = e
			}
			if _, ok := a.seen[h.Request]; !ok {
				a.seen[h.Request] = sight{distance, len(a.seen), e.gap}
			}
		}
		switch {
		case asked:
		case e.act == ActAnswer:
			answers++
		case e.act == ActQuestion && !e.mine && e.gap < time.Hour:
			a.question, a.answers, asked = e, min(answers, 2), true
		}
	}
	a.botSaid = botSaid(s, m)
	a.roll = slices.ContainsFunc(s.Rolls, func(r community.Roll) bool { return r.Group == m.Group && m.At.Sub(r.Touched) < 3*24*time.Hour })
	for _, r := range s.Requests {
		if r.State.Live() && slices.Contains(r.Groups, m.Group) {
			a.live = min(a.live+1, 4)
		}
	}
	return a
}

// aboutOf is the request an earlier message belongs to, or speaks of.
func aboutOf(h community.Heard) community.RequestID {
	if h.Request != "" {
		return h.Request
	}
	return h.Reading.Request
}

// mentionsName reports whether a text calls somebody by an @ and their nickname or its first word.
func mentionsName(t, name string) bool {
	name = Normalise(name)
	if name == "" {
		return false
	}
	if strings.Contains(t, "@"+name) {
		return true
	}
	first, _, cut := strings.Cut(name, " ")
	return cut && runesIn(first) > 1 && strings.Contains(t, "@"+first)
}

func botSaid(s *community.Scene, m community.Message) int {
	for _, said := range slices.Backward(s.Said) {
		if said.Out.Group != m.Group || m.At.Sub(said.At) > 10*time.Minute {
			continue
		}
		switch said.Out.Kind {
		case "ack":
			return 1
		case "answer":
			return 2
		}
		return 3
	}
	return 0
}

func gapBucket(d time.Duration) int {
	if d < 0 {
		return 9
	}
	for i, limit := range []time.Duration{20 * time.Second, time.Minute, 3 * time.Minute, 10 * time.Minute, 30 * time.Minute, 2 * time.Hour, 12 * time.Hour, 48 * time.Hour} {
		if d <= limit {
			return i
		}
	}
	return 8
}
