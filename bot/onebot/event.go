package onebot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// An event is what of a OneBot event matters to us. Bridges differ in what
// they add and in the kinds of what does not matter, so only this is read.
type event struct {
	Time      word   `json:"time"`
	SelfID    ident  `json:"self_id"`
	Post      string `json:"post_type"`
	Message   string `json:"message_type"`
	Notice    string `json:"notice_type"`
	Meta      string `json:"meta_event_type"`
	Sub       string `json:"sub_type"`
	ID        ident  `json:"message_id"`
	Group     ident  `json:"group_id"`
	User      ident  `json:"user_id"`
	Body      body   `json:"message"`
	Anonymous *struct {
		ID   ident `json:"id"`
		Name word  `json:"name"`
	} `json:"anonymous"`
	Sender struct {
		Nickname word `json:"nickname"`
		Card     word `json:"card"`
		IsBot    word `json:"is_bot"` // not in the standard; some bridges tell
	} `json:"sender"`
	Status   status `json:"status"`
	Interval word   `json:"interval"`
}

// status is the bridge's state in a heartbeat; anything else that is called status is not read.
type status struct{ online *bool }

func (s *status) UnmarshalJSON(raw []byte) error {
	var in struct {
		Online *bool `json:"online"`
	}
	if json.Unmarshal(raw, &in) == nil {
		s.online = in.Online
	}
	return nil
}

// An answer is the bridge's word on a call of ours.
type answer struct {
	Status  word            `json:"status"`
	Retcode word            `json:"retcode"`
	Data    json.RawMessage `json:"data"`
	Echo    word            `json:"echo"`
	Wording word            `json:"wording"`
	Message word            `json:"message"`
	Msg     word            `json:"msg"`
}

// A word is a short value of any simple kind, as text.
type word string

// UnmarshalJSON reads a string, and numbers and truth values as they are written; anything deeper is empty.
func (w *word) UnmarshalJSON(raw []byte) error {
	*w = ""
	switch {
	case raw[0] == '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		*w = word(s)
	case raw[0] != '{' && raw[0] != '[' && string(raw) != "null":
		*w = word(raw)
	}
	return nil
}

// A segment is one part of a message.
type segment struct {
	Type string          `json:"type"`
	Data map[string]word `json:"data"`
}

// A body is a message in any of the forms that the standard allows: a string with codes, segments, or one segment.
type body []segment

// UnmarshalJSON reads a body.
func (b *body) UnmarshalJSON(raw []byte) error {
	*b = nil
	switch raw = bytes.TrimSpace(raw); raw[0] {
	case '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		*b = parseCQ(s)
	case '[':
		var list []segment
		if err := json.Unmarshal(raw, &list); err != nil {
			return err
		}
		*b = list
	case '{':
		var one segment
		if err := json.Unmarshal(raw, &one); err != nil {
			return err
		}
		*b = body{one}
	}
	return nil
}

// A frame is one of the two things a link brings.
type frame struct {
	event  *event
	answer *answer
}

// readFrame tells events from answers: only events have a post_type.
func readFrame(raw []byte) (frame, error) {
	var kind struct {
		Post *json.RawMessage `json:"post_type"`
	}
	if err := json.Unmarshal(raw, &kind); err != nil {
		return frame{}, fmt.Errorf("onebot: a frame of %d bytes is not a JSON object", len(raw))
	}
	if kind.Post == nil {
		var a answer
		if err := json.Unmarshal(raw, &a); err != nil {
			return frame{}, fmt.Errorf("onebot: an answer of %d bytes: %w", len(raw), hushed(err))
		}
		return frame{answer: &a}, nil
	}
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return frame{}, fmt.Errorf("onebot: an event of %d bytes: %w", len(raw), hushed(err))
	}
	return frame{event: &e}, nil
}

// hushed keeps what a resident wrote out of an error: the decoder may quote a value.
func hushed(err error) error {
	text, _, _ := strings.Cut(err.Error(), " value ")
	return fmt.Errorf("%.60s", text)
}
