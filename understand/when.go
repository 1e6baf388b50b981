package understand

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Moment is a time that a text names, seen from the moment it was said.
type Moment struct {
	At    time.Time // Chinese time; midnight if only a day was named
	Hour  bool      // an hour was named too
	Until bool      // it is a last moment (之前, 月底前), not the moment itself
	Text  string    // the words that name it
}

// Lunar gives the day of the lunar calendar's month and day that comes next, from a day on.
// It is a parameter because the calendar is another room's knowledge; nil: lunar days are not read.
type Lunar func(month, day int, from time.Time) (time.Time, bool)

var china = time.FixedZone("CST", 8*3600)

const (
	han = `[零一二两三四五六七八九十廿\d]`
)

// dayForms are tried in order; the first that the text has names the day.
var dayForms = []struct {
	re  *regexp.Regexp
	day func(m []string, now time.Time, lunar Lunar) (time.Time, bool)
}{
	{regexp.MustCompile(`大后[天日]`), plus(3)},
	{regexp.MustCompile(`后[天日](?:晚|早)?`), plus(2)},
	{regexp.MustCompile(`明[天日早晚]|明朝`), plus(1)},
	{regexp.MustCompile(`今[天日早晚]|今朝`), plus(0)},
	{regexp.MustCompile(`昨[天日晚]`), plus(-1)},
	{regexp.MustCompile(`(下下|下|这|本|上)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天末1-7])`), weekday},
	{regexp.MustCompile(`(` + han + `{1,3})月(` + han + `{1,3})[日号]`), monthDay},
	{regexp.MustCompile(`(正|腊|冬|` + han + `{1,2})月(初` + han + `|十[一二三四五六七八九]?|廿[一二三四五六七八九]?|二十[一二三四五六七八九]?|三十)`), lunarDay},
	{regexp.MustCompile(`(下个月|下月|这个月|本月)(` + han + `{1,3})[日号]`), nextMonthDay},
	{regexp.MustCompile(`(下个月|下月|这个月|本月|年)?(?:月)?(底|初)`), edge},
	{regexp.MustCompile(`(?:^|[^月零一二两三四五六七八九十廿\d])(` + han + `{1,3})[日号](?:[^楼线门]|$)`), dayOfMonth},
	{regexp.MustCompile(`()(初[一二三四五六七八九十])`), lunarDay},
	{regexp.MustCompile(`(` + han + `{1,3})(天|日|周|个?星期|个?礼拜|个月)(?:之)?(?:后|以后)`), later},
}

var (
	clock    = regexp.MustCompile(`(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|今晚|明晚|昨晚|后天晚|早|晚)?(` + han + `{1,3})(?:[点:]|时(?:[^间候]|$))(半|一刻|三刻|` + han + `{1,3})?`)
	dayPart  = regexp.MustCompile(`凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|今晚|明晚|明早|今早`)
	soon     = regexp.MustCompile(`(半|` + han + `{1,3})(?:个)?(半)?(小时|钟头|分钟)(?:之)?(?:后|以后)`)
	deadline = regexp.MustCompile(`^(?:之前|以前|前)`)
)

// partHours is when a part of the day begins if no hour is named.
var partHours = map[string]int{"凌晨": 3, "早上": 8, "早晨": 8, "明早": 8, "今早": 8, "上午": 9, "中午": 12, "下午": 14, "傍晚": 18, "晚上": 19, "夜里": 22, "今晚": 19, "明晚": 19}

// When finds the first time that a text names: 明天下午三点, 下周六, 月底前, 初八, 两小时后.
func When(text string, now time.Time, lunar Lunar) (Moment, bool) {
	t, now := Normalise(text), now.In(china)
	if m := soon.FindStringSubmatchIndex(t); m != nil {
		return Moment{At: now.Add(span(sub(t, m, 1), sub(t, m, 2), sub(t, m, 3))), Hour: true, Text: t[m[0]:m[1]]}, true
	}
	day, from, to, named := theDay(t, now, lunar)
	hour, minute, hFrom, hTo, timed := theHour(t, max(to-3, 0))
	switch {
	case !named && !timed:
		return Moment{}, false
	case !named:
		day, from, to = midnight(now), hFrom, hTo
	}
	out := Moment{At: day, Text: t[from:to]}
	end := to
	if timed {
		out.At, out.Hour = day.Add(time.Duration(hour)*time.Hour+time.Duration(minute)*time.Minute), true
		end = max(end, hTo)
		out.Text = t[min(from, hFrom):end]
		if !named && out.At.Before(now) {
			out.At = out.At.AddDate(0, 0, 1)
		}
	}
	out.Until = deadline.MatchString(t[end:])
	return out, true
}

func theDay(t string, now time.Time, lunar Lunar) (day time.Time, from, to int, ok bool) {
	for _, f := range dayForms {
		m := f.re.FindStringSubmatchIndex(t)
		if m == nil {
			continue
		}
		groups := make([]string, len(m)/2)
		for i := range groups {
			groups[i] = sub(t, m, i)
		}
		if d, ok := f.day(groups, midnight(now), lunar); ok {
			return d, m[0], m[1], true
		}
	}
	return time.Time{}, 0, 0, false
}

// theHour finds the clock time that stands nearest after a place in the text, or a part of the day.
func theHour(t string, from int) (hour, minute, start, end int, ok bool) {
	if !strings.Contains(t, "点") && !strings.Contains(t, ":") && !strings.Contains(t, "时") {
		return partOfDay(t, from)
	}
	for _, m := range clock.FindAllStringSubmatchIndex(t, -1) {
		h, good := toNumber(sub(t, m, 2))
		if !good || h > 24 || m[1] < from {
			continue
		}
		switch s := sub(t, m, 3); s {
		case "":
		case "半":
			minute = 30
		case "一刻":
			minute = 15
		case "三刻":
			minute = 45
		default:
			minute, _ = toNumber(s)
		}
		word := sub(t, m, 1)
		if word == "" {
			word = dayPart.FindString(t[:m[0]])
		}
		return inPart(word, h), min(minute, 59), m[0], m[1], true
	}
	return partOfDay(t, from)
}

func partOfDay(t string, from int) (hour, minute, start, end int, ok bool) {
	m := dayPart.FindStringIndex(t)
	if m == nil || m[1] < from {
		return 0, 0, 0, 0, false
	}
	return partHours[t[m[0]:m[1]]], 0, m[0], m[1], true
}

// inPart: 下午三点 is 15; 晚上十二点 is the end of the day; three without a word is taken as said.
func inPart(word string, h int) int {
	switch word {
	case "下午", "傍晚", "晚上", "夜里", "晚", "今晚", "明晚", "昨晚", "后天晚":
		if h < 12 && h > 0 && !(word == "夜里" && h < 5) {
			return h + 12
		}
		if h == 12 && word != "下午" {
			return 24
		}
	case "中午":
		if h < 11 {
			return h + 12
		}
	}
	return h
}

func span(n, half, of string) time.Duration {
	one := time.Hour
	if of == "分钟" {
		one = time.Minute
	}
	if n == "半" {
		return one / 2
	}
	v, _ := toNumber(n)
	d := time.Duration(v) * one
	if half != "" {
		d += one / 2
	}
	return d
}

func sub(t string, m []int, i int) string {
	if m[2*i] < 0 {
		return ""
	}
	return t[m[2*i]:m[2*i+1]]
}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, china)
}

// toNumber reads 12, 十二, 廿三, 两.
func toNumber(s string) (int, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, n >= 0
	}
	s = strings.ReplaceAll(s, "廿", "二十")
	n, err := strconv.Atoi(hanNumber([]rune(s)))
	return n, err == nil
}

type dayOf = func(m []string, now time.Time, lunar Lunar) (time.Time, bool)

func plus(days int) dayOf {
	return func(_ []string, now time.Time, _ Lunar) (time.Time, bool) { return now.AddDate(0, 0, days), true }
}

var weekdays = map[string]int{"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7, "末": 6, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7}

// weekday: weeks begin on Monday. 周五 alone is the next Friday, today included; 下周五 is next week's.
func weekday(m []string, now time.Time, _ Lunar) (time.Time, bool) {
	want, today := weekdays[m[2]], (int(now.Weekday())+6)%7+1
	monday := now.AddDate(0, 0, 1-today)
	switch m[1] {
	case "下下":
		return monday.AddDate(0, 0, 13+want), true
	case "下":
		return monday.AddDate(0, 0, 6+want), true
	case "上":
		return monday.AddDate(0, 0, want-8), true
	case "这", "本":
		return monday.AddDate(0, 0, want-1), true
	}
	if want < today {
		want += 7
	}
	return monday.AddDate(0, 0, want-1), true
}

// date is the day if there is such a day.
func date(y, m, d int) (time.Time, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, china)
	return t, m >= 1 && m <= 12 && t.Day() == d
}

// monthDay: a date that has gone by more than half a year ago is next year's.
func monthDay(g []string, now time.Time, _ Lunar) (time.Time, bool) {
	m, _ := toNumber(g[1])
	d, _ := toNumber(g[2])
	t, ok := date(now.Year(), m, d)
	if ok && now.Sub(t) > 180*24*time.Hour {
		return date(now.Year()+1, m, d)
	}
	return t, ok
}

func nextMonthDay(g []string, now time.Time, _ Lunar) (time.Time, bool) {
	d, _ := toNumber(g[2])
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, china)
	if strings.HasPrefix(g[1], "下") {
		first = first.AddDate(0, 1, 0)
	}
	return date(first.Year(), int(first.Month()), d)
}

// edge: 月底 is the month's last day, 月初 the first of the next, 年底 the year's last.
func edge(g []string, now time.Time, _ Lunar) (time.Time, bool) {
	if g[1] == "" && !strings.HasPrefix(g[0], "月") {
		return time.Time{}, false
	}
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, china)
	switch {
	case g[1] == "年":
		return time.Date(now.Year(), 12, 31, 0, 0, 0, 0, china), g[2] == "底"
	case strings.HasPrefix(g[1], "下"):
		first = first.AddDate(0, 1, 0)
	case g[2] == "初":
		first = first.AddDate(0, 1, 0)
	}
	if g[2] == "初" {
		return first, true
	}
	return first.AddDate(0, 1, -1), true
}

// dayOfMonth: 12号 is this month's, or the next one's if it has gone by.
func dayOfMonth(g []string, now time.Time, _ Lunar) (time.Time, bool) {
	d, _ := toNumber(g[1])
	if d > 31 {
		return time.Time{}, false
	}
	t, ok := date(now.Year(), int(now.Month()), d)
	if !ok || t.Before(now) {
		next := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, china)
		return date(next.Year(), int(next.Month()), d)
	}
	return t, ok
}

func lunarDay(g []string, now time.Time, lunar Lunar) (time.Time, bool) {
	if lunar == nil {
		return time.Time{}, false
	}
	month := 0
	switch g[1] {
	case "":
	case "正":
		month = 1
	case "冬":
		month = 11
	case "腊":
		month = 12
	default:
		month, _ = toNumber(g[1])
	}
	d, ok := toNumber(strings.TrimPrefix(g[2], "初"))
	if !ok {
		return time.Time{}, false
	}
	return lunar(month, d, now)
}

func later(g []string, now time.Time, _ Lunar) (time.Time, bool) {
	n, ok := toNumber(g[1])
	switch {
	case strings.HasSuffix(g[2], "月"):
		return now.AddDate(0, n, 0), ok
	case g[2] != "天" && g[2] != "日":
		return now.AddDate(0, 0, 7*n), ok
	}
	return now.AddDate(0, 0, n), ok
}
