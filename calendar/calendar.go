// Package calendar knows which days are working days in China: weekends,
// public holidays and the weekend days that are worked instead (调休). It is a
// table and arithmetic; it reads no clock and guesses nothing: of a year whose
// holidays are not announced yet it says so and counts plain weekdays.
package calendar

import (
	"fmt"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
)

var shanghai = time.FixedZone("CST", 8*3600)

// Working reports whether the Chinese day of a moment is a working day.
func Working(t time.Time) bool {
	day := t.In(shanghai)
	if h := HolidayUtil.GetHoliday(day.Format("20060102")); h != nil && Known(t) {
		return h.IsWork()
	}
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

// Known reports whether the holidays of the moment's year are announced: the
// table must have its last one, National Day, for the announcement of one year
// names the first days of the next.
func Known(t time.Time) bool {
	return HolidayUtil.GetHoliday(fmt.Sprintf("%04d1001", t.In(shanghai).Year())) != nil
}

// NextWorking is the next working day after the day of a moment, at the same hour.
func NextWorking(t time.Time) time.Time {
	for t = t.AddDate(0, 0, 1); !Working(t); t = t.AddDate(0, 0, 1) {
	}
	return t
}

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// Say writes a day as people say it: "5月12日（周二）".
func Say(t time.Time) string {
	t = t.In(shanghai)
	return fmt.Sprintf("%d月%d日（%s）", t.Month(), t.Day(), weekdays[t.Weekday()])
}

// SayTime writes a moment as people say it: "5月12日（周二）18:00".
func SayTime(t time.Time) string { return Say(t) + t.In(shanghai).Format("15:04") }
