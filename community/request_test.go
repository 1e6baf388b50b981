package community

import (
	"os"
	"regexp"
	"slices"
	"testing"
	"time"
)

// The drawing and the table must say the same.
func TestMovesAreDrawn(t *testing.T) {
	raw, err := os.ReadFile("../docs/requests.md")
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[State][]State{}
	for _, m := range regexp.MustCompile(`(\w+) --> (\w+)`).FindAllStringSubmatch(string(raw), -1) {
		drawn[State(m[1])] = append(drawn[State(m[1])], State(m[2]))
	}
	for from := range StateNames {
		got, want := drawn[from], Request{State: from}.Moves()
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: drawn %v, want %v", from, got, want)
		}
		for to := range StateNames {
			_, err := Request{ID: "1", State: from}.Move(to, "p", time.Time{}, "why", "k")
			if (err == nil) != slices.Contains(want, to) {
				t.Errorf("%s to %s: got %v", from, to, err)
			}
		}
	}
}
