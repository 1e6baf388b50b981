package web

import (
	"fmt"
	"time"
)

// china is the wall clock of every community; a static binary has no zone files.
var china = time.FixedZone("CST", 8*60*60)

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// shortTime is a moment as WeChat writes it in the list: the hour today, then 昨天, the weekday, the date.
func shortTime(t, now time.Time) string { return told(t, now, false) }

// longTime is a moment as it stands between two bubbles: always with the hour.
func longTime(t, now time.Time) string { return told(t, now, true) }

func told(t, now time.Time, hour bool) string {
	t, now = t.In(china), now.In(china)
	day := ""
	switch days := daysBetween(t, now); {
	case days == 0:
		return t.Format("15:04")
	case days == -1:
		day = "明天"
	case days == 1:
		day = "昨天"
	case days > 1 && days < 7:
		day = weekdays[t.Weekday()]
	case t.Year() == now.Year():
		day = t.Format("1月2日")
	default:
		day = t.Format("2006年1月2日")
	}
	if hour {
		return day + " " + t.Format("15:04")
	}
	return day
}

// dueTime is a date ahead with its weekday and hour, as the house promises dates.
func dueTime(t time.Time) string {
	t = t.In(china)
	return fmt.Sprintf("%s（%s）%s", t.Format("1月2日"), weekdays[t.Weekday()], t.Format("15:04"))
}

func daysBetween(t, now time.Time) int {
	y1, m1, d1 := t.Date()
	y2, m2, d2 := now.Date()
	return int(time.Date(y2, m2, d2, 0, 0, 0, 0, time.UTC).Sub(time.Date(y1, m1, d1, 0, 0, 0, 0, time.UTC)).Hours() / 24)
}
