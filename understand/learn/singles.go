package learn

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"linli/community"
	"linli/understand"
)

// singles reads singles/*.txt of a folder of labelled talk: messages said out of the blue, one a line,
// `chat|text`, `q|text`, `answer|text`, `request CATEGORY URGENCY|text`. A line that begins with # is a remark.
func singles(dir fs.FS) (out []Lesson, err error) {
	files, err := fs.Glob(dir, "singles/*.txt") // in order
	if err != nil {
		return nil, err
	}
	r := understand.New(community.Profile{}, nil, nil)
	for _, name := range files {
		f, err := dir.Open(name)
		if err != nil {
			return nil, err
		}
		sc := bufio.NewScanner(f)
		for n := 1; sc.Scan(); n++ {
			label, text, ok := strings.Cut(sc.Text(), "|")
			if strings.HasPrefix(label, "#") || !ok {
				continue
			}
			l, err := single(r, label, text)
			if err != nil {
				return nil, errors.Join(fmt.Errorf("%s:%d: %w", name, n, err), f.Close())
			}
			out = append(out, l)
		}
		if err := errors.Join(sc.Err(), f.Close()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func single(r *understand.Reader, label, text string) (Lesson, error) {
	m := community.Message{ID: "1", Group: "g", Sender: "u", Kind: community.Text, Text: strings.ReplaceAll(text, `\n`, "\n"), At: time.Unix(0, 0)}
	l := Lesson{Example: r.Examine(&community.Scene{Now: m.At}, m), category: -1, urgency: -1}
	act := understand.ActChat
	switch f := strings.Fields(label); {
	case len(f) == 3 && f[0] == "request":
		act, l.category, l.share, l.urgency = understand.ActAsks, categoryNumber(f[1]), 1, urgencyNumber(community.Urgency(f[2]))
		if community.Categories[l.category].Key != f[1] {
			return l, fmt.Errorf("no category %q", f[1])
		}
	case label == "q":
		act = understand.ActQuestion
	case label == "answer":
		act = understand.ActAnswer
	case label != "chat":
		return l, fmt.Errorf("no label %q", label)
	}
	l.right = slices.IndexFunc(l.Candidates, func(c understand.Candidate) bool { return c.Act == act })
	return l, nil
}
