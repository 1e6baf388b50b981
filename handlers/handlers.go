// Package handlers decides what to do about one event. It is pure: it gets a
// Scene and an Event, returns a Plan, and touches nothing else. It never reads
// a clock, a file or the network.
package handlers

import (
	"linli/community"
)

// Handler decides one kind of event.
type Handler func(*community.Scene, community.Event) community.Plan

// byIntent says who decides about a message.
var byIntent = map[community.Intent]Handler{
	community.Asks:     opened,
	community.More:     more,
	community.Same:     same,
	community.Done:     done,
	community.Question: asked,
	community.Signup:   signedUp,
	community.Command:  commanded,
	community.Answer:   answered,
	community.Chat:     chatted,
}

// byVerb says who carries out a member of staff's tap.
var byVerb = map[string]Handler{
	"move":         move,
	"note":         note,
	"assign":       assign,
	"recategorise": recategorise,
	"merge":        merge,
	"place":        place,
	"none":         none,
	"answer":       answerBelongs,
	"lower":        lower,
	"bind":         bind,
}

// byJob says who looks when a moment has come.
var byJob = map[string]Handler{
	"digest": digest,
	"prune":  prune,
	"ring":   ringOn,
}

// Decide picks the handler and fits what it wants to say to the hour, the group and the channel.
// The Plan always has a Why.
func Decide(s *community.Scene, e community.Event) community.Plan {
	p := pick(e)(s, e)
	p = fit(s, e, p)
	for i := range p.Flags {
		p.Flags[i].Event = e.Key
	}
	if p.Why == "" {
		p.Why = "无需处理"
	}
	return p
}

func pick(e community.Event) Handler {
	var h Handler
	switch {
	case e.Tick != nil:
		h = byJob[e.Tick.Job]
	case e.Order != nil:
		h = byVerb[e.Order.Verb]
	case e.Message != nil:
		h = ofMessage(*e.Message, e.Reading)
	}
	if h == nil {
		return unknown
	}
	return h
}

func ofMessage(m community.Message, r community.Reading) Handler {
	switch {
	case m.Kind == community.Recall:
		return recalled
	case m.Kind == community.System:
		return silent("系统消息，不理会")
	case m.FromBot:
		return silent("别的机器人说的话，从不回答")
	case r.Intent == "":
		return chatted
	}
	return byIntent[r.Intent]
}

func unknown(*community.Scene, community.Event) community.Plan {
	return community.Plan{Why: "不认识的事件，没有动作"}
}

func silent(why string) Handler {
	return func(*community.Scene, community.Event) community.Plan { return community.Plan{Why: why} }
}

// because joins the decision with the evidence of the reading.
func because(decision string, r community.Reading) string {
	if r.Why == "" {
		return decision
	}
	return decision + "（" + r.Why + "）"
}
