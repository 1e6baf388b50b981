package onebot

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"linli/bot/onebot/onebottest"
	"linli/community"
)

func TestCodesAreReadAsTheStandardSays(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"早上好":                           "text[text=早上好]",
		"a&amp;#91;b &#91;x&#93; &#44;": "text[text=a&#91;b [x] &#44;]",
		"[CQ:shake]":                    "shake[]",
		"看[CQ:at,qq=10001]吗":            "text[text=看] at[qq=10001] text[text=吗]",
		"[CQ:share,title=有=号&#44;和&#91;,url=http://x.example/?a=1&amp;b=2]": "share[title=有=号,和[ url=http://x.example/?a=1&b=2]",
		"[CQ:at,qq=1": "text[text=[CQ:at,qq=1]",
		"[CQ:]":       "[]", "[CQ:at,qq]": "at[]",
		"[[CQ:face,id=1]]": "text[text=[] face[id=1] text[text=]]",
	} {
		var got []string
		for _, s := range parseCQ(in) {
			var args []string
			for _, k := range []string{"id", "qq", "text", "title", "url"} {
				if v, ok := s.Data[k]; ok {
					args = append(args, k+"="+string(v))
				}
			}
			got = append(got, s.Type+"["+strings.Join(args, " ")+"]")
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

// FuzzCodes: whatever is written as text or as an argument is read back as it was, and junk is never lost or read as more than there is.
func FuzzCodes(f *testing.F) {
	for _, s := range []string{"早上好", "[CQ:at,qq=all]", "&#91;", "a,b=c&d", "[CQ:", "]", "&amp;amp;", "\x00\xff"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, text, arg string) {
		got := parseCQ(onebottest.Codes([]onebottest.Part{onebottest.Text(text), onebottest.At(arg), onebottest.Text(text)}))
		want := []segment{{"text", map[string]word{"text": word(text)}}, {"at", map[string]word{"qq": word(arg)}}, {"text", map[string]word{"text": word(text)}}}
		if text == "" {
			want = want[1:2]
		}
		g, _ := json.Marshal(got)
		w, _ := json.Marshal(want)
		if string(g) != string(w) {
			t.Errorf("got %s, want %s", g, w)
		}
		n := 0
		for _, s := range parseCQ(text) {
			for _, v := range s.Data {
				n += len(v)
			}
		}
		if n > len(text) {
			t.Errorf("%q was read as %d bytes", text, n)
		}
	})
}

// FuzzEvent: no frame breaks the reader, and what becomes a message is one that the house can take.
func FuzzEvent(f *testing.F) {
	for _, s := range []string{
		`{"post_type":"message","message_type":"group","self_id":1,"message_id":-5,"group_id":9007199254740993,"user_id":"wxid","time":1,"message":"[CQ:at,qq=1]灯坏了","sender":{"card":"张阿姨"}}`,
		`{"post_type":"message","message_type":"private","self_id":"1","message_id":"m","user_id":2,"message":[{"type":"text","data":{"text":"早"}},{"type":"image","data":{"file":"base64://AA"}}]}`,
		`{"post_type":"message","message_type":"group","sub_type":"anonymous","self_id":1,"message_id":3,"group_id":4,"user_id":80000000,"anonymous":{"id":7,"name":"某人"},"message":{"type":"text","data":null}}`,
		`{"post_type":"notice","notice_type":"group_recall","self_id":1,"group_id":4,"user_id":2,"operator_id":3,"message_id":9}`,
		`{"post_type":"meta_event","meta_event_type":"heartbeat","self_id":1,"interval":"x","status":[1]}`,
		`{"status":"ok","retcode":0,"data":{},"echo":{"a":1}}`, `[]`, `{"post_type":1}`, "{\"post_type\":\"message\",\"message\":\"\xff\"}", `null`, `7`,
	} {
		f.Add([]byte(s))
	}
	c, err := New(Options{Mode: Reverse})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		fr, err := readFrame(raw)
		if err != nil || fr.event == nil {
			return
		}
		at, ok := c.placeOf(*fr.event)
		if !ok {
			return
		}
		if back, whole := parseHandle(at.handle()); !whole || back != at {
			t.Errorf("the handle %v is read back as %+v", at.handle(), back)
		}
		m, ok := c.message(context.Background(), at, *fr.event)
		if !ok {
			return
		}
		if m.ID == "" || m.Sender == "" || len(community.MessageKey(m.Handle, m.ID)) > 300 || len(m.Text) > community.MaxText ||
			!utf8.ValidString(m.Text) || !utf8.ValidString(m.Name) || m.Private == at.group || m.Role != "" {
			t.Errorf("got %+v", m)
		}
	})
}
