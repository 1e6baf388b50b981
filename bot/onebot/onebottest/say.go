package onebottest

import (
	"strings"
	"time"
)

// A Part is one segment of a message.
type Part struct {
	Type string
	Data map[string]string
}

// The parts that tests need most.
func Text(s string) Part  { return Part{"text", map[string]string{"text": s}} }
func At(user string) Part { return Part{"at", map[string]string{"qq": user}} }
func Reply(id string) Part {
	return Part{"reply", map[string]string{"id": id}}
}
func Image(url string) Part {
	return Part{"image", map[string]string{"file": "photo.image", "url": url}}
}

// Said is something a member says.
type Said struct {
	ID       string // NextID if empty
	Group    string // "" in private
	User     string
	Nickname string
	Card     string
	At       time.Time
	Parts    []Part
	Sub      string // normal, anonymous, notice; friend in private
	Role     string // owner, admin, member
	Echo     bool   // it is the account's own word, brought as message_sent
	More     map[string]any
}

// Say brings a message to the application, and returns its id; ok is false when no link was up.
func (b *Bridge) Say(s Said) (id string, ok bool) {
	if s.ID == "" {
		s.ID = b.NextID()
	}
	e := b.message(s)
	post := "message"
	if s.Echo {
		post = "message_sent"
	}
	e = b.event(post, e)
	b.mu.Lock()
	b.met[s.ID] = e
	b.mu.Unlock()
	return s.ID, b.push(func(l *link) { b.write(l, e) })
}

func (b *Bridge) message(s Said) map[string]any {
	sender := map[string]any{"user_id": b.id(s.User), "nickname": s.Nickname, "sex": "unknown", "age": 0}
	e := map[string]any{"message_id": b.id(s.ID), "user_id": b.id(s.User), "message": b.form(s.Parts), "raw_message": Codes(s.Parts), "font": 0, "sender": sender}
	e["message_type"], e["sub_type"] = "private", or(s.Sub, "friend")
	if s.Group != "" {
		sender["card"], sender["role"], sender["title"], sender["level"] = s.Card, or(s.Role, "member"), "", "1"
		e["message_type"], e["sub_type"], e["group_id"], e["anonymous"] = "group", or(s.Sub, "normal"), b.id(s.Group), nil
	}
	if !s.At.IsZero() {
		e["time"] = s.At.Unix()
	}
	for k, v := range s.More {
		if k == "is_bot" {
			sender[k] = v
		} else {
			e[k] = v
		}
	}
	return e
}

// Recall brings the notice that a message was taken back.
func (b *Bridge) Recall(group, user, operator, id string) bool {
	e := map[string]any{"post_type": "notice", "notice_type": "friend_recall", "user_id": b.id(user), "message_id": b.id(id)}
	if group != "" {
		e["notice_type"], e["group_id"], e["operator_id"] = "group_recall", b.id(group), b.id(operator)
	}
	return b.Push(e)
}

// form writes parts as this bridge does: segments, or a string with codes.
func (b *Bridge) form(parts []Part) any {
	if b.o.Codes {
		return Codes(parts)
	}
	list := []map[string]any{}
	for _, p := range parts {
		list = append(list, map[string]any{"type": p.Type, "data": p.Data})
	}
	return list
}

var (
	escapeText = strings.NewReplacer("&", "&amp;", "[", "&#91;", "]", "&#93;")
	escapeArg  = strings.NewReplacer("&", "&amp;", "[", "&#91;", "]", "&#93;", ",", "&#44;")
)

// Codes writes parts in string form.
func Codes(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Type == "text" {
			b.WriteString(escapeText.Replace(p.Data["text"]))
			continue
		}
		b.WriteString("[CQ:" + p.Type)
		for k, v := range p.Data {
			b.WriteString("," + k + "=" + escapeArg.Replace(v))
		}
		b.WriteString("]")
	}
	return b.String()
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
