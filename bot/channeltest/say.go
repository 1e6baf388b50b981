package channeltest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"linli/bot"
	"linli/community"
)

func textIsText(t *testing.T, x *exam) {
	for i, text := range []string{"[CQ:face,id=1][CQ:at,qq=10086]", "&#91;CQ:face,id=1&#93; &amp; & a,b=c]", "<b>粗</b> <a href=x>链</a> <script>alert(1)</script>",
		"**粗** `码` [名](http://x.example) # 题", "{{.X}} %s %d \\n $HOME", "\"引\" '号'", "<@10086> <at id=10086>", "两行\n第二行", "👨‍👩‍👧 𠮷野家 اهلا"} {
		mark := fmt.Sprintf("句%d：", i)
		x.utter(t, community.Outgoing{Text: mark + text})
		if s := x.sees(t, mark); s.Text != mark+text || len(s.Mentions) != 0 {
			t.Errorf("got %+v, want the words %q", s, mark+text)
		}
	}
	x.utter(t, community.Outgoing{Text: "坏字\xff\xfe节 铃\a声\x00尾"})
	s := x.sees(t, "坏字")
	bad := strings.ContainsFunc(s.Text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' })
	if !utf8.ValidString(s.Text) || bad || !strings.HasSuffix(s.Text, "尾") {
		t.Errorf("got %q, want whole text without control characters", s.Text)
	}
	most := x.Channel.Caps(x.Group).MaxBytes
	if !x.features.Wire || most == 0 {
		return
	}
	endless := "开头" + strings.Repeat("长", most)
	x.utter(t, community.Outgoing{Text: endless})
	if s := x.sees(t, "开头"); len(s.Text) > most || len(s.Text) < most/2 || !utf8.ValidString(s.Text) || !strings.HasPrefix(endless, s.Text) {
		t.Errorf("got %d bytes, want the beginning, at most %d bytes", len(s.Text), most)
	}
	if f := failure(t, x.send(t, x.Group, " \n\x00 ", time.Minute)); !f.Certain || f.After != 0 {
		t.Errorf("nothing to say: got %+v, want a certain failure for good", f)
	}
}

// nobodyIsRung says what programs take for a call to everybody.
func nobodyIsRung(t *testing.T, x *exam) {
	for i, text := range []string{"[CQ:at,qq=all]", "@所有人 开会", "@全体成员", "@all", "@ALL hands", "@\u200b所有人", "<@all>", "@everyone"} {
		mark := fmt.Sprintf("喊%d", i)
		x.utter(t, community.Outgoing{Text: mark + " " + text, Mention: "all"})
		if s := x.sees(t, mark); len(s.Mentions) != 0 {
			t.Errorf("%q rings %v", text, s.Mentions)
		}
	}
}

func manySends(t *testing.T, x *exam) {
	const n = 24
	if !x.features.Wire { // such a channel shows what the house has said, so the house must say it
		for i := range n {
			x.utter(t, community.Outgoing{Text: fmt.Sprintf("并发%02d。", i)})
		}
	} else {
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				err := x.Channel.Send(t.Context(), x.Group, community.Outgoing{Key: fmt.Sprintf("many/%d", i), Group: hall, Handle: x.Group, Text: fmt.Sprintf("并发%02d。", i)})
				if err != nil {
					t.Errorf("send %d: got %v", i, err)
				}
			})
		}
		all.Wait()
	}
	for i := range n {
		x.sees(t, fmt.Sprintf("并发%02d。", i))
	}
	seen := map[string]int{}
	for _, s := range x.Shown(t) {
		seen[s.Text]++
	}
	for text, k := range seen {
		if k != 1 {
			t.Errorf("%q was shown %d times", text, k)
		}
	}
}

func nowhere(t *testing.T, x *exam) {
	for _, h := range append(x.Other, community.Handle{Channel: x.Channel.Name(), ID: ""}, community.Handle{Channel: "nobody", ID: x.Group.ID}) {
		if f := failure(t, x.send(t, h, "没人听", time.Minute)); !f.Certain || f.After != 0 {
			t.Errorf("%v: got %+v, want a certain failure for good", h, f)
		}
		if caps := x.Channel.Caps(h); caps.Speak != community.SpeakNone {
			t.Errorf("%v: got %+v, want a handle that cannot speak", h, caps)
		}
	}
}

func capabilities(t *testing.T, x *exam) {
	began := time.Now()
	if x.features.Wire {
		x.Cut()
	}
	for range 1000 {
		caps := x.Channel.Caps(x.Group)
		if caps.Speak == community.SpeakNone || caps.Speak == "" || caps.Hear == "" {
			t.Fatalf("got %+v, want a handle that hears and speaks", caps)
		}
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("a thousand answers took %v: they are not from memory", took)
	}
	if x.Channel.Name() != x.Group.Channel || x.Channel.Name() == "" {
		t.Errorf("got the name %q, want that of its handles, %q", x.Channel.Name(), x.Group.Channel)
	}
}

func runEnds(t *testing.T, x *exam) {
	x.says(t, Said{Text: "最后一句"})
	x.hearsText(t, "最后一句")
	began := time.Now()
	x.end(t)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v to end", took)
	}
	if x.features.Wire {
		if f := failure(t, x.send(t, x.Group, "太晚了", time.Minute)); !f.Certain {
			t.Errorf("after the end: got %+v, want a certain failure", f)
		}
	}
}

func refused(t *testing.T, x *exam) {
	x.Next(Refused)
	f := failure(t, x.send(t, x.Group, "不许说", time.Minute))
	if !f.Certain || f.After != 0 {
		t.Errorf("got %+v, want a certain failure for good", f)
	}
	said(t, x, "不许说", 0)
}

func tooFast(t *testing.T, x *exam) {
	x.Next(TooFast)
	f := failure(t, x.send(t, x.Group, "说太快", time.Minute))
	if !f.Certain || f.After < time.Second || f.After > time.Hour {
		t.Errorf("got %+v, want a certain failure with a while to wait", f)
	}
	g := failure(t, x.send(t, x.Group, "接着说", time.Minute))
	if !g.Certain || g.After <= f.After-10*time.Second {
		t.Errorf("got %+v, want the group left alone as long, behind the first", g)
	}
	said(t, x, "说太快", 0)
	said(t, x, "接着说", 0)
}

func unanswered(t *testing.T, x *exam) {
	x.Next(Unanswered)
	err := x.send(t, x.Group, "没有回音", time.Second)
	notCertain(t, err)
	said(t, x, "没有回音", 1)
}

func cutOff(t *testing.T, x *exam) {
	x.Next(CutOff)
	notCertain(t, x.send(t, x.Group, "说到一半", time.Minute))
	said(t, x, "说到一半", 1)
}

func notCertain(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		t.Fatal("got no error, want one: nobody knows whether it arrived")
	}
	if f := failure(t, err); f.Certain {
		t.Errorf("got %+v, want an uncertain failure", f)
	}
}

func mixedUp(t *testing.T, x *exam) {
	for i := range 5 {
		x.Next(LateAnswer)
		if err := x.send(t, x.Group, fmt.Sprintf("第%d件。", i), time.Minute); err != nil {
			t.Errorf("got %v, want it said", err)
		}
	}
	x.Next(Refused)
	if f := failure(t, x.send(t, x.Group, "这件不行", time.Minute)); !f.Certain {
		t.Errorf("got %+v, want the refusal that belongs to it", f)
	}
	for i := range 5 {
		said(t, x, fmt.Sprintf("第%d件。", i), 1)
	}
}

func cutHeals(t *testing.T, x *exam) {
	for round := range 3 {
		x.Cut()
		heals := fmt.Sprintf("接上了%d。", round)
		until(t, "words go out again", func() bool {
			err := x.send(t, x.Group, heals, 5*time.Second)
			if err != nil {
				f := failure(t, err)
				if f.Certain && f.After == 0 {
					t.Fatalf("got %+v for a link that comes back", f)
				}
			}
			return err == nil
		})
		text := fmt.Sprintf("又听见了%d。", round)
		until(t, "words come in again", func() bool { return x.Say(t, Said{Key: x.key(), Person: zhang, Text: text}) })
		x.hearsText(t, text)
	}
}

// said counts how often the group was shown a text.
func said(t *testing.T, x *exam, text string, want int) {
	t.Helper()
	got := 0
	for _, s := range x.Shown(t) {
		if strings.Contains(s.Text, text) {
			got++
		}
	}
	if got != want {
		t.Errorf("%q was shown %d times, want %d", text, got, want)
	}
}

var _ bot.Channel = (*ear)(nil)
