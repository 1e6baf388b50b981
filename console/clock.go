package console

import (
	"time"
)

// china is the wall clock of every community; a static binary has no zone files.
var china = time.FixedZone("CST", 8*60*60)

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// day is a date with its weekday.
func day(t time.Time) string {
	t = t.In(china)
	return t.Format("1月2日") + "（" + weekdays[t.Weekday()] + "）"
}

// dated is a moment with date, weekday and hour, as the house promises dates.
func dated(t time.Time) string { return day(t) + t.In(china).Format("15:04") }

// lately is a moment of the past, short: the hour today, 昨天, then the date.
func lately(t, now time.Time) string {
	hour := t.In(china).Format("15:04")
	switch days(t, now) {
	case 0:
		return "今天 " + hour
	case 1:
		return "昨天 " + hour
	}
	if t.In(china).Year() == now.In(china).Year() {
		return t.In(china).Format("1月2日 ") + hour
	}
	return t.In(china).Format("2006年1月2日 ") + hour
}

func days(from, to time.Time) int {
	return int(midnight(to).Sub(midnight(from)).Hours() / 24)
}

func midnight(t time.Time) time.Time {
	y, m, d := t.In(china).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, china)
}

// greeting is what one says at this hour.
func greeting(t time.Time) string {
	switch h := t.In(china).Hour(); {
	case h < 5:
		return "夜深了"
	case h < 11:
		return "早上好"
	case h < 13:
		return "中午好"
	case h < 18:
		return "下午好"
	}
	return "晚上好"
}
