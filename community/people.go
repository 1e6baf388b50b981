package community

import (
	"slices"
	"strings"
)

// ID names one community (小区/社区) in this house: ASCII, chosen by its admin, e.g. "cailian".
type ID string

// GroupID names one chat group inside a community, e.g. "g1".
type GroupID string

// PersonID names one human as the channel knows them. Only the channel that
// made it may parse it; everybody else compares.
type PersonID string

// Role is what a person is to the community; it decides which orders they may give.
type Role string

// The roles, from the many to the few. The zero Role is read as Resident.
const (
	Resident  Role = "resident"
	Volunteer Role = "volunteer"
	Property  Role = "property" // 物业
	Staff     Role = "staff"    // 社区工作人员, 网格员, 社区民警
	Chair     Role = "chair"    // 书记, 主任
	Admin     Role = "admin"
)

// Serves reports whether the role answers for the community rather than lives in it only.
func (r Role) Serves() bool { return r == Staff || r == Chair || r == Property || r == Admin }

// Person is one entry of the community's own people list: those linli must
// know by role. A resident who only talks needs no entry.
type Person struct {
	ID     PersonID  `json:"id"`
	Name   string    `json:"name"`
	Role   Role      `json:"role"`
	Title  string    `json:"title,omitempty"`  // 网格员, 维修师傅; free Chinese text
	Phone  string    `json:"phone,omitempty"`  // never shown in a group
	Duties []string  `json:"duties,omitempty"` // categories this person owns, e.g. "elevator"
	Scope  []GroupID `json:"scope,omitempty"`  // groups they answer for; empty = all
}

// Estate is one housing estate of the community.
type Estate struct {
	Name      string `json:"name" yaml:"name"`
	Buildings string `json:"buildings" yaml:"buildings"` // "1-36", "A1-A5,7"
}

// Profile is what a community says about itself.
type Profile struct {
	ID      ID       `json:"id"`
	Name    string   `json:"name"`
	Type    string   `json:"type"` // commercial | old | resettlement | special | traditional_village | new_village
	Estates []Estate `json:"estates,omitempty"`
	Sample  bool     `json:"sample,omitempty"` // invented; only here may a visitor take on somebody's role

	Times    map[string]string `json:"times,omitempty"`     // hours it has chosen for itself, by job: "digest": "19:00"
	KeepDays int               `json:"keep_days,omitempty"` // how long what people said is kept; 0 = 90
}

// GroupKind is what a group is for.
type GroupKind string

// The kinds of group.
const (
	BuildingGroup  GroupKind = "building"
	EstateGroup    GroupKind = "estate"
	VolunteerGroup GroupKind = "volunteers"
	PropertyGroup  GroupKind = "property"
	InterestGroup  GroupKind = "interest"
	StaffGroup     GroupKind = "staff"
)

// Policy is how much 小邻 may say in a group.
type Policy string

// The policies. The zero Policy is read as Full.
const (
	PolicyOff    Policy = "off"    // not even recorded
	PolicyListen Policy = "listen" // recorded, silent but for emergencies
	PolicyAck    Policy = "ack"    // acknowledges requests, answers nothing
	PolicyFull   Policy = "full"
)

// Group is one chat group of the community.
type Group struct {
	ID       GroupID   `json:"id"`
	Name     string    `json:"name"`
	Kind     GroupKind `json:"kind"`
	Building string    `json:"building,omitempty"` // "3" for a building's group, if its name says so
	Policy   Policy    `json:"policy,omitempty"`
	Handles  []Handle  `json:"handles,omitempty"` // ears and mouths; the first that can do a thing does it
}

// Handle is a group or a private chat as one channel names it. ID is opaque to all but that channel.
type Handle struct {
	Channel string `json:"channel"`
	ID      string `json:"id"`
}

// Caps says what one handle can hear and how it can speak (platforms differ per group, not per platform).
type Caps struct {
	Hear     Hearing  `json:"hear,omitempty"`
	Speak    Speaking `json:"speak,omitempty"`
	Mention  bool     `json:"mention,omitempty"`   // can @ a person
	Quote    bool     `json:"quote,omitempty"`     // can quote a message
	MaxBytes int      `json:"max_bytes,omitempty"` // UTF-8 bytes of one text; 0 = no limit known
	Name     string   `json:"name,omitempty"`      // what the group is called there, if the channel knows
}

// Hearing is what of a group's talk reaches us.
type Hearing string

// Speaking is how words get into the group.
type Speaking string

// Degrees of hearing and speaking.
const (
	HearAll      Hearing  = "all"
	HearMention  Hearing  = "mention"
	HearNone     Hearing  = "none"
	SpeakAuto    Speaking = "auto"    // at any time, unattended
	SpeakReply   Speaking = "reply"   // only in answer to somebody's words
	SpeakConfirm Speaking = "confirm" // the group's owner must press send
	SpeakRelay   Speaking = "relay"   // a member of staff taps once
	SpeakNone    Speaking = "none"
)

// HouseOf returns the building the group belongs to if it is one building's group.
func (g Group) HouseOf() string {
	if g.Kind != BuildingGroup {
		return ""
	}
	return g.Building
}

// Surname returns how staff are addressed in public without naming a resident: the first two characters at most.
func (p Person) Surname() string {
	r := []rune(strings.TrimSpace(p.Name))
	if len(r) == 0 {
		return ""
	}
	return string(r[:1])
}

// With adds a handle to the group and reports whether it is new.
func (g Group) With(h Handle) (Group, bool) {
	if slices.Contains(g.Handles, h) {
		return g, false
	}
	g.Handles = append(slices.Clip(g.Handles), h)
	return g, true
}
