package handlers

import (
	"strings"
	"testing"
	"time"

	"linli/community"
)

func tap(role community.Role, verb string, on community.RequestID, args map[string]string) community.Event {
	return community.Event{Key: "tap/1", At: time.Date(2026, 5, 11, 2, 0, 0, 0, time.UTC),
		Order: &community.Order{Verb: verb, By: "s1", Role: role, On: on, Args: args}}
}

func deskWith(requests ...community.Request) *community.Scene {
	return &community.Scene{Requests: requests, People: map[community.PersonID]community.Person{"p1": {ID: "p1", Name: "钱师傅", Role: community.Property}},
		Groups: map[community.GroupID]community.Group{"g1": {ID: "g1", Name: "3号楼群", Handles: []community.Handle{{Channel: "tape", ID: "a"}}}}}
}

func TestTapsAreCarriedOutOrRefusedInWords(t *testing.T) {
	fresh := community.Request{ID: "1", State: community.Recorded, Category: "lighting"}
	said := community.Request{ID: "1", State: community.Unproved, Category: "lighting"}
	secret := community.Request{ID: "2", State: community.Recorded, Category: "aid", Private: true}
	for _, x := range []struct {
		name  string
		role  community.Role
		verb  string
		on    community.Request
		args  map[string]string
		state community.State // of the changed request; "" when nothing changed
		why   string
	}{
		{"in hand", community.Staff, "move", fresh, map[string]string{"to": "in_hand"}, community.InHand, "由「已记录」改为「处理中」"},
		{"a leap", community.Staff, "move", fresh, map[string]string{"to": "solved", "why": "李工修好了"}, "", "不能改为「已解决」"},
		{"closing without proof", community.Staff, "move", said, map[string]string{"to": "solved", "why": " 。"}, "", "结案要有凭据"},
		{"closing with proof", community.Staff, "move", said, map[string]string{"to": "solved", "why": "唐阿姨说亮了"}, community.Solved, "改为「已解决」"},
		{"no way without a reason", community.Staff, "move", fresh, map[string]string{"to": "unsolvable"}, "", "为什么办不了"},
		{"a resident", community.Resident, "move", fresh, map[string]string{"to": "in_hand"}, "", "社区工作人员"},
		{"an empty note", community.Staff, "note", fresh, nil, "", "还没有写字"},
		{"assigned", community.Staff, "assign", fresh, map[string]string{"to": "p1"}, community.Assigned, "派给 钱师傅"},
		{"assigned to nobody", community.Staff, "assign", fresh, map[string]string{"to": "x"}, "", "名单里没有这个人"},
		{"another category", community.Staff, "recategorise", fresh, map[string]string{"category": "power"}, community.Recorded, "改为「供电」"},
		{"merged", community.Staff, "merge", secret, map[string]string{"into": "1"}, community.Duplicate, "并入 #1"},
	} {
		t.Run(x.name, func(t *testing.T) {
			p := Decide(deskWith(fresh, x.on), tap(x.role, x.verb, x.on.ID, x.args))
			if x.on.State == said.State {
				p = Decide(deskWith(x.on), tap(x.role, x.verb, x.on.ID, x.args))
			}
			if !strings.Contains(p.Why, x.why) {
				t.Errorf("got %q, want %q in it", p.Why, x.why)
			}
			if (len(p.Requests) > 0) != (x.state != "") {
				t.Fatalf("got %d requests to write", len(p.Requests))
			}
			if x.state != "" && p.Requests[0].State != x.state {
				t.Errorf("got %s, want %s", p.Requests[0].State, x.state)
			}
		})
	}
}

func TestWhatTakesOverAPrivateRequestIsPrivate(t *testing.T) {
	p := Decide(deskWith(community.Request{ID: "1", State: community.Recorded}, community.Request{ID: "2", State: community.Recorded, Private: true}),
		tap(community.Staff, "merge", "2", map[string]string{"into": "1"}))
	if len(p.Requests) != 2 || p.Requests[1].ID != "1" || !p.Requests[1].Private {
		t.Errorf("got %+v, want #1 private", p.Requests)
	}
}

func TestBindingAGroup(t *testing.T) {
	for _, x := range []struct {
		name string
		role community.Role
		args map[string]string
		want string // name of the group written; "" none
		why  string
	}{
		{"to a known group", community.Staff, map[string]string{"channel": "tape", "handle": "b", "group": "g1"}, "3号楼群", "接入到"},
		{"to a new one", community.Chair, map[string]string{"channel": "tape", "handle": "b", "group": "n", "name": "5号楼群", "kind": "building", "building": "5"}, "5号楼群", "新建了"},
		{"new without a name", community.Staff, map[string]string{"channel": "tape", "handle": "b", "group": "n", "kind": "estate"}, "", "请写上群名"},
		{"new of no kind", community.Staff, map[string]string{"channel": "tape", "handle": "b", "group": "n", "name": "x", "kind": "y"}, "", "什么群"},
		{"a building's without its number", community.Staff, map[string]string{"channel": "tape", "handle": "b", "group": "n", "name": "x", "kind": "building"}, "", "楼号"},
		{"bound elsewhere", community.Staff, map[string]string{"channel": "tape", "handle": "a", "group": "n", "name": "x", "kind": "estate"}, "", "已经接在"},
		{"a private chat", community.Staff, map[string]string{"channel": "tape", "handle": "b", "private": "yes"}, "", "一个私聊归到本社区"},
		{"by the property company", community.Property, map[string]string{"channel": "tape", "handle": "b", "group": "g1"}, "", "社区工作人员"},
		{"nothing", community.Staff, map[string]string{"group": "g1"}, "", "不知道是哪一个群"},
	} {
		t.Run(x.name, func(t *testing.T) {
			p := Decide(deskWith(), tap(x.role, "bind", "", x.args))
			if !strings.Contains(p.Why, x.why) {
				t.Errorf("got %q, want %q in it", p.Why, x.why)
			}
			if got := len(p.Groups); (got == 1) != (x.want != "") || got == 1 && p.Groups[0].Name != x.want {
				t.Errorf("got %+v, want %q", p.Groups, x.want)
			}
		})
	}
}

func TestFlagsKnowTheEventThatRaisedThem(t *testing.T) {
	e := community.Event{Key: "msg/tape/a/1", Message: &community.Message{ID: "1", Group: "g1", Sender: "r"}, Reading: community.Reading{Intent: community.Question}}
	p := Decide(deskWith(), e)
	if len(p.Flags) != 1 || p.Flags[0].Event != e.Key {
		t.Errorf("got %+v, want one flag of %s", p.Flags, e.Key)
	}
}
