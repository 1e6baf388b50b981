package calendar

import (
	"testing"
	"time"
)

func day(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s+" 08:30", shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

func TestWorkingDays(t *testing.T) {
	for s, want := range map[string]bool{
		"2024-02-10": false, "2024-02-18": true, // the Sunday worked for the Spring Festival
		"2025-01-26": true, "2025-01-28": false, "2025-10-11": true,
		"2026-01-02": false, "2026-01-04": true, "2026-05-09": true, "2026-05-11": true, "2026-05-10": false,
		"2026-09-20": true, "2026-10-01": false, "2026-10-10": true,
		"2031-10-01": true, "2031-10-04": false, // not announced: a plain Wednesday, a plain Saturday
	} {
		if got := Working(day(s)); got != want {
			t.Errorf("%s: got %v, want %v", s, got, want)
		}
	}
}

func TestAYearNotAnnouncedIsNotGuessed(t *testing.T) {
	for s, want := range map[string]bool{"2024-06-01": true, "2025-06-01": true, "2026-06-01": true, "2031-06-01": false} {
		if got := Known(day(s)); got != want {
			t.Errorf("%s: got %v, want %v", s, got, want)
		}
	}
}

func TestDaysAreSaidAndCounted(t *testing.T) {
	if got := NextWorking(day("2026-09-30")); !got.Equal(day("2026-10-08")) {
		t.Errorf("after 30 September 2026: got %v, want 8 October", got)
	}
	if got, want := SayTime(day("2026-05-12")), "5月12日（周二）08:30"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	evening := time.Date(2026, 5, 8, 17, 0, 0, 0, time.UTC) // already Saturday 9 May in China, a worked one
	if !Working(evening) {
		t.Error("the day must be China's")
	}
}
