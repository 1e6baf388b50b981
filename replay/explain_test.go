package replay_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"linli/community"
	"linli/replay"
	"linli/store"
)

var update = flag.Bool("update", false, "rewrite testdata with what comes out now")

// readings of the day are given, so that these tests speak of replay only.
var readings = map[string]community.Reading{
	"m3": {Intent: community.Asks, Category: "lighting", Where: community.Place{Building: "3", Unit: "2"}, Before: []string{"m2"}, Why: "「灯坏」"},
	"m4": {Intent: community.Same, Request: "1", Why: "「我们也」"},
	"m5": {Intent: community.Question, Rows: []community.Match{{ID: "R001", Score: 0.9}}, Why: "在打听「电话多少」"},
	"m6": {Intent: community.Asks, Category: "elevator", Urgency: community.Emergency, Where: community.Place{Building: "1", Unit: "2"},
		Rows: []community.Match{{ID: "R003", Score: 0.1}}, Why: "「困在电梯」"},
	"m7": {Intent: community.More, Request: "2", Why: "接着说"},
	"m8": {Intent: community.Done, Request: "1", Why: "「修好」"},
	"m9": {Intent: community.Asks, Category: "plumbing", Where: community.Place{Building: "3", Unit: "1"}, Why: "「堵了」"},
}

func given(_ context.Context, _ *community.Scene, m community.Message) community.Reading {
	return readings[m.ID]
}

func explained(t *testing.T, s replay.Screen) string {
	t.Helper()
	c, err := replay.ReadCase(os.DirFS("testdata/day"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := replay.RunWith(t.Context(), store.NewMemory(), c, given)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := replay.Explain(&out, r, s); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A whole day, from the words to what was said: `go test ./replay -update` rewrites it; read the difference.
func TestADayIsExplained(t *testing.T) {
	const file = "testdata/day/explain.txt"
	got := explained(t, replay.Screen{Width: 80})
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || got != string(want) {
		t.Errorf("got\n%s\nwant\n%s\n%v", got, want, err)
	}
}

var paint = regexp.MustCompile("\x1b\\[[0-9;]+m")

func TestColumnsStandStraightAndColoursAreOnlyOurs(t *testing.T) {
	plain := explained(t, replay.Screen{Width: 80})
	for _, width := range []int{60, 80, 100, 120} {
		bar := -1
		for _, line := range strings.Split(explained(t, replay.Screen{Width: width}), "\n") {
			if strings.ContainsAny(line, "\x1b\u202e\r") {
				t.Errorf("%d columns: something that steers the terminal got through: %q", width, line)
			}
			if n := runewidth.StringWidth(line); n > width {
				t.Errorf("%d columns: a line of %d: %s", width, n, line)
			}
			if left, _, ok := strings.Cut(line, "│"); ok {
				if at := runewidth.StringWidth(left); bar >= 0 && at != bar {
					t.Errorf("%d columns: the bar at %d, want %d: %s", width, at, bar, line)
				} else {
					bar = at
				}
			}
		}
		if bar < 0 {
			t.Errorf("%d columns: no second column", width)
		}
	}
	coloured := explained(t, replay.Screen{Width: 80, Color: true})
	if coloured == plain || paint.ReplaceAllString(coloured, "") != plain {
		t.Error("with colours it must say the same as without")
	}
}

func TestTwoRunsAreEqualToTheByte(t *testing.T) {
	for range 3 {
		_, first := run(t)
		if _, second := run(t); first != second {
			t.Fatal("the same transcript gave two outputs")
		}
		one, other := explained(t, replay.Screen{}), explained(t, replay.Screen{})
		if one != other {
			t.Fatal("the same day was explained in two ways")
		}
	}
}
