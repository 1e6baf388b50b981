package replay

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"linli/community"
)

// transcriptLine is one line of transcript.jsonl.
type transcriptLine struct {
	ID          string    `json:"id"`
	Time        time.Time `json:"time"`
	Group       string    `json:"group"`
	Sender      string    `json:"sender"`
	Name        string    `json:"name"`
	Type        string    `json:"type"`
	Text        string    `json:"text"`
	Target      string    `json:"target"`
	ReplyTo     string    `json:"reply_to"`
	MentionsBot bool      `json:"mentions_bot"`
	Role        string    `json:"role"`
}

// ReadMessages reads transcript.jsonl, which needs no labels. What is wrong is told with the file and the line.
func ReadMessages(r io.Reader) ([]community.Message, error) {
	var out []community.Message
	seen := map[string]int{}
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 4<<20)
	n := 1
	for ; sc.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(sc.Text(), "\ufeff"))
		if line == "" {
			continue
		}
		m, err := readMessage(line)
		if err == nil && seen[string(m.Group)+"/"+m.ID] > 0 {
			err = fmt.Errorf("编号 %s 和第 %d 行重复了", m.ID, seen[string(m.Group)+"/"+m.ID])
		}
		if err != nil {
			return nil, fmt.Errorf("transcript.jsonl 第 %d 行：%w", n, err)
		}
		seen[string(m.Group)+"/"+m.ID] = n
		out = append(out, m)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("transcript.jsonl 第 %d 行读不了：%w", n, err)
	}
	slices.SortStableFunc(out, func(a, b community.Message) int { return a.At.Compare(b.At) })
	return out, nil
}

func readMessage(line string) (community.Message, error) {
	var l transcriptLine
	if err := json.Unmarshal([]byte(line), &l); err != nil {
		return community.Message{}, fmt.Errorf("不是一行 JSON：%w", err)
	}
	for _, must := range []struct {
		name    string
		missing bool
	}{{"id", l.ID == ""}, {"group", l.Group == ""}, {"time", l.Time.IsZero()}, {"sender", l.Sender == ""}} {
		if must.missing {
			return community.Message{}, fmt.Errorf("缺少 %s", must.name)
		}
	}
	return community.Message{ID: l.ID, Group: community.GroupID(l.Group), Handle: community.Handle{Channel: Channel, ID: l.Group},
		Sender: community.PersonID(l.Sender), Name: l.Name, Role: community.Role(l.Role), Kind: community.Kind(cmp.Or(l.Type, "text")),
		Text: community.Cut(l.Text, community.MaxText), Target: l.Target, ReplyTo: l.ReplyTo, MentionsBot: l.MentionsBot, At: l.Time}, nil
}
