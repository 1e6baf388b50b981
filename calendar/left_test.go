package calendar

import (
	"testing"
	"time"
)

func TestWhatIsLeftIsSaidInOneUnit(t *testing.T) {
	now := day("2026-05-11")
	for d, want := range map[time.Duration]string{30 * time.Minute: "还有 31 分钟", 47 * time.Hour: "还有 47 小时", 49 * time.Hour: "还有 2 天", -time.Minute: "已超 2 分钟", -72 * time.Hour: "已超 3 天"} {
		text, over := Left(now.Add(d), now)
		if text != want || over != (d < 0) {
			t.Errorf("%v: got %q %v, want %q", d, text, over, want)
		}
	}
}
