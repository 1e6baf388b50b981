package replay_test

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"linli/replay"
	"linli/store"
)

var update = flag.Bool("update", false, "rewrite testdata with what comes out now")

func explained(t *testing.T, s replay.Screen) string {
	t.Helper()
	c, err := replay.ReadCase(os.DirFS("testdata/day"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := replay.Run(t.Context(), store.NewMemory(), c)
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
		if explained(t, replay.Screen{}) != explained(t, replay.Screen{}) {
			t.Fatal("the same day was explained in two ways")
		}
	}
}
