package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors is the plan of the house: a room may import only rooms of lower floors.
var floors = map[string]int{
	"community": 0, "calendar": 0,
	"configs": 1, "sheets": 1, "cron": 1,
	"understand": 1, "handlers": 1, "store": 1,
	"store/sqlite": 2, "store/storetest": 2, "replay": 2, "understand/openai": 2,
	"store/archive": 3, "bot/photo": 2, "bot": 3, "bot/onebot/onebottest": 3, "bot/channeltest": 4, "bot/web": 4, "bot/onebot": 4, "console": 4, "understand/learn": 3, "understand/train": 4, "": 5,
}

// homes says in which room a dependency lives; the rooms inside that room may have it too.
var homes = map[string]string{
	"github.com/goccy/go-yaml": "configs", "modernc.org/sqlite": "store/sqlite", "github.com/prometheus": "", "golang.org/x/text": "sheets",
	"github.com/xuri/excelize": "sheets", "github.com/anishathalye/porcupine": "store/storetest",
	"github.com/6tail/lunar-go": "calendar", "github.com/robfig/cron": "cron", "github.com/mattn/go-runewidth": "replay", "golang.org/x/sys": "",
	"github.com/sashabaranov/go-openai": "understand/openai", "github.com/sony/gobreaker": "understand/openai", "github.com/hashicorp": "understand/openai",
	"github.com/coder/websocket": "bot/onebot",
}

// guests are the only rooms that may come to a room; the others are open to all above. What is named here is known
// to those who wire it: a room that asked for a certain backend, network or model could not be had without it.
var guests = map[string][]string{
	"configs": {"", "replay"}, "sheets": {"", "replay"}, "cron": {""}, "understand/openai": {""},
	"store/sqlite": {"", "store/archive"}, "store/archive": {""}, "bot/web": {""}, "bot/onebot": {""}, "console": {""},
	"store/storetest": {}, "bot/channeltest": {}, "bot/onebot/onebottest": {}, "understand/learn": {"", "understand/train"}, "understand/train": {},
}

// examinations are open to the tests of every room that sits them, on whatever floor.
var examinations = []string{"store/storetest", "bot/channeltest"}

// inTests are the dependencies that tests of several rooms use; the program is built without them.
const inTests = "github.com/chromedp/"

// wrongArrow tells what is wrong with an import; "" if nothing is.
func wrongArrow(from, path string, test bool) string {
	to, ours := strings.CutPrefix(path, "linli/")
	if !ours {
		return wrongHome(from, path, test)
	}
	up, known := floors[to]
	here, mine := floors[from]
	switch {
	case !known || !mine:
		return "a room without a floor"
	case test && (to == from || slices.Contains(examinations, to)):
		return ""
	case guests[to] != nil && !test && !slices.Contains(guests[to], from):
		return "a room that is no guest there"
	case up >= here:
		return "an arrow that goes up or sideways"
	}
	return ""
}

// wrongHome tells what is wrong with an import that is none of ours.
func wrongHome(from, path string, test bool) string {
	if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") || test && strings.HasPrefix(path, inTests) {
		return "" // the standard library; a browser
	}
	for dep, home := range homes {
		if strings.HasPrefix(path, dep) {
			if from == home || home != "" && strings.HasPrefix(from, home+"/") {
				return ""
			}
			return dep + " lives in " + strconv.Quote(home)
		}
	}
	return "a dependency without a home"
}

func TestArrowsGoDown(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from := filepath.ToSlash(filepath.Dir(path))
		if from == "." {
			from = ""
		}
		for _, word := range []string{"util", "common", "helper", "manager"} {
			if strings.Contains(f.Name.Name, word) {
				t.Errorf("%s: a package called %s says nothing", path, f.Name.Name)
			}
		}
		for _, i := range f.Imports {
			p, _ := strconv.Unquote(i.Path.Value)
			seen++
			if why := wrongArrow(from, p, strings.HasSuffix(path, "_test.go")); why != "" {
				t.Errorf("%s imports %s: %s", path, p, why)
			}
		}
		return nil
	})
	if err != nil || seen < 50 {
		t.Fatalf("read %d imports, %v", seen, err)
	}
}

func TestWrongArrowsAreCaught(t *testing.T) {
	const program, test = false, true
	for _, x := range []struct {
		from, path string
		test       bool
		want       string // "" is let through
	}{
		{"handlers", "linli/store", program, "sideways"},
		{"store", "linli/handlers", program, "sideways"},
		{"understand", "linli/store", test, "sideways"},
		{"community", "linli/bot", program, "up"},
		{"community", "linli/bot", test, "up"},
		{"bot", "linli/bot/web", program, "no guest"},
		{"bot", "linli/bot/web", test, "up"},
		{"bot/web", "linli/console", program, "no guest"},
		{"console", "linli/bot/web", test, "sideways"},
		{"store", "linli/store/sqlite", test, "up"},
		{"bot", "linli/configs", program, "no guest"},
		{"bot", "linli/store/sqlite", program, "no guest"},
		{"bot", "linli/store/storetest", program, "no guest"},
		{"store", "linli/nowhere", program, "without a floor"},
		{"nowhere", "linli/store", program, "without a floor"},
		{"handlers", "modernc.org/sqlite", program, "lives in"},
		{"bot", "github.com/prometheus/client_golang/prometheus", program, "lives in"},
		{"handlers", "example.com/new", program, "without a home"},
		{"bot/web", "github.com/chromedp/chromedp", program, "without a home"},
		{"bot/web", "github.com/chromedp/chromedp", test, ""},
		{"store", "linli/store/storetest", test, ""},
		{"bot", "linli/store/sqlite", test, ""},
		{"store/sqlite", "modernc.org/sqlite/lib", program, ""},
		{"understand/openai", "linli/understand", program, ""},
		{"", "linli/console", program, ""},
		{"handlers", "strings", program, ""},
	} {
		if got := wrongArrow(x.from, x.path, x.test); (got == "") != (x.want == "") || !strings.Contains(got, x.want) {
			t.Errorf("%q → %s (test %v): got %q, want %q", x.from, x.path, x.test, got, x.want)
		}
	}
}

// Every floor is of a room that is there.
func TestEveryFloorHasItsRoom(t *testing.T) {
	for room := range floors {
		files, err := filepath.Glob(filepath.Join(room, "*.go"))
		if err != nil || len(files) == 0 {
			t.Errorf("%q has a floor and no Go file (%v)", room, err)
		}
	}
}

// The tour has a heading for each room, and both front doors name it.
func TestEveryRoomIsShown(t *testing.T) {
	for file, shown := range map[string]string{"docs/tour.md": "## %s\n", "README.md": "| %s |", "README.zh-CN.md": "| %s |"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for room := range floors {
			if room == "" {
				room = "main"
			}
			if !strings.Contains(string(raw), fmt.Sprintf(shown, room)) {
				t.Errorf("%s does not show %s", file, room)
			}
		}
	}
}
