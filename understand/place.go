package understand

import (
	"strconv"
	"strings"

	"linli/community"
)

// A number is a number in a text, with the characters around it, waiting to be told what it counts.
type number struct {
	val        string // "3", "A3", "1203": digits Arabic, letters upper case
	start, end int    // in characters
	digits     int    // how many digits it was written with; 0 for Chinese numerals like 十二
	used       bool
}

// placeIn finds what a normalised text itself says about a place.
func placeIn(t string) community.Place {
	r := []rune(t)
	nums := numbersIn(r)
	var p community.Place
	for i := range nums {
		chain(r, nums, i, &p)
	}
	for i := range nums {
		bySuffix(r, &nums[i], &p)
	}
	if p.Room == "" {
		for i := range nums {
			if bareRoom(r, &nums[i]) {
				p.Room = nums[i].val
				break
			}
		}
	}
	if p.Building == "" {
		lettered(r, &p)
	}
	if name, house := hamletIn(r, nums); name != "" && p.Building == "" {
		p.Name, p.Building = name, house
	}
	if p.Name == "" {
		p.Name = namedPlace(r)
	}
	return p
}

// numbersIn finds the numbers, letters that belong to them included (a3, 12b, 甲1).
func numbersIn(r []rune) []number {
	var out []number
	for i := 0; i < len(r); {
		switch {
		case isDigit(r[i]):
			j := i
			for j < len(r) && isDigit(r[j]) {
				j++
			}
			n := number{val: strings.TrimLeft(string(r[i:j]), "0"), start: i, end: j, digits: j - i}
			if i > 0 && isLetter(r[i-1]) && (len(out) == 0 || out[len(out)-1].end < i) && (i == 1 || !isLetter(r[i-2])) && n.digits <= 3 {
				n.val, n.start = strings.ToUpper(string(r[i-1]))+n.val, i-1
			}
			if j < len(r) && isLetter(r[j]) && (j+1 == len(r) || !isLetter(r[j+1]) && !isDigit(r[j+1])) && n.digits <= 3 && !strings.ContainsRune("mkg", r[j]) {
				n.val, n.end = n.val+strings.ToUpper(string(r[j])), j+1
			}
			out = append(out, n)
			i = n.end
		case hanDigit(r[i]) >= 0 || r[i] == '十':
			j := i
			for j < len(r) && (hanDigit(r[j]) >= 0 || r[j] == '十' || r[j] == '百') {
				j++
			}
			out = append(out, number{val: hanNumber(r[i:j]), start: i, end: j})
			i = j
		default:
			i++
		}
	}
	return out
}

func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// hanDigit gives 0..9 for a Chinese numeral, -1 for anything else.
func hanDigit(r rune) int {
	switch r {
	case '零', '〇':
		return 0
	case '一', '幺':
		return 1
	case '二', '两':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	}
	return -1
}

// hanNumber writes 十二 as 12 and 一零一 as 101.
func hanNumber(r []rune) string {
	if !strings.ContainsAny(string(r), "十百") {
		b := make([]byte, 0, len(r))
		for _, c := range r {
			b = append(b, byte('0'+hanDigit(c)))
		}
		return strings.TrimLeft(string(b), "0")
	}
	n, cur := 0, 0
	for _, c := range r {
		switch c {
		case '十':
			n, cur = n+max(cur, 1)*10, 0
		case '百':
			n, cur = n+max(cur, 1)*100, 0
		default:
			cur = hanDigit(c)
		}
	}
	return strconv.Itoa(n + cur)
}

func after(r []rune, at int, words ...string) string {
	for _, w := range words {
		if hasAt(r, at, w) {
			return w
		}
	}
	return ""
}

func hasAt(r []rune, at int, w string) bool {
	for _, c := range w {
		if at >= len(r) || r[at] != c {
			return false
		}
		at++
	}
	return true
}

func endsBefore(r []rune, at int, words ...string) bool {
	for _, w := range words {
		if n := runesIn(w); at >= n && hasAt(r, at-n, w) {
			return true
		}
	}
	return false
}

// chain reads numbers joined by dashes: 5-1203, 12-2-301, a3-1203, 3杠502.
func chain(r []rune, nums []number, i int, p *community.Place) {
	if p.Building != "" || nums[i].used || chainByLetter(r, nums, i, p) {
		return
	}
	parts := []int{i}
	for k := i; k+1 < len(nums) && len(parts) < 4; k++ {
		gap := r[nums[k].end:nums[k+1].start]
		if len(gap) != 1 || !strings.ContainsRune("-—–_杠/", gap[0]) || gap[0] == '/' && len(parts) > 0 && nums[k+1].digits < 3 {
			break
		}
		parts = append(parts, k+1)
	}
	last := nums[parts[len(parts)-1]]
	if len(parts) < 2 || len(parts) > 3 || i > 0 && nums[i].start > 0 && strings.ContainsRune("-—:.~", r[nums[i].start-1]) || isTime(r, last) {
		return
	}
	room := last.val
	if len(parts) == 2 && last.digits == 1 && nums[i].digits <= 2 && after(r, last.end, "电梯", "单元", "门", "楼道", "大堂", "楼下", "口的") != "" {
		p.Building, p.Unit = nums[i].val, last.val
		nums[i].used, nums[parts[1]].used = true, true
		return
	}
	if last.digits > 0 && last.digits < 3 || last.digits > 4 || nums[i].digits > 3 {
		return
	}
	if len(parts) == 3 {
		if nums[parts[1]].digits > 2 {
			return
		}
		p.Unit = nums[parts[1]].val
	}
	p.Building, p.Room = nums[i].val, room
	for _, k := range parts {
		nums[k].used = true
	}
}

// chainByLetter reads 2-B-613: building, a unit by its letter, room.
func chainByLetter(r []rune, nums []number, i int, p *community.Place) bool {
	if i+1 >= len(nums) || nums[i].digits == 0 || nums[i].digits > 2 || nums[i+1].digits < 3 || nums[i+1].digits > 4 {
		return false
	}
	gap := r[nums[i].end:nums[i+1].start]
	if len(gap) != 3 || gap[0] != '-' || gap[2] != '-' || !isLetter(gap[1]) && !strings.ContainsRune("甲乙丙丁", gap[1]) {
		return false
	}
	p.Building, p.Unit, p.Room = nums[i].val, strings.ToUpper(string(gap[1])), nums[i+1].val
	nums[i].used, nums[i+1].used = true, true
	return true
}

// isTime: 8-1000元, 3-500米, 9-11点 are no rooms.
func isTime(r []rune, n number) bool {
	return after(r, n.end, "点", "元", "块", "米", "斤", "岁", "人", "个", "天", ":", "%", "度", "克", "平", "月", "年", "日", "路", "万", "分", "公里", "号线", "-", "m", "g", "kg") != ""
}

// bySuffix tells what a number counts by what follows it.
func bySuffix(r []rune, n *number, p *community.Place) {
	if n.used || n.digits > 4 {
		return
	}
	take := func(field *string) {
		if *field == "" {
			*field = n.val
		}
		n.used = true
	}
	small := n.digits <= 3 && len(n.val) <= 4
	switch {
	case small && after(r, n.end, "号楼", "幢", "栋", "座", "#楼", "号房子", "号住宅", "楼栋", "号 楼", "栋楼") != "" && !(hasAt(r, n.end, "座") && !isLetter(r[n.start]) && n.digits == 0):
		if n.digits == 0 && endsBefore(r, n.start, "整", "这", "那", "每", "第") || isMeasure(r, n) {
			return
		}
		n.val = prefixed(r, n) + n.val
		take(&p.Building)
		roomAfter(r, letteredUnit(r, n.end+suffixLength(r, n.end), p), p)
	case small && after(r, n.end, "#") != "" && !hasAt(r, n.end+1, "楼"):
		n.val = prefixed(r, n) + n.val
		take(&p.Building)
	case small && after(r, n.end, "楼") != "" && unitFollows(r, n.end+1):
		take(&p.Building)
	case small && after(r, n.end, "单元", "门洞", "梯口", "号门洞", "号单元") != "":
		take(&p.Unit)
		roomAfter(r, n.end+runesIn(after(r, n.end, "号单元", "号门洞", "单元", "门洞", "梯口")), p)
	case small && p.Building != "" && after(r, n.end, "号门", "门", "梯") != "" && !hasAt(r, n.end, "门口"):
		take(&p.Unit)
		roomAfter(r, n.end+runesIn(after(r, n.end, "号门", "门", "梯")), p)
	case small && isLetter(r[n.start]) && after(r, n.end, "楼") != "":
		take(&p.Building)
	case after(r, n.end, "房") != "" && n.digits >= 3 && p.Building != "" && after(r, n.end, "房租", "房子", "房价") == "":
		take(&p.Room)
	case after(r, n.end, "室", "户") != "" && (n.digits >= 3 || n.digits == 0 && len(n.val) >= 3):
		take(&p.Room)
	case after(r, n.end, "号") != "" && n.digits >= 3 && p.Building != "":
		take(&p.Room)
	case small && after(r, n.end, "层", "楼") != "" && !endsBefore(r, n.start, "第"):
		take(&p.Floor)
	}
}

// letteredUnit reads the 甲 of 7幢甲单元 and the B of 2栋B座, and says where it ends.
func letteredUnit(r []rune, at int, p *community.Place) int {
	if at >= len(r) || !isLetter(r[at]) && !strings.ContainsRune("甲乙丙丁", r[at]) {
		return at
	}
	word := after(r, at+1, "单元", "座", "门")
	if word == "" && (at+1 >= len(r) || !isDigit(r[at+1])) {
		return at
	}
	if p.Unit == "" {
		p.Unit = strings.ToUpper(string(r[at]))
	}
	return at + 1 + runesIn(word)
}

// isMeasure: 一幢幢, 两栋楼 count buildings, they do not name one.
func isMeasure(r []rune, n *number) bool {
	if n.digits == 0 && n.val == "1" && after(r, n.end, "栋楼", "幢楼") != "" && !endsBefore(r, n.start, "第") {
		return true
	}
	return n.digits == 0 && n.val == "2" && r[n.start] == '两' || after(r, n.end, "幢幢", "栋栋") != ""
}

// prefixed is a direction or sign that belongs to a building's number: 东3幢, 甲1号楼.
func prefixed(r []rune, n *number) string {
	if n.start == 0 {
		return ""
	}
	switch c := r[n.start-1]; c {
	case '甲', '乙', '丙', '丁', '东', '西', '南', '北':
		if n.start == 1 || !strings.ContainsRune("以之往朝靠在", r[n.start-2]) {
			return string(c)
		}
	case '区':
		if n.start >= 2 && strings.ContainsRune("东西南北abcd", r[n.start-2]) {
			return strings.ToUpper(string(r[n.start-2]))
		}
	}
	return ""
}

func suffixLength(r []rune, at int) int {
	return runesIn(after(r, at, "号楼", "号房子", "号住宅", "#楼", "楼栋", "栋楼", "幢", "栋", "座"))
}

// roomAfter reads 12号楼1单元502 and 5幢601: the room that follows without a word.
func roomAfter(r []rune, at int, p *community.Place) {
	if at < len(r) && (r[at] == ' ' || r[at] == '-') {
		at++
	}
	j := at
	for j < len(r) && isDigit(r[j]) {
		j++
	}
	if j-at < 3 || j-at > 4 || p.Room != "" || isTime(r, number{end: j}) {
		return
	}
	p.Room = strings.TrimLeft(string(r[at:j]), "0")
}

// unitFollows: 3楼2单元 names a building, 3楼 a floor.
func unitFollows(r []rune, at int) bool {
	j := at
	for j < len(r) && (isDigit(r[j]) || hanDigit(r[j]) > 0) {
		j++
	}
	return j > at && hasAt(r, j, "单元")
}

// notRooms are numbers that look like a room and are none.
var notRooms = map[string]bool{"110": true, "119": true, "120": true, "122": true, "114": true, "315": true, "404": true, "520": true, "1314": true, "996": true, "500": true}

// bareRoom: a number of three or four digits that stands where neighbours name a flat: 我202, 楼上403, 1703能不能.
func bareRoom(r []rune, n *number) bool {
	if n.used || n.digits != 3 && n.digits != 4 && !(n.digits == 0 && len(n.val) == 3 && n.end-n.start == 3) || notRooms[n.val] || isTime(r, *n) || isLetter(r[n.start]) {
		return false
	}
	v, err := strconv.Atoi(n.val)
	if err != nil || v%100 == 0 || v%100 > 30 || v/100 > 45 {
		return false
	}
	if n.start > 0 && strings.ContainsRune("¥$.:-—+*/第约近", r[n.start-1]) || after(r, n.end, "路", "栏", "线", "多", "的车位", "车位", "号车", "毫", "瓦", "升", "兆", "群", "期", "次", "张", "条", "本", "箱", "盒", "桌", "位", "名", "步", "秒", ".", "大卡", "以", "左右") != "" {
		return false
	}
	before := n.start == 0 || r[n.start-1] == '\n' || endsBefore(r, n.start, "我", "我家", "楼上", "楼下", "隔壁", "对门", "对面", "住", "住在", "家", "@", "单元", "的", "那个", "就是", "是", "去", "到", "敲", " ")
	behind := n.end == len(r) || after(r, n.end, "家", "的", "也", "门", "窗", "阳台", "卫生间", "厨房", "卧室", "客厅", "能", "又", "在", "漏", "楼", "邻居", "业主", "老", "那", "没", "停", "谁", ",", "，", "?", " ", "渗", "这", "上", "下", "有", "是", "房", "装", "请", "一家", "住") != ""
	return before && (behind || n.start > 0) || behind && endsBefore(r, n.start, "给", "找", "问", "跟", "和", "帮", "请")
}

// lettered finds a building that is only a letter: a座, b栋1808.
func lettered(r []rune, p *community.Place) {
	for i, c := range r {
		if isLetter(c) && (i == 0 || !isLetter(r[i-1]) && !isDigit(r[i-1])) && after(r, i+1, "座", "栋", "幢", "号楼") != "" {
			p.Building = strings.ToUpper(string(c))
			roomAfter(r, i+1+suffixLength(r, i+1), p)
			return
		}
	}
}

// hamletEnds are what names of hamlets and lanes end in.
const hamletEnds = "浜埭宅泾圩庄巷弄湾角村坊里街"

// hamletIn reads 南浜12号 and 石板巷18号: a hamlet or lane with a house number.
func hamletIn(r []rune, nums []number) (name, house string) {
	for _, n := range nums {
		if n.used || n.digits > 3 || after(r, n.end, "号") == "" || after(r, n.end, "号楼", "号线", "号下午", "号上午", "号晚", "号早") != "" || hasAt(r, n.end, "号门") && !hasAt(r, n.end, "号门口") {
			continue
		}
		if n.start < 2 || !strings.ContainsRune(hamletEnds, r[n.start-1]) {
			continue
		}
		from := n.start - 2
		for from > 0 && n.start-from < 4 && isHan(r[from-1]) && !strings.ContainsRune("在到去的住我们你他那这是家从找给问和跟,", r[from-1]) {
			from--
		}
		return string(r[from:n.start]), n.val
	}
	return "", ""
}

func isHan(c rune) bool { return c >= 0x4e00 && c <= 0x9fff }

// BuildingOf tells the building a group's name speaks of; "" if it speaks of none.
func BuildingOf(name string) string { return placeIn(Normalise(name)).Building }

// homeOf reads a nickname like 「张阿姨 3-502」, 「12幢王」 or 「5-1203房东」.
func homeOf(name string) community.Place {
	p := placeIn(Normalise(name))
	p.Name, p.Floor = "", ""
	if p.Building == "" {
		return community.Place{}
	}
	return p
}
