package main

import (
	"go/parser"
	"go/token"
	"io/fs"
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

// guests are the only rooms that may come to a room; the others are open to all above.
var guests = map[string][]string{"configs": {"", "replay"}}

// wrongArrow tells what is wrong with an import; "" if nothing is. Tests may look up.
func wrongArrow(from, path string, test bool) string {
	for dep, home := range homes {
		if strings.HasPrefix(path, dep) && from != home && !strings.HasPrefix(from, home+"/") {
			return dep + " lives in " + strconv.Quote(home)
		}
	}
	to, ours := strings.CutPrefix(path, "linli/")
	if !ours {
		return ""
	}
	up, known := floors[to]
	here, mine := floors[from]
	switch {
	case !known || !mine:
		return "a room without a floor"
	case guests[to] != nil && !test && !slices.Contains(guests[to], from):
		return "a room that is no guest there"
	case up >= here && to != from && !(test && (strings.HasPrefix(from, "store") || to == "store/storetest" || to == "bot/channeltest")):
		return "an arrow that goes up or sideways"
	}
	return ""
}

func TestArrowsGoDown(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || path == "deps_test.go" {
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
	for _, x := range [][2]string{{"handlers", "linli/store"}, {"community", "linli/bot"}, {"bot", "linli/bot/web"}, {"handlers", "modernc.org/sqlite"}, {"store", "linli/nowhere"}, {"bot", "linli/configs"}} {
		if wrongArrow(x[0], x[1], false) == "" {
			t.Errorf("%s → %s was let through", x[0], x[1])
		}
	}
}
