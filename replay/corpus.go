package replay

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
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

// ReadResources reads resources.csv of a case.
func ReadResources(r io.Reader) ([]community.Resource, error) {
	rd := csv.NewReader(r)
	rd.FieldsPerRecord = -1
	rows, err := rd.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	col := map[string]int{}
	for i, h := range rows[0] {
		col[strings.TrimPrefix(strings.TrimSpace(h), "\ufeff")] = i
	}
	if _, ok := col["id"]; !ok {
		return nil, errors.New("resources.csv: no column id")
	}
	var out []community.Resource
	for _, row := range rows[1:] {
		at := func(name string) string {
			if i, ok := col[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		res := community.Resource{ID: at("id"), Name: at("name"), Kind: at("kind"), Category: at("category"), Phone: at("phone"), Address: at("address"),
			Hours: at("hours"), Audience: at("audience"), Description: at("description")}
		for k := range strings.SplitSeq(at("keywords"), ";") {
			if k = strings.TrimSpace(k); k != "" {
				res.Keywords = append(res.Keywords, k)
			}
		}
		out = append(out, res)
	}
	return out, nil
}

var (
	topKey  = regexp.MustCompile(`^(id|name|type):\s*(.+?)\s*(?:#.*)?$`)
	groupAt = regexp.MustCompile(`\{\s*id:\s*([^,}]+),\s*name:\s*([^,}]+),\s*kind:\s*([^,}]+)`)
)

// ReadCommunity reads the few keys of a case's community.yaml that understanding needs; both
// the flow form of the corpus ({id: g1, name: …, kind: …}) and one key a line are understood.
func ReadCommunity(r io.Reader) (p community.Profile, groups []community.Group, err error) {
	raw, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		return p, nil, err
	}
	flat := regexp.MustCompile(`(?m)^\s*-\s*id:\s*(\S.*)\n\s+name:\s*(\S.*)\n\s+kind:\s*(\S.*)$`).ReplaceAllString(string(raw), "{id: $1, name: $2, kind: $3}")
	for line := range strings.Lines(flat) {
		if m := topKey.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			v := strings.Trim(m[2], `"'`)
			switch m[1] {
			case "id":
				p.ID = community.ID(v)
			case "name":
				p.Name = v
			case "type":
				p.Type = v
			}
		}
	}
	for _, m := range groupAt.FindAllStringSubmatch(flat, -1) {
		clean := func(s string) string { return strings.Trim(strings.TrimSpace(s), `"'`) }
		id := clean(m[1])
		groups = append(groups, community.Group{ID: community.GroupID(id), Name: clean(m[2]), Kind: community.GroupKind(clean(m[3])),
			Handles: []community.Handle{{Channel: Channel, ID: id}}})
	}
	if p.ID == "" {
		return p, nil, errors.New("community.yaml: no id")
	}
	return p, groups, nil
}

// ReadCase reads a folder; its gold.json is never opened. A missing resource list is an empty one.
func ReadCase(dir fs.FS) (c Case, err error) {
	read := func(name string, must bool, fn func(io.Reader) error) {
		f, e := dir.Open(name)
		if e != nil {
			if (must || !errors.Is(e, fs.ErrNotExist)) && err == nil {
				err = e
			}
			return
		}
		defer f.Close()
		if e := fn(f); e != nil && err == nil {
			err = e
		}
	}
	read("community.yaml", true, func(r io.Reader) (e error) { c.Profile, c.Groups, e = ReadCommunity(r); return e })
	read("resources.csv", false, func(r io.Reader) (e error) { c.Resources, e = ReadResources(r); return e })
	read("transcript.jsonl", true, func(r io.Reader) (e error) { c.Messages, e = ReadMessages(r); return e })
	return c, err
}
