package understand

import (
	"testing"
	"time"
)

// said is a Wednesday.
var said = time.Date(2026, 5, 13, 10, 0, 0, 0, china)

func TestTimesInChinese(t *testing.T) {
	newYear := func(month, day int, _ time.Time) (time.Time, bool) {
		return time.Date(2026, time.Month(max(month, 1)), day, 1, 0, 0, 0, china), true // stands in for the lunar calendar
	}
	for text, want := range map[string]string{
		"明天下午三点开会":     "05-14 15:00",
		"下周六":          "05-23 00:00",
		"周五再看":         "05-15 00:00",
		"周三":           "05-13 00:00",
		"周二来":          "05-19 00:00",
		"月底前弄好":        "05-31 00:00 until",
		"礼拜天早上8点半":     "05-17 08:30",
		"今晚七点半吃讲茶":     "05-13 19:30",
		"6月3日14:30":    "06-03 14:30",
		"12号上午":        "06-12 09:00",
		"15号之前":        "05-15 00:00 until",
		"两个小时后提醒我":     "05-13 12:00",
		"半小时后":         "05-13 10:30",
		"三天后":          "05-16 00:00",
		"后天晚上":         "05-15 19:00",
		"初八":           "01-08 01:00",
		"腊月二十三":        "12-23 01:00",
		"下个月5号":        "06-05 00:00",
		"大后天中午十二点":     "05-16 12:00",
		"9点":           "05-14 09:00",
		"3号楼的灯坏了":      "",
		"2月30日":        "",
		"没说时间":         "",
		"这周日下午两点到四点议事": "05-17 14:00",
		"十一点一刻在东门集合":   "05-13 11:15",
		"下星期一上午九点半去量血压":  "05-18 09:30",
		"明早6点20拼车":       "05-14 06:20",
		"一个星期之后还没好我再来找你": "05-20 00:00",
	} {
		got := ""
		if m, ok := When(text, said, newYear); ok {
			got = m.At.Format("01-02 15:04")
			if m.Until {
				got += " until"
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func FuzzWhen(f *testing.F) {
	f.Add("明天下午三点")
	f.Add("十月廿三24点99分 99月99号")
	f.Fuzz(func(t *testing.T, s string) {
		if m, ok := When(s, said, nil); ok && (m.At.Year() < 1900 || m.At.Year() > 2300 && m.Text == "") {
			t.Errorf("%q: got %v", s, m)
		}
	})
}
