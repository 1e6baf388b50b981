package understand

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"linli/community"
)

var (
	entry  = regexp.MustCompile(`^\s*(\d{1,3})\s*[.、,):]\s*(.+?)\s*$`)
	remark = regexp.MustCompile(`[(（\[【].*?[)）\]】]|\s*[x×*]\s*\d+.*$`)
)

// listed reads the numbered lines of a 接龙: the names in it and what stands above them.
func listed(text string) (names, head []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if m := entry.FindStringSubmatch(line); m != nil {
			if n := strings.TrimSpace(remark.ReplaceAllString(m[2], "")); n != "" {
				names = append(names, firstWord(n))
			}
		} else if len(names) == 0 && strings.TrimSpace(line) != "" {
			head = append(head, strings.TrimSpace(line))
		}
	}
	return names, head
}

// signup reads who is in after the message. Each 接龙 post is a full copy of the list.
func (l *look) signup() community.Reading {
	names, head := listed(l.m.Text)
	if len(names) == 0 {
		return l.join()
	}
	rd := community.Reading{Intent: community.Signup, Topic: topicOf(head), Names: names, Why: "接龙名单"}
	if old, ok := rollOf(l, rd.Topic); ok {
		rd.Topic = old.Topic
		rd.Cancel = len(names) < len(old.Names)
	}
	return rd
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

var recruits = regexp.MustCompile(`谁(?:来|去|有空|能|愿意|行|方便|周|白天|肯)|有谁|问问谁|报名|招募|征集|招.{0,4}人|缺.{0,4}(?:人|劳力|人手)|还缺|接龙|需要.{0,6}(?:志愿者|人手|人陪|一个人)|还差|有(?:空|谁)的|值班|排.{0,14}班|排一下|排个|加一班|各.{0,2}(?:人|个)|每(?:班|天|片|处|队|晚|区|组).{0,8}人|[两二三四五六七八\d]个?人[,，。 ]?|请人|要(?:人|一位|几个人)`)

// join reads a sign-up in free words: the speaker joins or leaves the list that is being made.
func (l *look) join() community.Reading {
	roll := l.running()
	names := slices.Clone(roll.Names)
	mine := func(n string) bool {
		return n == l.m.Name || n == shortName(l.m.Name) || strings.HasPrefix(l.m.Name, n+" ") || strings.HasPrefix(l.m.Name, n+"（")
	}
	rd := community.Reading{Intent: community.Signup, Topic: roll.Topic, Why: "应召报名"}
	if l.has("leave") {
		rd.Names, rd.Cancel, rd.Why = slices.DeleteFunc(names, mine), true, "退出名单"
		return rd
	}
	if !slices.ContainsFunc(names, mine) {
		names = append(names, l.m.Name)
	}
	rd.Names = names
	return rd
}

// running is the list that is being made in the group: the last one touched, unless
// somebody has called for people since.
func (l *look) running() community.Roll {
	for _, h := range slices.Backward(l.s.Recent) {
		m := h.Message
		if m.ID == l.m.ID || m.Group != l.m.Group || l.m.At.Sub(m.At) > 24*time.Hour {
			continue
		}
		if h.Reading.Intent == community.Signup && h.Reading.Topic != "" {
			roll, _ := rollOf(l, h.Reading.Topic)
			roll.Topic = h.Reading.Topic
			return roll
		}
		if h.Reading.Intent == community.Command && recruits.MatchString(m.Text) || m.Role != "" && recruits.MatchString(m.Text) {
			return community.Roll{Topic: community.Cut(Normalise(m.Text), 90)}
		}
	}
	roll, _ := rollOf(l, "")
	if roll.Topic == "" {
		roll.Topic = "报名"
	}
	return roll
}

var roomInName = regexp.MustCompile(`\s*[A-Za-z]?\d{1,3}(?:[-—]\d{1,4}){1,2}\s*|\s*\d{1,3}(?:号楼|幢|栋)\d*\s*`)

// shortName is a nickname without its room.
func shortName(n string) string {
	if s := strings.TrimSpace(roomInName.ReplaceAllString(n, " ")); s != "" {
		return s
	}
	return n
}
