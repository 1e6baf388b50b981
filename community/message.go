package community

import (
	"log/slog"
	"time"
	"unicode/utf8"
)

// Kind is the kind of a chat message, as in the corpus format.
type Kind string

// The kinds of message.
const (
	Text   Kind = "text"
	Image  Kind = "image"
	Voice  Kind = "voice" // Text is the recognised speech, possibly wrong
	File   Kind = "file"
	Video  Kind = "video"
	Recall Kind = "recall" // Target is the recalled message
	System Kind = "system"
)

// Message is one thing somebody said, as its channel heard it.
type Message struct {
	ID          string    `json:"id"`                // unique in its group; made by the channel
	Group       GroupID   `json:"group,omitempty"`   // "" in a private chat
	Handle      Handle    `json:"handle"`            // where it was heard, so that an answer finds the way back
	Sender      PersonID  `json:"sender"`            //
	Name        string    `json:"name"`              // the sender's nickname in that group, e.g. "张阿姨 3-502"
	Role        Role      `json:"role,omitempty"`    // filled from the people list by Accept, or by a transcript
	Kind        Kind      `json:"type"`              //
	Text        string    `json:"text,omitempty"`    //
	Blobs       []string  `json:"blobs,omitempty"`   // hashes of photos or voice kept beside the store
	ReplyTo     string    `json:"reply,omitempty"`   // id of the quoted message
	Target      string    `json:"target,omitempty"`  // id of the recalled message
	Mentions    []string  `json:"at,omitempty"`      // names that were @-mentioned, without the @
	MentionsBot bool      `json:"bot,omitempty"`     // 小邻 was @-mentioned
	FromBot     bool      `json:"robot,omitempty"`   // another bot said it; never answered
	Private     bool      `json:"private,omitempty"` // a one-to-one chat with 小邻
	At          time.Time `json:"time"`              // when it was said, by the platform's clock
}

// LogValue gives a log line ids and length, never the words or the name.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("id", m.ID),
		slog.String("group", string(m.Group)),
		slog.String("kind", string(m.Kind)),
		slog.Int("chars", utf8.RuneCountInString(m.Text)),
	)
}

// MaxText is the longest text, in bytes of UTF-8, that a message keeps; a channel cuts what is longer.
// WeChat itself cuts a text message far below this.
const MaxText = 64 << 10

// Cut returns s cut to at most n bytes on a character boundary, and made valid UTF-8.
func Cut(s string, n int) string {
	if !utf8.ValidString(s) {
		b := make([]rune, 0, len(s))
		for _, r := range s {
			b = append(b, r)
		}
		s = string(b)
	}
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// Event is one thing that reached us. Exactly one of Message, Tick and Order is set.
type Event struct {
	Key     string    `json:"key"`             // the same thing twice has the same Key
	At      time.Time `json:"at"`              // the core's only "now"
	First   bool      `json:"first,omitempty"` // decided before all that waits: the words sound like danger
	Message *Message  `json:"message,omitempty"`
	Tick    *Tick     `json:"tick,omitempty"`
	Order   *Order    `json:"order,omitempty"`
	Reading Reading   `json:"reading"` // what understanding made of the message; recorded, so that it replays
}

// Tick says that a moment has come: a scheduled job's, or one a handler asked for by Wake.
type Tick struct {
	Job  string    `json:"job"`            // "ack", "digest", "overdue" …
	What string    `json:"what,omitempty"` // what it is about, e.g. a request id
	Due  time.Time `json:"due"`
}

// Order is a tap of a member of staff in the console (or its equal in chat).
type Order struct {
	Verb string            `json:"verb"` // a row of handlers' table of orders: "move", "assign" …
	By   PersonID          `json:"by"`
	Role Role              `json:"role"`
	On   RequestID         `json:"on,omitempty"`
	Args map[string]string `json:"args,omitempty"`
}

// MessageKey is the Event key of a message: the same words heard twice through one handle have one key.
func MessageKey(h Handle, id string) string { return "msg/" + h.Channel + "/" + h.ID + "/" + id }
