package community

import "time"

// Heard is one message of the recent talk with what became of it.
type Heard struct {
	Message  Message   `json:"m"`
	Reading  Reading   `json:"r"`
	Request  RequestID `json:"q,omitempty"` // the request it ended up in, also when that happened later
	Recalled bool      `json:"x,omitempty"`
}

// Scene is what lies on the desk when one event is looked at: the same for every kind of event.
// It is a value; nobody changes it.
type Scene struct {
	Profile  Profile
	Now      time.Time
	Groups   map[GroupID]Group
	Caps     map[Handle]Caps     // what each handle of those groups can do; filled by bot
	People   map[PersonID]Person // those with an entry in the people list
	Recent   []Heard             // the community's last 48 hours, at most about 160, oldest first
	Requests []Request           // live ones and those closed in the last 7 days, at most about 200, oldest first
	Rolls    []Roll              // touched in the last 14 days, oldest first
	Rows     []Resource          // the rows the Reading names, in its order
	Said     []Said              // what we said in the last 24 h, oldest first
	Waiting  []Outgoing          // what is decided but not yet handed over, by Due
	Next     int                 // the number the next request gets
}

// Request finds a request on the desk.
func (s *Scene) Request(id RequestID) (Request, bool) {
	for i := range s.Requests {
		if s.Requests[i].ID == id {
			return s.Requests[i], true
		}
	}
	return Request{}, false
}

// Said is something we said, or may have said.
type Said struct {
	Out    Outgoing  `json:"out"`
	At     time.Time `json:"at"`
	Sure   bool      `json:"sure"`             // false: perhaps said; the platform did not tell
	Fate   Fate      `json:"fate"`             //
	Detail string    `json:"detail,omitempty"` // why it failed or was held back, for staff
}

// Fate is what became of an Outgoing.
type Fate string

// The fates.
const (
	HandedOver  Fate = "handed_over"  // the platform took it
	PerhapsSaid Fate = "perhaps_said" // we asked the platform and never heard back; not repeated
	Refused     Fate = "refused"      // the platform said no
	Dropped     Fate = "dropped"      // a human was faster, or the rules of speaking held it back
)

// Outgoing is one thing to say. Nothing is said that is not written down first.
type Outgoing struct {
	Key     string    `json:"key"`             // said once; the same Key replaces what is still waiting
	Group   GroupID   `json:"group,omitempty"` // to a group …
	To      PersonID  `json:"to,omitempty"`    // … or, if set, to a person in private
	Handle  Handle    `json:"handle,omitzero"` // the mouth, chosen by fit
	Text    string    `json:"text"`
	ReplyTo string    `json:"reply,omitempty"` // message to quote, where the channel can
	Mention PersonID  `json:"at,omitempty"`    // whom to @, where the channel can
	Because string    `json:"because"`         // id of the message that caused it
	About   RequestID `json:"about,omitempty"`
	Kind    string    `json:"kind"`             // "ack", "answer", "emergency", "notice" …
	Due     time.Time `json:"due"`              // not before
	Until   time.Time `json:"until,omitzero"`   // not after; then it is dropped
	Urgent  bool      `json:"urgent,omitempty"` // an emergency: any hour, and repeated when unsure
	Draft   bool      `json:"draft,omitempty"`  // a person must press send
	Asked   bool      `json:"asked,omitempty"`  // somebody called 小邻 by name for it: no spacing

	Also []RequestID `json:"also,omitempty"` // further requests this one line speaks of
}

// Plan is what is to be done about one event: values only; store.Apply writes them in one transaction.
type Plan struct {
	Why      string     // one line, Chinese, always there: also for silence
	Requests []Request  // to write
	Rolls    []Roll     // to write
	Groups   []Group    // to write (policy changed, bound)
	Wake     []Tick     // moments to come back
	Say      []Outgoing // to write down for saying
	Drop     []string   // keys of waiting Outgoings that are not to be said any more
	DropWhy  string     // why they are not
	Held     []Outgoing // what we would have said, had the rules of speaking let us
	Flags    []Flag     // for staff's eyes
	Lower    []string   // keys of flags that somebody has dealt with
	Heard    []Part     // messages that belong to a request, also earlier ones
	Forget   *Forget    // what is too old to keep

	Fixes []Correction // what staff put right, to learn from
}

// Forget says from when on back the talk, and the inbox's own papers, are not kept.
type Forget struct {
	Talk  time.Time
	Inbox time.Time
}

// Part says that a message, perhaps an earlier one, belongs to a request.
type Part struct {
	Message string    `json:"id"`
	Group   GroupID   `json:"group"`
	Request RequestID `json:"request"`
}

// Flag is something only staff should see.
type Flag struct {
	Key     string    `json:"key"`
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"` // "danger", "private", "quarrel", "unanswered", "panic", "perhaps_said", "refused", "suggest_merge" …
	Text    string    `json:"text"` // Chinese, masked
	About   RequestID `json:"about,omitempty"`
	Message string    `json:"message,omitempty"`
	Event   string    `json:"event,omitempty"` // key of the event that raised it; its record tells the rest
}
