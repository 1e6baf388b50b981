package channeltest

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"linli/community"
)

func wordsAreHeard(t *testing.T, x *exam) {
	began := time.Now()
	x.says(t, Said{Person: zhang, Text: "早上好呀"})
	x.says(t, Said{Person: li, Text: "大家早"})
	x.says(t, Said{Person: zhang, Text: "今天降温"})
	one, other, again := x.hearsText(t, "早上好呀"), x.hearsText(t, "大家早"), x.hearsText(t, "今天降温")
	switch {
	case one.Handle != x.Group || one.Private || one.Kind != community.Text || one.FromBot || one.MentionsBot:
		t.Errorf("got %+v, want plain words in %v", one, x.Group)
	case one.Name != zhang || other.Name != li:
		t.Errorf("got names %q and %q, want %q and %q", one.Name, other.Name, zhang, li)
	case one.ID == "" || one.ID == other.ID || one.ID == again.ID:
		t.Errorf("got ids %q, %q, %q, want three", one.ID, other.ID, again.ID)
	case one.Sender == "" || one.Sender != again.Sender || one.Sender == other.Sender:
		t.Errorf("got senders %q, %q, %q, want the first and last the same", one.Sender, other.Sender, again.Sender)
	case one.Group != "" || one.Role != "":
		t.Errorf("got group %q and role %q: they are not the channel's to fill", one.Group, one.Role)
	case one.At.Before(began.Add(-2*time.Minute)) || one.At.After(time.Now().Add(2*time.Minute)):
		t.Errorf("got a message of %v at %v", one.At, time.Now())
	}
	talk, err := x.house.Talk(t.Context(), town, x.Group, time.Time{}, 10)
	if err != nil || len(talk) < 3 {
		t.Errorf("got %d lines in the house %v, want three", len(talk), err)
	}
}

func orderIsKept(t *testing.T, x *exam) {
	for i := range 20 {
		x.says(t, Said{Text: fmt.Sprintf("第%02d句", i)})
	}
	x.hearsText(t, "第19句")
	var got []string
	var last time.Time
	for _, m := range x.ear.all() {
		if strings.HasPrefix(m.Text, "第") {
			got = append(got, m.Text)
			if m.At.Before(last) {
				t.Errorf("%s is older than the one before it", m.Text)
			}
			last = m.At
		}
	}
	if !slices.IsSorted(got) || len(got) != 20 {
		t.Errorf("got %v, want twenty in order", got)
	}
}

func broughtTwice(t *testing.T, x *exam) {
	s := x.says(t, Said{Text: "只说了一遍"})
	x.says(t, s)
	x.says(t, Said{Text: "说完了"})
	x.hearsText(t, "说完了")
	keys := map[string]bool{}
	for _, m := range x.ear.all() {
		if m.Text == s.Text {
			keys[community.MessageKey(m.Handle, m.ID)] = true
		}
	}
	talk, err := x.house.Talk(t.Context(), town, x.Group, time.Time{}, 50)
	n := 0
	for _, l := range talk {
		if l.Text == s.Text {
			n++
		}
	}
	if err != nil || len(keys) != 1 || n != 1 {
		t.Errorf("got %d keys and %d lines %v, want one", len(keys), n, err)
	}
}

func notBefore(t *testing.T, x *exam) {
	reached, release := make(chan struct{}), make(chan struct{})
	x.ear.set(func(m community.Message) error {
		if m.Text == "等一等" {
			close(reached)
			<-release
		}
		return nil
	})
	told := make(chan bool, 1)
	s := Said{Key: x.key(), Person: zhang, Text: "等一等"}
	x.says(t, Said{Person: zhang, Text: "先进来"})
	go func() { told <- x.Say(t, s) }()
	<-reached
	select {
	case <-told:
		t.Error("the speaker was told before the house had it")
	case <-time.After(200 * time.Millisecond):
	}
	close(release)
	if !<-told {
		t.Error("the speaker was told that it was not taken")
	}
}

func comesAgain(t *testing.T, x *exam) {
	x.says(t, Said{Text: "先进来"})
	x.hearsText(t, "先进来")
	var tries atomic.Int32
	full := errors.New("the disk is full")
	x.ear.set(func(m community.Message) error {
		if strings.Contains(m.Text, "别丢") && tries.Add(1) <= 2 {
			return full
		}
		return nil
	})
	s := Said{Key: x.key(), Person: zhang, Text: "别丢了这句"}
	taken := x.Say(t, s)
	if x.features.Acks {
		if taken {
			t.Fatal("the speaker was told that it was taken")
		}
		until(t, "it is taken at last", func() bool { return x.Say(t, s) })
	}
	x.hearsText(t, "别丢了这句")
	if tries.Load() != 3 {
		t.Errorf("got %d tries, want 3", tries.Load())
	}
}

// seen is a text without the marks that draw nothing: a channel may leave them out.
func seen(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

func strangeWords(t *testing.T, x *exam) {
	for i, text := range []string{"[CQ:at,qq=all] 来看", "[CQ:image,file=http://127.0.0.1/x]", "&#91;CQ:at,qq=all&#93;", "<at userid=\"all\">所有人</at>",
		"<script>alert(1)</script>", "{{.Secret}} %s %n", "=1+1", "a&amp;b&b", "\u202e倒着说\u202c", "零\u200b宽\u200d字👨‍👩‍👧", "一行\n两行"} {
		mark := fmt.Sprintf("标记%d ", i)
		x.says(t, Said{Text: mark + text})
		m := x.hearsText(t, mark)
		if seen(m.Text) != seen(mark+text) || m.MentionsBot || m.Kind != community.Text || len(m.Mentions) != 0 {
			t.Errorf("got %+v, want only the words %q", m, mark+text)
		}
	}
	x.says(t, Said{Text: "铃\a铃\x1b[31m标记响"})
	if m := x.hearsText(t, "标记响"); strings.ContainsAny(m.Text, "\a\x1b") {
		t.Errorf("got control characters in %q", m.Text)
	}
	x.Say(t, Said{Key: x.key(), Person: zhang, Text: "很长" + strings.Repeat("长", 5<<20/3)}) // taken or not, it does no harm
	x.says(t, Said{Person: li, Text: "还在吗"})
	x.hearsText(t, "还在吗")
	for _, m := range x.ear.all() {
		if len(m.Text) > community.MaxText || !utf8.ValidString(m.Text) {
			t.Errorf("got a text of %d bytes, want at most %d, whole", len(m.Text), community.MaxText)
		}
	}
}

func times(t *testing.T, x *exam) {
	at := time.Now().Add(-42 * time.Minute).Truncate(time.Second)
	x.says(t, Said{Text: "早就说了", At: at})
	if m := x.hearsText(t, "早就说了"); m.At.Sub(at).Abs() >= time.Second {
		t.Errorf("got %v, want %v", m.At, at)
	}
}

func quote(t *testing.T, x *exam) {
	x.says(t, Said{Person: zhang, Text: "谁家的快递"})
	first := x.hearsText(t, "谁家的快递")
	x.says(t, Said{Person: li, Text: "我家的", Quote: first.ID})
	if m := x.hearsText(t, "我家的"); m.ReplyTo != first.ID {
		t.Errorf("got a quote of %q, want %q", m.ReplyTo, first.ID)
	}
	if !x.Channel.Caps(x.Group).Quote {
		return
	}
	x.utter(t, community.Outgoing{Text: "引用着说", ReplyTo: first.ID})
	if s := x.sees(t, "引用着说"); s.Quote != first.ID || s.Text != "引用着说" {
		t.Errorf("got %+v, want a quote of %q", s, first.ID)
	}
}

func mention(t *testing.T, x *exam) {
	x.says(t, Said{Person: li, Text: "我先说一句"})
	x.hearsText(t, "我先说一句")
	x.says(t, Said{Person: zhang, AtBot: true, Text: "在不在"})
	x.says(t, Said{Person: zhang, AtOther: li, Text: "您看看"})
	if m := x.hearsText(t, "在不在"); !m.MentionsBot {
		t.Errorf("got %+v, want the bot mentioned", m)
	}
	if m := x.hearsText(t, "您看看"); m.MentionsBot || !slices.Equal(m.Mentions, []string{li}) || !strings.Contains(m.Text, "@"+li) {
		t.Errorf("got %+v, want %s mentioned, and in the words", m, li)
	}
}

func photo(t *testing.T, x *exam) {
	var raw bytes.Buffer
	if err := png.Encode(&raw, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	x.says(t, Said{Photo: raw.Bytes()})
	m := x.hears(t, "a photo", func(m community.Message) bool { return m.Kind == community.Image })
	if len(m.Blobs) != 1 {
		t.Fatalf("got %d blobs, want one", len(m.Blobs))
	}
	f, err := x.house.OpenBlob(m.Blobs[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := png.DecodeConfig(f); err != nil || got.Width != 30 {
		t.Errorf("got a picture %d wide %v, want 30", got.Width, err)
	}
}

func recall(t *testing.T, x *exam) {
	x.says(t, Said{Person: zhang, Text: "说漏嘴了"})
	first := x.hearsText(t, "说漏嘴了")
	x.says(t, Said{Person: zhang, Recall: first.ID})
	m := x.hears(t, "a recall", func(m community.Message) bool { return m.Kind == community.Recall })
	if m.Target != first.ID || m.Sender != first.Sender || m.Handle != first.Handle || m.Text != "" || m.ID == first.ID {
		t.Errorf("got %+v, want a recall of %s by its sender", m, first.ID)
	}
	until(t, "the words are gone", func() bool {
		talk, err := x.house.Talk(t.Context(), town, x.Group, time.Time{}, 20)
		for _, l := range talk {
			if l.ID == first.ID {
				return err == nil && l.Recalled && l.Text == ""
			}
		}
		return false
	})
}

func private(t *testing.T, x *exam) {
	x.says(t, Said{Person: zhang, Text: "群里一句"})
	group := x.hearsText(t, "群里一句")
	x.says(t, Said{Person: zhang, Private: true, Text: "悄悄话"})
	x.says(t, Said{Person: li, Private: true, Text: "另一句悄悄的"})
	m, other := x.hearsText(t, "悄悄话"), x.hearsText(t, "另一句悄悄的")
	if !m.Private || m.Handle == x.Group || m.Handle == other.Handle || m.Handle.Channel != x.Group.Channel || m.Sender != group.Sender || m.Name == "" {
		t.Errorf("got %+v, want words in a chat of the same person's own", m)
	}
	x.utter(t, community.Outgoing{Text: "只给您看", To: m.Sender, Handle: m.Handle})
	until(t, "the person is shown it", func() bool { return slices.Contains(x.ShownTo(t, zhang), "只给您看") })
	if slices.Contains(x.ShownTo(t, li), "只给您看") || slices.ContainsFunc(x.Shown(t), func(s Shown) bool { return s.Text == "只给您看" }) {
		t.Error("private words were shown to others")
	}
}

func echo(t *testing.T, x *exam) {
	x.says(t, Said{Own: true, Text: "小邻自己说的"})
	x.says(t, Said{Text: "别人说的"})
	x.hearsText(t, "别人说的")
	for _, m := range x.ear.all() {
		if strings.Contains(m.Text, "小邻自己") {
			t.Errorf("our own words were heard: %+v", m)
		}
	}
}

func robots(t *testing.T, x *exam) {
	x.says(t, Said{Robot: true, Person: "群管家", Text: "欢迎新人"})
	x.says(t, Said{Text: "谢谢"})
	if m := x.hearsText(t, "欢迎新人"); !m.FromBot {
		t.Errorf("got %+v, want it marked", m)
	}
	if m := x.hearsText(t, "谢谢"); m.FromBot {
		t.Errorf("got a person marked: %+v", m)
	}
}
