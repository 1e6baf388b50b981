package handlers

import (
	"slices"
	"unicode"

	"linli/community"
)

// onRequest finds the request an order is about and lets change make a new one of it.
// What cannot be done leaves a reason and changes nothing.
func onRequest(s *community.Scene, e community.Event, change func(community.Request) (community.Request, error)) community.Plan {
	o := e.Order
	if !o.Role.Serves() {
		return community.Plan{Why: "没有做：这一步要由社区工作人员来做"}
	}
	r, ok := s.Request(o.On)
	if !ok {
		return community.Plan{Why: "没有做：没有 #" + string(o.On)}
	}
	changed, err := change(r)
	if err != nil {
		return community.Plan{Why: "没有做：" + err.Error()}
	}
	if changed.FirstHuman.IsZero() {
		changed.FirstHuman = e.At
	}
	p := community.Plan{Why: told(r, changed, o.Verb), Requests: []community.Request{changed}}
	if !changed.State.Open() {
		p.DropWhy = "工作人员已处理"
		p = unsay(s, p, o.On, everywhere)
	}
	return p
}

// told says what a tap has done, in the words of whoever tapped; the words they wrote stay in the history only.
func told(was, is community.Request, verb string) string {
	say := "#" + string(is.ID) + " "
	switch last := is.Steps[len(is.Steps)-1]; {
	case verb == "move":
		return say + "由「" + community.StateNames[was.State] + "」改为「" + community.StateNames[is.State] + "」"
	case verb == "note":
		return say + "记了一笔"
	default:
		return say + last.Why // linli's own words
	}
}

// proofFor says what must be written down before a request may go there: a state that ends somebody's
// waiting is worth as much as the words that stand behind it.
var proofFor = map[community.State]string{
	community.Unproved:   "请写明怎么办好的、谁去办的",
	community.Solved:     "结案要有凭据，请写明谁确认好了、怎么确认的",
	community.Unsolvable: "请写明为什么办不了",
	community.Referred:   "请写明转给了谁",
	community.Withdrawn:  "请写明为什么撤回",
}

func move(s *community.Scene, e community.Event) community.Plan {
	was, _ := s.Request(e.Order.On)
	p := onRequest(s, e, func(r community.Request) (community.Request, error) {
		to, why := community.State(e.Order.Args["to"]), e.Order.Args["why"]
		moved, err := r.Move(to, e.Order.By, e.At, why, e.Key)
		if err == nil && proofFor[to] != "" && !words(why) {
			return r, errText(proofFor[to])
		}
		return moved, err
	})
	if kind := byState[was.State]; kind != "" && len(p.Requests) > 0 {
		p.Fixes = fixed(e, kind, was, community.Label{}) // it is what it was after all
	}
	return p
}

// words reports whether something was really written: a dot is no proof.
func words(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n >= 2
}

func note(s *community.Scene, e community.Event) community.Plan {
	return onRequest(s, e, func(r community.Request) (community.Request, error) {
		if !words(e.Order.Args["why"]) {
			return r, errText("还没有写字")
		}
		return r.Note(e.Order.By, e.At, e.Order.Args["why"], e.Key), nil
	})
}

func assign(s *community.Scene, e community.Event) community.Plan {
	return onRequest(s, e, func(r community.Request) (community.Request, error) {
		to := community.PersonID(e.Order.Args["to"])
		who, ok := s.People[to]
		if !ok {
			return r, errText("名单里没有这个人")
		}
		r.Owner = to
		if r.State == community.Assigned {
			return r.Note(e.Order.By, e.At, "改派给 "+who.Name, e.Key), nil
		}
		return r.Move(community.Assigned, e.Order.By, e.At, "派给 "+who.Name, e.Key)
	})
}

func recategorise(s *community.Scene, e community.Event) community.Plan {
	p := onRequest(s, e, func(r community.Request) (community.Request, error) {
		c := community.CategoryOf(e.Order.Args["category"])
		if c.Key != e.Order.Args["category"] {
			return r, errText("没有这个类别")
		}
		old := community.CategoryOf(r.Category).Name
		r.Category, r.Private = c.Key, r.Private || c.Private
		return r.Note(e.Order.By, e.At, "类别由「"+old+"」改为「"+c.Name+"」", e.Key), nil
	})
	for _, r := range p.Requests {
		p.Fixes = fixed(e, community.FixCategory, r, community.Label{Category: r.Category})
	}
	return p
}

// merge makes a request a duplicate of another, which takes over its messages and neighbours.
func merge(s *community.Scene, e community.Event) community.Plan {
	into, ok := s.Request(community.RequestID(e.Order.Args["into"]))
	if !ok || into.ID == e.Order.On {
		return community.Plan{Why: "没有做：要并入的那一件不存在"}
	}
	p := onRequest(s, e, func(r community.Request) (community.Request, error) {
		for _, l := range r.Lines {
			into = into.Add(l)
		}
		for _, who := range r.Supporters {
			into = into.Support(who)
		}
		into.Private = into.Private || r.Private
		into = into.Note(e.Order.By, e.At, "并入了 #"+string(r.ID), e.Key)
		return r.Move(community.Duplicate, e.Order.By, e.At, "并入 #"+string(into.ID), e.Key)
	})
	if len(p.Requests) == 0 {
		return p
	}
	for _, l := range p.Requests[0].Lines {
		p.Heard = append(p.Heard, community.Part{Message: l.Message, Group: l.Group, Request: into.ID})
	}
	p.Fixes = fixed(e, community.FixSame, p.Requests[0], community.Label{Intent: community.Same, Request: into.ID})
	p.Requests = append(p.Requests, into)
	return p
}

// lower takes a flag down.
func lower(_ *community.Scene, e community.Event) community.Plan {
	if !e.Order.Role.Serves() {
		return community.Plan{Why: "没有做：这一步要由社区工作人员来做"}
	}
	return community.Plan{Why: "工作人员已看过", Lower: []string{e.Order.Args["key"]}}
}

// errText is a reason that staff read.
type errText string

func (e errText) Error() string { return string(e) }

func sortPeople(p []community.PersonID) { slices.Sort(p) }
