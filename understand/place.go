package understand

import (
	"regexp"
	"strings"

	"linli/community"
)

const num = `([a-z]?\d{1,3}[a-z]?|[一二两三四五六七八九十百]{1,4})`

var (
	// A3座, 12号楼, 三幢, 3# 楼. A road's number (12号) is not a building.
	buildingSaid = regexp.MustCompile(num + `(?:号楼|幢|栋|座|#楼|#|号(?:房子|车库))`)
	buildingBare = regexp.MustCompile(num + `楼(?:[^上下层道]|$)`)
	unitSaid     = regexp.MustCompile(num + `(?:单元|门洞|梯口)`)
	floorSaid    = regexp.MustCompile(num + `(?:层|楼)`)
	roomSaid     = regexp.MustCompile(`(\d{3,4})(?:室|户|的|家|房)`)
	// 3-502, 5-1203, 12-2-301, a3-1203
	dashed  = regexp.MustCompile(`(?:^|[^\d\-~.a-z])([a-z]?\d{1,3})[-—](?:(\d{1,2})[-—])?(\d{3,4})(?:[^\d\-:]|$)`)
	compact = regexp.MustCompile(`(?:号楼|幢|栋|座|单元)\s?(\d{3,4})(?:[^\d]|$)`)
	hamlet  = regexp.MustCompile(`([\p{Han}]{1,4}(?:浜|埭|宅|泾|圩|庄|巷|角|桥头|村))(\d{1,3})号`)
	village = regexp.MustCompile(`(\d{1,3})号(?:门口|家|那|旁|前|后|边|院|屋)`)
)

var placeWords = []string{"地下车库", "地下室", "车库", "北门", "南门", "东门", "西门", "正门", "后门", "侧门", "大门口", "门卫", "岗亭", "中心花园", "小花园", "花园",
	"凉亭", "广场", "篮球场", "健身区", "健身器材", "儿童乐园", "游乐区", "滑梯", "垃圾房", "垃圾站", "垃圾桶", "充电棚", "充电桩", "车棚", "停车场", "快递柜", "驿站",
	"菜场", "活动室", "活动中心", "服务中心", "居委会", "电梯厅", "楼道", "天台", "楼顶", "河边", "桥", "路口", "水塘", "祠堂", "公交站", "卫生间", "公厕"}

var zoned = regexp.MustCompile(`([东南西北]\d?门|[a-z]区|[a-z]\d?出口|地下(?:车库)?[a-z\d一二]+[区层]|[\p{Han}]{1,3}(?:路|河|桥)(?:边|口)?)`)

// placeIn finds what a text itself says about a place.
func placeIn(t string) community.Place {
	var p community.Place
	if m := dashed.FindStringSubmatch(t); m != nil {
		p.Building, p.Unit, p.Room = digits(m[1]), digits(m[2]), m[3]
	}
	if m := buildingSaid.FindStringSubmatch(t); m != nil {
		p.Building = digits(m[1])
	} else if m := buildingBare.FindStringSubmatch(t); m != nil && p.Building == "" && len(m[1]) > 0 && any1(t, []string{m[1] + "楼单元", m[1] + "楼门口", m[1] + "楼前", m[1] + "楼后"}) {
		p.Building = digits(m[1])
	}
	if m := unitSaid.FindStringSubmatch(t); m != nil {
		p.Unit = digits(m[1])
	}
	if p.Room == "" {
		if m := roomSaid.FindStringSubmatch(t); m != nil {
			p.Room = m[1]
		} else if m := compact.FindStringSubmatch(t); m != nil {
			p.Room = m[1]
		}
	}
	rest := buildingSaid.ReplaceAllString(t, " ")
	if m := floorSaid.FindStringSubmatch(rest); m != nil {
		p.Floor = digits(m[1])
	}
	if m := hamlet.FindStringSubmatch(t); m != nil && p.Building == "" {
		p.Building, p.Name = m[2], m[1]
	}
	if p.Name == "" {
		p.Name = namedPlace(t)
	}
	return p
}

func namedPlace(t string) string {
	if m := zoned.FindString(t); m != "" && any1(m, []string{"门", "区", "出口"}) {
		if strings.Contains(t, "地下车库") && !strings.HasPrefix(m, "地下") && strings.HasSuffix(m, "区") {
			return "地下车库" + strings.ToUpper(m)
		}
		return strings.ToUpper(m)
	}
	w, _ := has(t, placeWords)
	if w == "楼道" || w == "桥" {
		return ""
	}
	return w
}

// BuildingOf tells the building a group's name speaks of; "" if it speaks of none.
func BuildingOf(name string) string {
	if m := buildingSaid.FindStringSubmatch(Normalise(name)); m != nil {
		return digits(m[1])
	}
	return ""
}

// homeOf reads a nickname like 「张阿姨 3-502」 or 「12幢王」.
func homeOf(name string) community.Place {
	t := Normalise(name)
	if m := dashed.FindStringSubmatch(" " + t + " "); m != nil {
		return community.Place{Building: digits(m[1]), Unit: digits(m[2]), Room: m[3]}
	}
	if m := buildingSaid.FindStringSubmatch(t); m != nil {
		p := community.Place{Building: digits(m[1])}
		if m := compact.FindStringSubmatch(t + " "); m != nil {
			p.Room = m[1]
		}
		return p
	}
	return community.Place{}
}

var hanDigit = map[rune]int{'一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

// digits writes a number the way labels have it: 三 → 3, 十二 → 12, a3 → A3.
func digits(s string) string {
	if s == "" || s[0] < 0x80 {
		return strings.TrimLeft(strings.ToUpper(s), "0")
	}
	n, cur := 0, 0
	for _, r := range s {
		switch r {
		case '十':
			n, cur = n+max(cur, 1)*10, 0
		case '百':
			n, cur = n+max(cur, 1)*100, 0
		default:
			cur = hanDigit[r]
		}
	}
	n += cur
	if n == 0 {
		return ""
	}
	out := []byte{}
	for ; n > 0; n /= 10 {
		out = append([]byte{byte('0' + n%10)}, out...)
	}
	return string(out)
}

// indoors are the categories whose problem is usually in or at the speaker's own building.
var indoors = map[string]bool{"elevator": true, "lighting": true, "plumbing": true, "power": true, "access": true, "building": true, "noise": true, "fire": true, "sanitation": true, "elderly": true}

// locate is the problem's place: what was said, else the thread's, the group's own building,
// and the speaker's home only where they speak of their own.
func (r *Reader) locate(l *look, category string) community.Place {
	p := l.where
	home := homeOf(l.m.Name)
	own := any1(l.t, []string{"我家", "我们家", "家里", "咱家", "俺家", "我屋", "我这屋", "屋里", "我房间"})
	if own && p.Building == "" {
		p = p.Or(home)
		p.Unit = firstOf(p.Unit, home.Unit)
	}
	if p.Building == "" && p.Name == "" && indoors[category] {
		if b := r.buildings[l.m.Group]; b != "" {
			p.Building = b
		} else if any1(l.t, []string{"我们楼", "我们这栋", "我们这幢", "我们栋", "我们幢", "本楼", "楼道", "电梯", "楼上", "楼下", "单元"}) {
			p.Building = home.Building
		}
	}
	if home.Building != "" && home.Building == p.Building && p.Unit == "" && l.where.Building == "" && indoors[category] {
		p.Unit = home.Unit
		if p.Room == "" && any1(l.t, []string{"卧室", "卫生间", "马桶", "厨房", "客厅", "天花板", "阳台", "我家", "我们家", "家里", "飘窗"}) {
			p.Room = home.Room
		}
	}
	if p.Building == "" && r.villages {
		if m := village.FindStringSubmatch(l.t); m != nil {
			p.Building = m[1]
		}
	}
	return p
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
