package community

import "time"

// Intent is what a message is for; the values are those of the corpus format.
type Intent string

// The intents.
const (
	Chat     Intent = "chat"
	Asks     Intent = "request"      // opens a tracked request
	More     Intent = "request_more" // belongs to an open request
	Same     Intent = "request_same" // another person with the same problem
	Done     Intent = "request_done" // solved, or with StillOpen: not solved
	Question Intent = "question"
	Signup   Intent = "signup"
	Command  Intent = "command"
	Answer   Intent = "answer" // one human answers another; we stay silent
)

// Urgency orders requests by danger.
type Urgency string

// The urgencies.
const (
	Emergency Urgency = "emergency"
	Urgent    Urgency = "urgent"
	Normal    Urgency = "normal"
)

// Place is where the problem is. Digits are Arabic, letters upper case ("A3"); an empty field is not known.
type Place struct {
	Building string `json:"building,omitempty"`
	Unit     string `json:"unit,omitempty"`
	Floor    string `json:"floor,omitempty"`
	Room     string `json:"room,omitempty"`
	Name     string `json:"place,omitempty"` // a named public place: 东门, 地下车库B区
}

// String is the place as a neighbour would say it, without the room: it is safe in public.
func (p Place) String() string {
	s := ""
	if p.Building != "" {
		s = p.Building + "号楼"
	}
	if p.Unit != "" {
		s += p.Unit + "单元"
	}
	return s + p.Name
}

// Or fills what p does not know from q, but never mixes two buildings.
func (p Place) Or(q Place) Place {
	if p.Building == "" {
		p.Building = q.Building
	}
	if p.Building == q.Building {
		if p.Unit == "" {
			p.Unit = q.Unit
		}
		if p.Floor == "" {
			p.Floor = q.Floor
		}
		if p.Room == "" {
			p.Room = q.Room
		}
	}
	if p.Name == "" {
		p.Name = q.Name
	}
	return p
}

// Empty reports whether nothing is known.
func (p Place) Empty() bool { return p == Place{} }

// Match is one row of the resource list that may answer a question.
type Match struct {
	ID    string  `json:"id"`
	Score float64 `json:"score"` // 0..1, comparable between questions
}

// Reading is what understanding made of one message, given the scene.
// The zero Reading is chat about nothing.
type Reading struct {
	Intent     Intent    `json:"intent"`
	Request    RequestID `json:"request,omitempty"`  // for More, Same, Done: the request it belongs to
	Before     []string  `json:"before,omitempty"`   // for Asks: ids of the sender's earlier messages that belong to it (a photo first, context)
	Lead       bool      `json:"lead,omitempty"`     // for Chat: a photo or context that the next words may turn into a request
	Opener     string    `json:"opener,omitempty"`   // for Asks: the message in Before that states the problem, if not this one
	Category   string    `json:"category,omitempty"` // a key of Categories
	Urgency    Urgency   `json:"urgency,omitempty"`
	Where      Place     `json:"where,omitzero"`
	Summary    string    `json:"summary,omitempty"`    // short Chinese, without names and rooms
	StillOpen  bool      `json:"still_open,omitempty"` // for Done: "还没好"
	Private    bool      `json:"private,omitempty"`    // never answered in the group
	Hush       string    `json:"hush,omitempty"`       // why the group must not be answered: quarrel, grief …
	Rows       []Match   `json:"rows,omitempty"`       // for Question: best first; empty = the list cannot answer
	Topic      string    `json:"topic,omitempty"`      // for Signup: the list's title, as its roll is known by
	Names      []string  `json:"names,omitempty"`      // for Signup: who is in after this message
	Cancel     bool      `json:"cancel,omitempty"`     // for Signup: somebody leaves
	Fork       bool      `json:"fork,omitempty"`       // for Signup: the posted list had lost names that Names kept
	Verb       string    `json:"verb,omitempty"`       // for Command
	When       time.Time `json:"when,omitzero"`        // for Command: the moment it names; Chinese time
	Corrects   bool      `json:"corrects,omitempty"`   // for More: what it says of the place replaces what was said before
	Confidence float64   `json:"confidence,omitempty"` // 0..1
	By         string    `json:"by,omitempty"`         // "embedded", or the model that proposed it
	Why        string    `json:"why,omitempty"`        // the evidence, one line, Chinese, without a resident's words beyond the matched ones
}

// Category is one row of the taxonomy.
type Category struct {
	Key     string
	Name    string // Chinese
	Private bool   // handled in private chat, silent in the group
}

// Categories is the taxonomy of the corpus format, in its order.
var Categories = []Category{
	{"elevator", "电梯", false}, {"lighting", "照明", false}, {"plumbing", "给排水", false}, {"power", "供电", false},
	{"access", "门禁安防", false}, {"parking", "停车交通", false}, {"fire", "消防隐患", false}, {"sanitation", "环境卫生", false},
	{"greening", "绿化", false}, {"noise", "噪音扰民", false}, {"pets", "养犬", false}, {"building", "房屋维修", false},
	{"public_space", "公共空间", false}, {"property", "物业服务", false}, {"neighbor", "邻里纠纷", true}, {"elderly", "养老助老", false},
	{"disability", "残障康复", true}, {"children", "儿童关爱", true}, {"aid", "困难帮扶", true}, {"other", "其他", false},
}

// CategoryOf finds a category by key; an unknown key is 其他.
func CategoryOf(key string) Category {
	for _, c := range Categories {
		if c.Key == key {
			return c
		}
	}
	return Categories[len(Categories)-1]
}
