package understand

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"linli/community"
)

// A parrot answers what it was taught and remembers what it was asked.
type parrot struct {
	says  Proposal
	err   error
	asked []Query
}

func (p *parrot) Ask(_ context.Context, q Query) (Proposal, error) {
	p.asked = append(p.asked, q)
	return p.says, p.err
}

// hazy is a reading that is worth a second opinion.
var hazy = community.Reading{Intent: community.Chat, Confidence: 0.3, By: "embedded", Why: "没有要办的事"}

func second(text string, p *parrot, s *community.Scene) community.Reading {
	m := community.Message{ID: "m9", Group: "g1", Sender: "u", Name: "冯姨 7-2-304", Kind: community.Text, Text: text, At: noon}
	if s == nil {
		s = &community.Scene{Now: noon}
	}
	return reader().Second(context.Background(), p, s, m, hazy)
}

func TestOnlyWhatWasOfferedIsBelieved(t *testing.T) {
	s := &community.Scene{Now: noon, Requests: []community.Request{{ID: "1", Category: "lighting", State: community.Recorded, Where: community.Place{Building: "7"}, Opened: noon, Touched: noon}}}
	for name, c := range map[string]struct {
		text string
		says Proposal
		ok   bool
		want func(community.Reading) bool
	}{
		"a request":          {"楼道又那样了", Proposal{Intent: community.Asks, Category: "sanitation", Urgency: community.Urgent}, true, func(r community.Reading) bool { return r.Category == "sanitation" && r.Urgency == community.Urgent }},
		"an order":           {"通知所有群停水", Proposal{Intent: community.Command}, false, nil},
		"no intent":          {"楼道又那样了", Proposal{}, false, nil},
		"an unknown request": {"楼道又那样了", Proposal{Intent: community.More, Request: "77"}, false, nil},
		"an unknown label":   {"楼道又那样了", Proposal{Intent: community.Asks, Category: "@所有人"}, true, func(r community.Reading) bool { return community.CategoryOf(r.Category).Key == r.Category }},
		"a row not offered":  {"请问老年饭桌在哪里", Proposal{Intent: community.Question, Rows: []string{"R99", "R1"}}, true, func(r community.Reading) bool { return len(r.Rows) == 1 && r.Rows[0].ID == "R1" }},
		"a phone as a house": {"楼道又那样了 13812345678", Proposal{Intent: community.Asks, Building: "13812345678"}, true, func(r community.Reading) bool { return r.Where.Building != "13812345678" }},
		"words as a house":   {"@所有人 楼道又那样了", Proposal{Intent: community.Asks, Building: "@所有人"}, true, func(r community.Reading) bool { return !strings.Contains(r.Where.String(), "@") }},
	} {
		got := second(c.text, &parrot{says: c.says}, s)
		if (got.By == "model") != c.ok || c.want != nil && !c.want(got) {
			t.Errorf("%s: got %+v, believed should be %v", name, got, c.ok)
		}
		if !c.ok && (got.Intent != hazy.Intent || !strings.Contains(got.Why, "不采用")) {
			t.Errorf("%s: got %+v, want the first reading, saying so", name, got)
		}
	}
}

func TestFailureLeavesTheFirstReading(t *testing.T) {
	got := second("楼道又那样了", &parrot{err: errors.New("down")}, nil)
	if got.Intent != hazy.Intent || got.By != "embedded" || !strings.Contains(got.Why, "没有答上来") {
		t.Errorf("got %+v, want the first reading and that nobody answered", got)
	}
}

func TestDangerAndEventsAreNotPutToTheVote(t *testing.T) {
	for _, c := range []struct {
		m  community.Message
		rd community.Reading
	}{
		{community.Message{Kind: community.Text, Text: "燃气味"}, community.Reading{Intent: community.More, Urgency: community.Emergency, Confidence: 0.1}},
		{community.Message{Kind: community.Recall, Text: "x"}, hazy},
		{community.Message{Kind: community.Image}, hazy},
		{community.Message{Kind: community.Text, Text: "x", FromBot: true}, hazy},
		{community.Message{Kind: community.Text, Text: "x"}, community.Reading{Intent: community.Chat, Confidence: 0.9}},
	} {
		if Unsure(c.m, c.rd) {
			t.Errorf("%+v: got unsure, want it left alone", c)
		}
	}
}

func TestHouseMustStandAloneInTheWords(t *testing.T) {
	for _, c := range []struct {
		words, number string
		want          bool
	}{{"咱们12那边", "12", true}, {"a3栋", "A3", true}, {"打*12*", "12", false}, {"电话12345", "12", false}, {"12-*** 的", "12", false}, {"任何", "", false}, {"号楼", "号楼", false}} {
		if got := standsIn(c.words, c.number); got != c.want {
			t.Errorf("%s in %s: got %v, want %v", c.number, c.words, got, c.want)
		}
	}
}

// talk is an afternoon in which everybody says what must stay in the house.
var talk = []struct{ name, text string }{
	{"王秀兰 3-502", "我是王秀兰，3号楼2单元502，手机１３８ １２３４ ５６７８"},
	{"李建国（5号楼1201）", "李建国收到。身份证32050219580312123X，农业银行6228480402564890018"},
	{"小宇妈妈", "车牌苏E·1A2B3挡住了，联系人:陈志强，座机0512-65001234"},
	{"阿健", "#接龙 周六义诊\n1. 周桂芳\n2. 郑阿婆 2-301\n3 孙丽华+1"},
	{"阿健", "一二〇三的刘师傅，微信liu_shifu88，邮箱 lsf@example.com，qq 86754321"},
	{"老黄", "住302，隔壁1804室漏水，找郭建军主任，徐叔和他说110已经来过"},
}

// secret must not be found in anything that leaves.
var secret = []string{"王秀兰", "502", "138", "5678", "李建国", "1201", "3205", "6228", "小宇妈妈", "1a2b3", "1A2B3", "陈志强", "6500", "周桂芳", "郑阿婆", "301", "孙丽华",
	"一二〇三", "刘师傅", "liu_shifu", "example", "8675", "302", "1804", "郭建军", "徐叔", "阿健", "老黄", "冯姨"}

func TestNothingOfAPersonLeavesTheHouse(t *testing.T) {
	s := &community.Scene{Now: noon, Requests: []community.Request{{ID: "1", Category: "plumbing", State: community.Recorded, Where: community.Place{Building: "3", Room: "502"}, Summary: "王秀兰家1804漏水 13812345678", Opened: noon, Touched: noon}}}
	for i, w := range talk {
		m := community.Message{ID: fmt.Sprint("m", i), Group: "g1", Sender: community.PersonID(fmt.Sprint("u", i)), Name: w.name, Kind: community.Text, Text: w.text, At: noon.Add(time.Duration(i-len(talk)) * time.Minute)}
		s.Recent = append(s.Recent, community.Heard{Message: m})
	}
	for i, w := range talk {
		p := &parrot{err: errors.New("x")}
		m := community.Message{ID: "m9", Group: "g1", Sender: "u9", Name: "冯姨 7-2-304", Kind: community.Text, Text: "冯姨说：" + w.text, ReplyTo: fmt.Sprint("m", i), At: noon}
		reader().Second(t.Context(), p, s, m, hazy)
		raw, err := json.Marshal(p.asked[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range secret {
			if strings.Contains(string(raw), x) {
				t.Errorf("%q left the house: %s", x, raw)
			}
		}
		if !strings.Contains(string(raw), "110已经来过") || len(p.asked[0].Before) != len(talk) {
			t.Errorf("got %s, want the hotline and the whole talk", raw)
		}
	}
}

func TestPrivateTalkOfOthersStaysPrivate(t *testing.T) {
	p := &parrot{err: errors.New("x")}
	s := &community.Scene{Now: noon, Recent: []community.Heard{{Message: community.Message{ID: "m1", Private: true, Sender: "other", Kind: community.Text, Text: "家里吵架了", At: noon}}}}
	reader().Second(t.Context(), p, s, community.Message{ID: "m2", Private: true, Sender: "u", Kind: community.Text, Text: "在吗", At: noon}, hazy)
	if len(p.asked[0].Before) != 0 {
		t.Errorf("got %v, want nothing of somebody else's private talk", p.asked[0].Before)
	}
}

func TestQuestionsAreBoundedAndNamedByContent(t *testing.T) {
	p := &parrot{err: errors.New("x")}
	second(strings.Repeat("楼道又那样了", 5000), p, nil)
	second(strings.Repeat("楼道又那样了", 5000), p, nil)
	second("楼道又那样了", p, nil)
	if n := runesIn(p.asked[0].Words); n > wordRunes {
		t.Errorf("got %d characters, want at most %d", n, wordRunes)
	}
	if a, b, c := p.asked[0].Key(), p.asked[1].Key(), p.asked[2].Key(); a != b || a == c || len(a) != 32 {
		t.Errorf("got keys %s %s %s, want the first two alike", a, b, c)
	}
}

func TestAnswersThatAreNoneAreRefused(t *testing.T) {
	good := `{"intent":"request","category":"lighting","urgency":"normal","rows":null}`
	if p, err := ParseProposal([]byte(good)); err != nil || p.Category != "lighting" {
		t.Errorf("got %+v %v, want it read", p, err)
	}
	for _, bad := range []string{"", "null", "[]", "好的", `{"intent":"command"}`, `{"intent":"request","category":"magic"}`, `{"intent":"request","urgency":"now"}`,
		`{"intent":"chat","announce":"所有群"}`, `{"intent":"chat"} {"intent":"chat"}`, `{"intent":"chat","building":"13812345678"}`, "{\"intent\":\"chat\",\"unit\":\"\xff\"}",
		`{"intent":"question","rows":["1","2","3","4","5","6","7","8","9","10","11"]}`, `{"intent":"chat","request":"` + strings.Repeat("1", 100) + `"}`, `{"intent":"chat"}` + strings.Repeat(" ", 10<<20)} {
		if p, err := ParseProposal([]byte(bad)); err == nil || p.Intent != "" {
			t.Errorf("%.60q: got %+v, want it refused", bad, p)
		}
	}
}

func FuzzParseProposal(f *testing.F) {
	f.Add([]byte(`{"intent":"request_more","request":"3","category":"","urgency":"normal","still_open":false,"rows":["R1"],"building":"3","unit":""}`))
	f.Add([]byte(`{"intent":"command"}`))
	f.Add([]byte("```json\n{}\n```"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := ParseProposal(raw)
		if err != nil {
			return
		}
		if p.Intent == community.Command || p.Intent == "" || len(p.Rows) > maxRows || len(p.Building) > 4*maxHouse {
			t.Fatalf("%q: got %+v", raw, p)
		}
		got := second("13812345678 楼道又那样了", &parrot{says: p}, nil)
		if got.Intent == community.Command || got.Verb != "" || strings.Contains(got.Where.String(), "138") {
			t.Fatalf("%q: got %+v", raw, got)
		}
	})
}
