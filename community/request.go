package community

import (
	"fmt"
	"slices"
	"time"
)

// RequestID is the number of a request in its community, as people say it: "12" for #12.
type RequestID string

// State is where a request stands; docs/requests.md draws the moves.
type State string

// The states of a request.
const (
	Recorded   State = "recorded"   // 已记录
	Assigned   State = "assigned"   // 已派
	InHand     State = "in_hand"    // 处理中
	Unproved   State = "unproved"   // 待确认: said to be done, not yet confirmed
	Solved     State = "solved"     // 已解决
	Unsolvable State = "unsolvable" // 无法解决, with a reason
	Referred   State = "referred"   // 转办 to somebody outside
	Duplicate  State = "duplicate"  // 重复
	Withdrawn  State = "withdrawn"  // 已撤回
)

// StateNames are the states in the words staff read.
var StateNames = map[State]string{
	Recorded: "已记录", Assigned: "已派", InHand: "处理中", Unproved: "待确认", Solved: "已解决",
	Unsolvable: "无法解决", Referred: "转办", Duplicate: "重复", Withdrawn: "已撤回",
}

// moves is the lifecycle: from each state, where a request may go.
var moves = map[State][]State{
	Recorded:   {Assigned, InHand, Unproved, Unsolvable, Referred, Duplicate, Withdrawn},
	Assigned:   {Recorded, InHand, Unproved, Unsolvable, Referred, Duplicate, Withdrawn},
	InHand:     {Recorded, Assigned, Unproved, Unsolvable, Referred, Duplicate, Withdrawn},
	Unproved:   {Solved, Recorded, Assigned, InHand, Unsolvable, Withdrawn},
	Solved:     {Recorded, Assigned, InHand},
	Unsolvable: {Recorded, Assigned, InHand},
	Referred:   {Recorded, Assigned, InHand, Unproved},
	Duplicate:  {Recorded},
	Withdrawn:  {Recorded},
}

// Live reports whether somebody still has to do something about it.
func (s State) Live() bool {
	return s == Recorded || s == Assigned || s == InHand || s == Unproved || s == Referred
}

// Open reports whether the problem itself still stands (待确认 is live but no longer open).
func (s State) Open() bool { return s.Live() && s != Unproved }

// Line is one message of a request; Part says how it belongs: Asks, More, Same or Done.
type Line struct {
	Message   string    `json:"id"`
	Group     GroupID   `json:"group,omitempty"`
	Sender    PersonID  `json:"sender"`
	Part      Intent    `json:"part"`
	StillOpen bool      `json:"still_open,omitempty"`
	Photo     bool      `json:"photo,omitempty"`
	At        time.Time `json:"at"`
}

// Step is one line of a request's history.
type Step struct {
	At   time.Time `json:"at"`
	By   PersonID  `json:"by,omitempty"` // empty: 小邻 itself
	From State     `json:"from,omitempty"`
	To   State     `json:"to,omitempty"`
	Why  string    `json:"why"` // Chinese, for staff
	Key  string    `json:"key"` // the event that did it
}

// Request is one problem that the community has taken on.
type Request struct {
	ID         RequestID  `json:"id"`
	Category   string     `json:"category"`
	Urgency    Urgency    `json:"urgency"`
	State      State      `json:"state"`
	Where      Place      `json:"where,omitzero"`
	Summary    string     `json:"summary"` // masked; safe on the staff's page
	Group      GroupID    `json:"group"`   // where it was opened
	Groups     []GroupID  `json:"groups"`  // all groups that asked, in order
	Supporters []PersonID `json:"supporters"`
	Owner      PersonID   `json:"owner,omitempty"`
	Private    bool       `json:"private,omitempty"`
	Lines      []Line     `json:"lines"`
	Steps      []Step     `json:"steps"`
	Opened     time.Time  `json:"opened"`
	Touched    time.Time  `json:"touched"`      // the last message or move
	Due        time.Time  `json:"due,omitzero"` // when it should be fixed
	FirstHuman time.Time  `json:"first_human,omitzero"`
	Alarmed    time.Time  `json:"alarmed,omitzero"` // since when staff are rung
	Asked      bool       `json:"asked,omitempty"`  // the one question back has been asked
	Why        string     `json:"why"`              // why it was opened
}

// Has reports whether the message is already part of the request.
func (r Request) Has(message string) bool {
	return slices.ContainsFunc(r.Lines, func(l Line) bool { return l.Message == message })
}

// Add puts a message to the request. Adding one twice changes nothing.
func (r Request) Add(l Line) Request {
	if r.Has(l.Message) {
		return r
	}
	r.Lines = append(slices.Clip(r.Lines), l)
	if l.At.After(r.Touched) {
		r.Touched = l.At
	}
	if l.Group != "" && !slices.Contains(r.Groups, l.Group) {
		r.Groups = append(slices.Clip(r.Groups), l.Group)
	}
	return r
}

// Support counts p once as somebody with this problem.
func (r Request) Support(p PersonID) Request {
	if !slices.Contains(r.Supporters, p) {
		r.Supporters = append(slices.Clip(r.Supporters), p)
	}
	return r
}

// Move takes the request to another state, or says in Chinese why it cannot go there.
func (r Request) Move(to State, by PersonID, at time.Time, why, key string) (Request, error) {
	if !slices.Contains(moves[r.State], to) {
		return r, fmt.Errorf("#%s 现在是「%s」，不能改为「%s」", r.ID, StateNames[r.State], StateNames[to])
	}
	r.Steps = append(slices.Clip(r.Steps), Step{At: at, By: by, From: r.State, To: to, Why: why, Key: key})
	r.State = to
	if at.After(r.Touched) {
		r.Touched = at
	}
	return r, nil
}

// Moves returns the states the request may go to from where it stands.
func (r Request) Moves() []State { return slices.Clone(moves[r.State]) }

// Note adds a line of history that moves nothing.
func (r Request) Note(by PersonID, at time.Time, why, key string) Request {
	r.Steps = append(slices.Clip(r.Steps), Step{At: at, By: by, Why: why, Key: key})
	return r
}
