package onebottest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// A Fault is what happens to one send: first set, first used.
type Fault struct {
	Retcode int           // refused with this code, not shown
	Wording string        // said beside a refusal
	Silent  bool          // shown, and never answered
	Cut     bool          // shown, and the link breaks before the answer
	Async   bool          // taken, and shown later
	Twice   bool          // answered twice
	Strange bool          // before the answer come answers to calls nobody made
	Late    time.Duration // answered only after this
}

// Fail sets what happens to the next sends.
func (b *Bridge) Fail(f ...Fault) { b.set(func() { b.faults = append(b.faults, f...) }) }

type request struct {
	Action string                     `json:"action"`
	Params map[string]json.RawMessage `json:"params"`
	Echo   json.RawMessage            `json:"echo"`
}

// A verdict is the answer to a call: data, or a code why not.
type verdict struct {
	code int
	data any
}

func (b *Bridge) answer(l *link, raw []byte) {
	var r request
	if err := json.Unmarshal(raw, &r); err != nil {
		b.reply(l, nil, "failed", 1400, nil, "")
		return
	}
	// Noted when it is answered: whoever waits for a call finds its answer on the way.
	defer b.set(func() { b.asked = append(b.asked, r.Action) })
	do, known := actions[strings.TrimSuffix(strings.TrimSuffix(r.Action, "_async"), "_rate_limited")]
	if !known {
		b.reply(l, r.Echo, "failed", 1404, nil, "")
		return
	}
	if strings.HasPrefix(r.Action, "send_") {
		b.send(l, r, do)
		return
	}
	b.conclude(l, r.Echo, do(b, r.Params))
}

func (b *Bridge) conclude(l *link, echo json.RawMessage, v verdict) {
	if v.code != 0 {
		b.reply(l, echo, "failed", v.code, nil, "")
		return
	}
	b.reply(l, echo, "ok", 0, v.data, "")
}

func (b *Bridge) reply(l *link, echo json.RawMessage, status string, code int, data any, wording string) {
	a := map[string]any{"status": status, "retcode": code, "data": data}
	if echo != nil {
		a["echo"] = echo
	}
	if wording != "" {
		a["wording"] = wording
	}
	b.write(l, a)
}

// send does a send under the next fault.
func (b *Bridge) send(l *link, r request, do func(*Bridge, map[string]json.RawMessage) verdict) {
	b.mu.Lock()
	var f Fault
	if len(b.faults) > 0 {
		f, b.faults = b.faults[0], b.faults[1:]
	}
	b.mu.Unlock()
	if f.Retcode != 0 {
		b.reply(l, r.Echo, "failed", f.Retcode, nil, f.Wording)
		return
	}
	if f.Async {
		b.reply(l, r.Echo, "async", 1, nil, "")
		do(b, r.Params)
		return
	}
	v := do(b, r.Params)
	switch {
	case f.Silent:
		return
	case f.Cut:
		l.ws.CloseNow()
		return
	case f.Strange:
		b.reply(l, json.RawMessage(`"nobody"`), "failed", 100, nil, "")
		b.reply(l, nil, "failed", 100, nil, "")
	case f.Late > 0:
		b.work.Go(func() { b.wait(f.Late); b.conclude(l, r.Echo, v) })
		return
	}
	b.conclude(l, r.Echo, v)
	if f.Twice {
		b.conclude(l, r.Echo, v)
	}
}

var actions = map[string]func(*Bridge, map[string]json.RawMessage) verdict{
	"send_group_msg":   func(b *Bridge, p map[string]json.RawMessage) verdict { return b.show(p, "group_id") },
	"send_private_msg": func(b *Bridge, p map[string]json.RawMessage) verdict { return b.show(p, "user_id") },
	"get_login_info": func(b *Bridge, _ map[string]json.RawMessage) verdict {
		return verdict{data: map[string]any{"user_id": b.id(b.o.Self), "nickname": b.o.Nickname}}
	},
	"get_status": func(b *Bridge, _ map[string]json.RawMessage) verdict {
		return verdict{data: map[string]any{"online": true, "good": true}}
	},
	"get_version_info": func(*Bridge, map[string]json.RawMessage) verdict {
		return verdict{data: map[string]any{"app_name": "onebottest", "app_version": "1", "protocol_version": "v11"}}
	},
	"get_group_info": func(b *Bridge, p map[string]json.RawMessage) verdict {
		g, ok := b.param(p["group_id"])
		b.mu.Lock()
		defer b.mu.Unlock()
		if !ok || b.titles[g] == "" {
			return verdict{code: 1400}
		}
		return verdict{data: map[string]any{"group_id": b.id(g), "group_name": b.titles[g], "member_count": 3, "max_member_count": 500}}
	},
	"get_group_member_info": func(b *Bridge, p map[string]json.RawMessage) verdict {
		g, one := b.param(p["group_id"])
		u, two := b.param(p["user_id"])
		b.mu.Lock()
		defer b.mu.Unlock()
		card, known := b.cards[g+"/"+u]
		if !one || !two || !known {
			return verdict{code: 1400}
		}
		return verdict{data: map[string]any{"group_id": b.id(g), "user_id": b.id(u), "nickname": "昵称", "card": card, "role": "member"}}
	},
	"get_msg": func(b *Bridge, p map[string]json.RawMessage) verdict {
		id, ok := b.param(p["message_id"])
		b.mu.Lock()
		defer b.mu.Unlock()
		e := b.met[id]
		if !ok || e == nil {
			return verdict{code: 1400}
		}
		return verdict{data: map[string]any{"time": e["time"], "message_type": e["message_type"], "message_id": e["message_id"], "real_id": 1,
			"sender": e["sender"], "message": e["message"], "group_id": e["group_id"]}}
	},
}

// param reads an id and insists on the kind this bridge uses.
func (b *Bridge) param(raw json.RawMessage) (string, bool) {
	if len(raw) == 0 {
		return "", false
	}
	if b.o.Strings {
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err == nil && s != ""
	}
	return string(raw), regexp.MustCompile(`^-?[0-9]+$`).Match(raw)
}

// show is a send that succeeds.
func (b *Bridge) show(p map[string]json.RawMessage, to string) verdict {
	who, ok := b.param(p[to])
	parts, err := read(p["message"])
	if !ok || err != nil || len(parts) == 0 {
		return verdict{code: 1400}
	}
	s := Shown{ID: b.NextID()}
	if to == "group_id" {
		s.Group = who
	} else {
		s.User = who
	}
	for _, x := range parts {
		switch x.Type {
		case "text":
			s.Text += x.Data["text"]
		case "at":
			s.Mentions = append(s.Mentions, x.Data["qq"])
		case "reply":
			s.Reply = x.Data["id"]
		default:
			s.Other = append(s.Other, x.Type)
		}
	}
	b.set(func() { b.shown = append(b.shown, s) })
	return verdict{data: map[string]any{"message_id": b.id(s.ID)}}
}

// read takes a message in any form; in a string, codes are codes.
func read(raw json.RawMessage) ([]Part, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return nil, fmt.Errorf("no message")
	}
	switch raw[0] {
	case '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, err
		}
		return decode(s), nil
	case '{':
		raw = json.RawMessage("[" + string(raw) + "]")
	}
	var list []struct {
		Type string
		Data map[string]any
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	var out []Part
	for _, x := range list {
		p := Part{x.Type, map[string]string{}}
		for k, v := range x.Data {
			p.Data[k] = fmt.Sprint(v)
		}
		out = append(out, p)
	}
	return out, nil
}

var code = regexp.MustCompile(`\[CQ:([^,\]]+)((?:,[^,\]]*)*)\]`)

// decode reads the string form, in another way than linli does.
func decode(s string) []Part {
	unescape := strings.NewReplacer("&#91;", "[", "&#93;", "]", "&#44;", ",", "&amp;", "&").Replace
	var out []Part
	at := 0
	for _, m := range code.FindAllStringSubmatchIndex(s, -1) {
		if m[0] > at {
			out = append(out, Text(unescape(s[at:m[0]])))
		}
		p := Part{s[m[2]:m[3]], map[string]string{}}
		for _, arg := range strings.Split(s[m[4]:m[5]], ",") {
			if k, v, ok := strings.Cut(arg, "="); ok {
				p.Data[k] = unescape(v)
			}
		}
		out, at = append(out, p), m[1]
	}
	if at < len(s) {
		out = append(out, Text(unescape(s[at:])))
	}
	return out
}
