package onebot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"linli/bot"
	"linli/community"
)

var errNowhere = errors.New("onebot: not a handle of this channel")

// Send implements bot.Channel.
func (c *Channel) Send(ctx context.Context, h community.Handle, out community.Outgoing) error {
	at, ok := parseHandle(h)
	parts := words(at, out, c.sent)
	if !ok || len(parts) == 0 {
		return &bot.Failure{Certain: true, Say: "这个群或这句话不能经 OneBot 发出", Err: errNowhere}
	}
	l, since := c.mouth(at.self)
	if l == nil {
		return &bot.Failure{Certain: true, After: outage(c.clock().Sub(since)), Say: "OneBot 没有连上，等它连上再发", Err: errNotAsked}
	}
	if l.down.Load() {
		return &bot.Failure{Certain: true, After: time.Minute, Say: "OneBot 那边的账号掉线了，请看一下它", Err: errNotAsked}
	}
	if wait, ok := c.pace.turn(ctx, c.clock, at, out.Urgent); !ok {
		return &bot.Failure{Certain: true, After: max(wait, time.Second), Say: "这个账号说得太快了，稍后再发", Err: errNotAsked}
	}
	action, params := "send_private_msg", map[string]any{"user_id": at.id, "message": parts}
	if at.group {
		action, params = "send_group_msg", map[string]any{"group_id": at.id, "message": parts}
	}
	a, err := l.call(ctx, action, params)
	if err == nil && told(a) {
		c.remember(at, a, out.Key)
		return nil
	}
	return c.failed(at, a, err)
}

// outage is when to try again without a link: as long as it has been away already, so that tries grow apart.
func outage(away time.Duration) time.Duration { return min(max(away, 3*time.Second), 5*time.Minute) }

// remember keeps the id under which the platform shows what we said.
func (c *Channel) remember(at place, a answer, key string) {
	var data struct {
		ID ident `json:"message_id"`
	}
	if json.Unmarshal(a.Data, &data) == nil && !data.ID.nobody() {
		c.sent.put(at, data.ID.text, key)
	}
}

// words makes the segments of something to say. Text is always a text segment:
// nothing in it is a code. Values are strings, as the standard has them.
func words(at place, out community.Outgoing, s *sent) []segment {
	text := outward(out.Text)
	if text == "" {
		return nil
	}
	var parts []segment
	if id := s.shown(at, out.ReplyTo); out.ReplyTo != "" && id != "" {
		parts = append(parts, segment{"reply", map[string]word{"id": word(id)}})
	}
	if who, ok := userOf(out.Mention); ok && at.group {
		parts = append(parts, segment{"at", map[string]word{"qq": word(who.text)}})
		text = " " + text
	}
	return append(parts, segment{"text", map[string]word{"text": word(text)}})
}

// everybody finds what a chat program may take for a call to all when a bridge types it in.
var everybody = regexp.MustCompile(`(?i)@[\s\p{Cf}]*(所有人|全体成员|all|everyone|here)`)

// outward makes a text fit to leave the house: whole UTF-8, no control characters, no call to everybody, not too long.
func outward(s string) string {
	s = everybody.ReplaceAllStringFunc(clean(s), func(m string) string { return "＠" + strings.TrimPrefix(m, "@") })
	return strings.TrimSpace(community.Cut(s, maxBytes))
}

// told reports whether the bridge took it. With async it has, though nobody learns the end.
func told(a answer) bool {
	return a.Status == "ok" || a.Status == "async" || a.Status == "" && (a.Retcode == "0" || a.Retcode == "1")
}

// A refusal is what a return code means for us.
type refusal struct {
	after time.Duration
	say   string
}

// refusals are the codes of the standard; the others are the bridge's own, and final.
var refusals = map[word]refusal{
	"1400": {0, "OneBot 说请求有误，没有发出"},
	"1401": {0, "OneBot 要访问令牌，没有发出"},
	"1403": {0, "OneBot 不认访问令牌，没有发出"},
	"1404": {0, "这个 OneBot 程序不会发消息，没有发出"},
	"429":  {tooFast, "平台嫌说得太快，稍后再发"},
	"1429": {tooFast, "平台嫌说得太快，稍后再发"},
}

// tooFast is how long a conversation is left alone when the platform has had enough.
const tooFast = time.Minute

// The wordings that bridges without codes of their own use. A bridge that gave
// up waiting for its chat program does not know whether the words went out.
var (
	saysTooFast = regexp.MustCompile(`(?i)频繁|太快|限流|rate.?limit|too (many|fast|frequent)`)
	saysTimeout = regexp.MustCompile(`(?i)time[d ]*.?out|超时`)
)

// failed makes an honest error of a call that did not succeed.
func (c *Channel) failed(at place, a answer, err error) error {
	switch {
	case errors.Is(err, errNotAsked):
		return &bot.Failure{Certain: true, After: 5 * time.Second, Say: "OneBot 刚好断开，没有发出", Err: err}
	case err != nil:
		return &bot.Failure{Say: "OneBot 没有回音，不知道发出了没有", Err: err}
	}
	wording := string(cmp.Or(a.Wording, a.Message, a.Msg))
	err = fmt.Errorf("onebot: status %.20q, retcode %.20q", a.Status, a.Retcode)
	r, known := refusals[a.Retcode]
	switch {
	case saysTimeout.MatchString(wording):
		return &bot.Failure{Say: "OneBot 说超时了，不知道发出了没有", Err: err}
	case !known && saysTooFast.MatchString(wording):
		r = refusals["429"]
	case !known:
		r.say = fmt.Sprintf("平台没有让发（返回码 %.20s）%s", clean(string(a.Retcode)), community.Cut(tidyName(wording), 90))
	}
	if r.after > 0 {
		c.pace.hold(at, c.clock().Add(r.after))
	}
	return &bot.Failure{Certain: true, After: r.after, Say: r.say, Err: err}
}
