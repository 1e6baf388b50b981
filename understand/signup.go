package understand

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"linli/community"
)

var (
	entry     = regexp.MustCompile(`^\s*(\d{1,3})\s*[.、,):]\s*(.+?)\s*$`)
	remark    = regexp.MustCompile(`[(（\[【].*?[)）\]】]|\s*[x×*]\s*\d+.*$`)
	joining   = regexp.MustCompile(`^(?:我(?:来|去|报名|参加|也(?:来|去|参加|报名)|可以|能来|行)|算我(?:一个|们)?|加我|加上我|带我|报名|\+1|俺来|阿拉来|我也要)`)
	leaving   = regexp.MustCompile(`(?:去|来)不了了?|取消(?:报名)?|退出|把我(?:划|去)掉|不去了|不来了|临时有事`)
	orderVerb = regexp.MustCompile(`发(?:个|一?条|布)?(?:通知|公告)|通知(?:一下|大家|各群)|查?(?:看)?进度|排(?:个)?班|结案|关闭|关单|统计|汇总|名单|安排|提醒|发起|吃讲茶|茶话|议事|帮助|逾期|派|催|转发|群发|公布|登记|置顶|合并|状态|安静|说话`)
)

// readList reads a 接龙: each post is a full copy of the list, so a lost name is found by comparing.
func readList(_ *Reader, l *look) (community.Reading, bool) {
	lines := strings.Split(l.m.Text, "\n")
	var names, head []string
	for _, line := range lines {
		if m := entry.FindStringSubmatch(line); m != nil {
			if n := strings.TrimSpace(remark.ReplaceAllString(m[2], "")); n != "" {
				names = append(names, firstWord(n))
			}
		} else if len(names) == 0 && strings.TrimSpace(line) != "" {
			head = append(head, strings.TrimSpace(line))
		}
	}
	marked := strings.Contains(l.t, "接龙")
	if len(names) == 0 || !marked && len(names) < 2 || l.serve && !marked {
		return community.Reading{}, false
	}
	rd := community.Reading{Intent: community.Signup, Topic: topicOf(head), Names: names, Why: "接龙名单", Confidence: 0.95}
	if old, ok := rollOf(l, rd.Topic); ok {
		rd.Topic = old.Topic
		rd.Cancel = len(names) < len(old.Names)
	}
	return rd, true
}

func firstWord(s string) string {
	if i := strings.IndexAny(s, " \t,，/;；-—"); i > 0 && !strings.ContainsAny(s[:i], "0123456789") {
		return s[:i]
	}
	return s
}

func topicOf(head []string) string {
	for _, h := range head {
		h = strings.TrimSpace(strings.Trim(strings.ReplaceAll(strings.ReplaceAll(h, "#接龙", ""), "接龙", ""), "#:：【】 "))
		if h != "" {
			return community.Cut(h, 120)
		}
	}
	return "接龙"
}

// rollOf finds the running list of a group: the one with this topic, or the last one touched.
func rollOf(l *look, topic string) (community.Roll, bool) {
	for _, r := range slices.Backward(l.s.Rolls) {
		if r.Group == l.m.Group && (topic == "" || r.Topic == topic) && l.m.At.Sub(r.Touched) < 5*24*time.Hour {
			return r, true
		}
	}
	return community.Roll{}, false
}

var recruits = regexp.MustCompile(`谁(?:来|去|有空|能|愿意)|报名|招募|缺.{0,4}人|接龙|需要.{0,6}(?:志愿者|人手)|还差|有(?:空|谁)的`)

// readJoin reads a sign-up in free words, where somebody has called for people.
func readJoin(_ *Reader, l *look) (community.Reading, bool) {
	in, out := joining.MatchString(l.t), leaving.MatchString(l.t)
	if !in && !out || len([]rune(l.t)) > 30 || l.cat.strong {
		return community.Reading{}, false
	}
	topic, called := "", false
	for _, h := range slices.Backward(l.s.Recent) {
		if l.m.At.Sub(h.Message.At) > 12*time.Hour {
			break
		}
		if h.Message.Group != l.m.Group {
			continue
		}
		if h.Request != "" && l.m.At.Sub(h.Message.At) < 10*time.Minute && in {
			return community.Reading{}, false
		}
		if h.Reading.Intent == community.Signup || recruits.MatchString(h.Message.Text) && h.Message.Sender != l.m.Sender {
			topic, called = h.Reading.Topic, true
			if topic == "" {
				topic = community.Cut(Normalise(h.Message.Text), 60)
			}
			break
		}
	}
	if !called {
		return community.Reading{}, false
	}
	roll, _ := rollOf(l, topic)
	name := shortName(l.m.Name)
	names := slices.Clone(roll.Names)
	mine := func(n string) bool { return n == name || n == l.m.Name }
	if out && !in {
		if !slices.ContainsFunc(names, mine) {
			return community.Reading{}, false
		}
		names = slices.DeleteFunc(names, mine)
		return community.Reading{Intent: community.Signup, Topic: topic, Names: names, Cancel: true, Why: "退出名单"}, true
	}
	if !slices.ContainsFunc(names, mine) {
		names = append(names, name)
	}
	return community.Reading{Intent: community.Signup, Topic: topic, Names: names, Why: "应召报名"}, true
}

var roomInName = regexp.MustCompile(`\s*[A-Za-z]?\d{1,3}(?:[-—]\d{1,4}){1,2}\s*|\s*\d{1,3}(?:号楼|幢|栋)\d*\s*`)

// shortName is a nickname without its room.
func shortName(n string) string {
	if s := strings.TrimSpace(roomInName.ReplaceAllString(n, " ")); s != "" {
		return s
	}
	return n
}

// readOrder reads an order to 小邻 from those who may give one. A resident's is a joke, or a question.
func readOrder(_ *Reader, l *look) (community.Reading, bool) {
	if !l.m.MentionsBot && !(l.m.Private && l.serve) {
		return community.Reading{}, false
	}
	w := orderVerb.FindString(l.t)
	may := l.serve || l.m.Role == community.Volunteer
	switch {
	case w != "" && may:
		return community.Reading{Intent: community.Command, Verb: w, Why: "指令「" + w + "」", Confidence: 0.95}, true
	case w != "" && !questions.MatchString(l.t) && !l.cat.strong:
		return community.Reading{Intent: community.Chat, Why: "居民说的指令，当玩笑"}, true
	}
	return community.Reading{}, false
}
