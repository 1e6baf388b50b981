package handlers

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"linli/community"
)

var update = flag.Bool("update", false, "rewrite the transcripts with what comes out now")

// TestTranscripts plays the conversations of testdata. A line that begins with → is what was decided about the
// line before, one with ← what was then said; all others are the conversation (its words are explained in testdata/README).
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 10 {
		t.Fatalf("got %d transcripts, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := play(string(want))
			if err != nil {
				t.Fatal(err)
			}
			checkWording(t, got)
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(want) {
				t.Errorf("it went otherwise (go test ./handlers -update rewrites it):\n%s", firstDifference(got, string(want)))
			}
		})
	}
}

// play keeps the lines of the conversation and writes under each what comes of it.
func play(text string) (string, error) {
	var out bytes.Buffer
	w := newTown()
	var pending *community.Event
	flush := func() {
		if pending != nil {
			for _, l := range w.happen(*pending) {
				fmt.Fprintln(&out, l)
			}
			pending = nil
		}
	}
	for n, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if strings.HasPrefix(line, "→") || strings.HasPrefix(line, "←") {
			continue
		}
		if reading, ok := strings.CutPrefix(line, "read "); ok && pending != nil {
			pending.Reading = readingOf(reading)
			fmt.Fprintln(&out, line)
			continue
		}
		flush()
		fmt.Fprintln(&out, line)
		e, said, err := w.command(line)
		if err != nil {
			return "", fmt.Errorf("line %d: %w", n+1, err)
		}
		for _, l := range said {
			fmt.Fprintln(&out, l)
		}
		pending = e
	}
	flush()
	return out.String(), nil
}

// command carries out one line of the conversation.
func (w *town) command(line string) (e *community.Event, said []string, err error) {
	word, rest, _ := strings.Cut(line, " ")
	f := strings.Fields(rest)
	switch {
	case line == "" || word == "#":
	case strings.HasPrefix(word, "+"):
		d, err := time.ParseDuration(word[1:])
		return nil, w.until(w.now.Add(d)), err
	case word == "time":
		t, err := time.ParseInLocation("2006-01-02 15:04", rest, shanghai)
		return nil, w.until(t), err
	case word == "group":
		w.group(community.GroupID(f[0]), f[1], f[2], community.Policy(named(f, "policy")), speaking(f))
	case word == "person":
		w.scene.People[community.PersonID(f[0])] = community.Person{ID: community.PersonID(f[0]), Name: f[0], Role: community.Role(f[1]), Duties: f[2:]}
	case word == "row":
		w.rows[f[0]] = community.Resource{ID: f[0], Name: f[1], Phone: named(f, "phone"), Hours: named(f, "hours"), Address: named(f, "address"),
			Checked: time.Date(2026, 5, 6, 0, 0, 0, 0, shanghai)}
	case word == "said" || word == "photo" || word == "recall" || word == "private":
		return w.heard(word, rest), nil, nil
	case word == "order":
		w.lines++
		args := map[string]string{}
		for _, a := range f[3:] {
			k, v, _ := strings.Cut(a, "=")
			args[k] = v
		}
		return &community.Event{Key: fmt.Sprint("order/", w.lines), At: w.now, Order: &community.Order{Verb: f[1], By: community.PersonID(f[0]),
			Role: w.scene.People[community.PersonID(f[0])].Role, On: community.RequestID(f[2]), Args: args}}, nil, nil
	case word == "tick":
		return &community.Event{Key: "tick/" + rest + w.now.Format("/2006-01-02"), At: w.now, Tick: &community.Tick{Job: f[0], What: strings.Join(f[1:], " "), Due: w.now}}, nil, nil
	default:
		err = fmt.Errorf("nobody knows what %q is", word)
	}
	return nil, nil, err
}

var saidForm = regexp.MustCompile(`^(\S+) ([^:>]+?)(?: > (\S+))?(?:: (.*))?$`)

// heard makes an event of "GROUP NAME: words", "GROUP NAME > m2: words", or, in private, "NAME: words".
func (w *town) heard(word, rest string) *community.Event {
	w.lines++
	m := community.Message{ID: fmt.Sprint("m", w.lines), Kind: community.Text, At: w.now}
	if word == "private" {
		rest = "- " + rest
	}
	f := saidForm.FindStringSubmatch(rest)
	m.Group, m.Name, m.ReplyTo, m.Text = community.GroupID(f[1]), f[2], f[3], f[4]
	m.Sender = community.PersonID(strings.Fields(m.Name)[0])
	m.Role = w.scene.People[m.Sender].Role
	m.Handle = community.Handle{Channel: "tape", ID: string(m.Group)}
	m.MentionsBot = strings.Contains(m.Text, "@小邻")
	switch word {
	case "photo":
		m.Kind = community.Image
	case "recall":
		m.Kind, m.Target, m.ReplyTo = community.Recall, m.ReplyTo, ""
	case "private":
		m.Group, m.Private, m.Handle.ID = "", true, "@"+string(m.Sender)
	}
	return &community.Event{Key: "msg/" + m.ID, At: w.now, Message: &m}
}

// readingOf reads "request cat=lighting where=3/2 urgency=urgent".
func readingOf(s string) community.Reading {
	f := strings.Fields(s)
	rd := community.Reading{Intent: community.Intent(f[0]), Category: named(f, "cat"), Urgency: community.Urgency(named(f, "urgency")),
		Request: community.RequestID(named(f, "req")), Hush: named(f, "hush"), Summary: named(f, "summary"), Topic: named(f, "topic"),
		StillOpen: flagged(f, "open"), Private: flagged(f, "private"), Cancel: flagged(f, "cancel"), Fork: flagged(f, "fork")}
	if where := named(f, "where"); where != "" {
		b, unit, _ := strings.Cut(where, "/")
		rd.Where = community.Place{Building: b, Unit: unit}
	}
	rd.Where.Name = named(f, "place")
	rd.Before = list(named(f, "before"))
	rd.Names = list(named(f, "names"))
	for _, row := range list(named(f, "rows")) {
		id, score, _ := strings.Cut(row, ":")
		x, _ := strconv.ParseFloat(score, 64)
		rd.Rows = append(rd.Rows, community.Match{ID: id, Score: x})
	}
	return rd
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func named(f []string, key string) string {
	for _, x := range f {
		if v, ok := strings.CutPrefix(x, key+"="); ok {
			return strings.ReplaceAll(v, "_", " ")
		}
	}
	return ""
}

func flagged(f []string, word string) bool {
	for _, x := range f {
		if x == word {
			return true
		}
	}
	return false
}

func speaking(f []string) community.Speaking {
	if s := named(f, "speak"); s != "" {
		return community.Speaking(s)
	}
	return community.SpeakAuto
}

var saidLine = regexp.MustCompile(`(?m)^← \S+ \S+ (\S+) (\w+): (.*)$`)

var roomForm = regexp.MustCompile(`\b\d{1,2}-\d{3,4}\b`)

// mostWords is how long each kind may be, in characters.
var mostWords = map[string]int{"ack": 60, "answer": 120, "command": 120, "signup": 120, "emergency": 120, "ring": 120, "digest": 600}

// checkWording holds everything that was said against the rules of wording.
func checkWording(t *testing.T, text string) {
	t.Helper()
	for _, m := range saidLine.FindAllStringSubmatch(text, -1) {
		to, kind, words := m[1], m[2], m[3]
		if n := utf8.RuneCountInString(words); mostWords[kind] == 0 || n > mostWords[kind] {
			t.Errorf("%s of %d characters, want at most %d: %s", kind, n, mostWords[kind], words)
		}
		if strings.Count(words, " | ") > 2 && kind != "digest" {
			t.Errorf("more than three lines: %s", words)
		}
		for _, never := range []string{"尽快", "亲，", "！！", "已通知", "已接单", "已修好", "你"} {
			if strings.Contains(words, never) {
				t.Errorf("%q is never said: %s", never, words)
			}
		}
		if room := roomForm.FindString(words); room != "" && (kind == "ack" || kind == "signup") && !strings.HasPrefix(to, "@") {
			t.Errorf("a room in public: %s", words)
		}
	}
}

// firstDifference shows where two texts part.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "", ""
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\ngot  %s\nwant %s", i+1, a, b)
		}
	}
	return ""
}
