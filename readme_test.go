package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/community"
	"linli/replay"
	"linli/store"
)

// talkLine is one line of the conversation on the first screen: who, what, and in brackets what became of it.
var talkLine = regexp.MustCompile(`^(\S+(?: \d+-\d+)?)\s{2,}(.+?)(?:\s{2,}([(（].*[)）]))?$`)

// What the first screen shows is what the program does: the talk is replayed in
// the sample community, and every answer and every silence must be those shown.
func TestConversationOnTheFirstScreenIsReal(t *testing.T) {
	var before []string
	for _, file := range []string{"README.md", "README.zh-CN.md"} {
		lines := firstScreen(t, file)
		if len(lines) != 8 {
			t.Fatalf("%s: got %d lines, want eight", file, len(lines))
		}
		var bare []string
		for _, l := range lines {
			bare = append(bare, l[1]+"："+l[2])
		}
		if before != nil && !slices.Equal(before, bare) {
			t.Errorf("the two languages show different conversations:\n%q\n%q", before, bare)
		}
		before = bare
	}
	checkTalk(t, firstScreen(t, "README.md"))
}

func firstScreen(t *testing.T, file string) (lines [][]string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "```\n")
	block, _, _ := strings.Cut(rest, "\n```")
	for l := range strings.SplitSeq(block, "\n") {
		parts := talkLine.FindStringSubmatch(l)
		if parts == nil {
			t.Fatalf("%s: %q is no line of talk", file, l)
		}
		lines = append(lines, parts)
	}
	return lines
}

// checkTalk replays what neighbours say, and compares what 小邻 says with what is shown.
func checkTalk(t *testing.T, lines [][]string) {
	t.Helper()
	c, people, err := sample(time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	c.Messages = nil
	var want []string
	at := time.Date(2026, 5, 11, 9, 0, 0, 0, time.FixedZone("CST", 8*3600))
	for i, l := range lines {
		if l[1] == "小邻" {
			want = append(want, l[2])
			continue
		}
		at = at.Add(15 * time.Minute)
		if i > 0 && lines[i-1][1] == l[1] {
			at = at.Add(-15*time.Minute + 20*time.Second) // still speaking
		}
		m := community.Message{ID: fmt.Sprint(i), Group: "g3", Sender: community.PersonID(l[1]), Name: l[1], Kind: community.Text, Text: l[2], At: at}
		for _, p := range people {
			if p.Name == l[1] {
				m.Sender, m.Role = p.ID, p.Role
			}
		}
		if strings.Contains(l[1], " 3-") || m.Role == community.Property {
			m.Group = "g1"
		}
		m.Handle = c.Groups[slices.IndexFunc(c.Groups, func(g community.Group) bool { return g.ID == m.Group })].Handles[0]
		c.Messages = append(c.Messages, m)
	}
	r, err := replay.Run(t.Context(), store.NewMemory(), c)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Said) != len(want) {
		t.Fatalf("got %d answers, want %q", len(r.Said), want)
	}
	for i, s := range r.Said {
		head, tail, _ := strings.Cut(want[i], "…") // a long answer is shown in part
		if !strings.HasPrefix(s.Out.Text, head) || !strings.HasSuffix(s.Out.Text, tail) {
			t.Errorf("小邻 says %q, want %q", s.Out.Text, want[i])
		}
	}
	if len(r.Requests) != 1 || len(r.Requests[0].Supporters) != 2 || r.Requests[0].State != community.Unproved {
		t.Errorf("got %+v, want #1 with two neighbours, waiting for their word", r.Requests)
	}
}
