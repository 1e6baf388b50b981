package understand

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A veil hides who and where in words that leave the house. It hides more than
// Mask, which serves staff: a second opinion needs no number that could be a room.
type veil struct{ names *strings.Replacer }

// somebody stands for whoever was named.
const somebody = "某人"

// veilOf knows the names of all who are in the talk, on the people list or on a roll.
func veilOf(l *look) veil {
	var all []string
	add := func(name string) {
		all = append(all, callings(name)...)
	}
	add(l.m.Name)
	for _, h := range l.s.Recent {
		add(h.Message.Name)
	}
	for _, p := range l.s.People {
		add(p.Name)
	}
	for _, r := range l.s.Rolls {
		for _, n := range r.Names {
			add(n)
		}
	}
	return veil{replacer(all)}
}

// Veil hides who and where in words that are shown to somebody who need not know: these names, phones, rooms.
func Veil(names []string) func(words string) string {
	var all []string
	for _, n := range names {
		all = append(all, callings(n)...)
	}
	v := veil{replacer(all)}
	return func(words string) string { return v.over(Normalise(words)) }
}

// trades stand in nicknames and say nothing of who it is.
var trades = []string{"物业", "社区", "居委", "居委会", "业主", "楼长", "楼组长", "网格员", "志愿者", "管家", "客服", "保安", "前台", "租客", "租户", "房东", "住户", "邻居", "小邻", "单元", "号楼"}

// callings are what somebody with this nickname may be called: all of it, without the room, and each of its words.
func callings(name string) (out []string) {
	n := Normalise(name)
	short := Normalise(shortName(name))
	words := strings.FieldsFunc(short, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, w := range append(words, n, short) {
		if runesIn(w) >= 2 && !slices.Contains(trades, w) {
			out = append(out, w)
		}
	}
	return out
}

// replacer puts somebody in the place of each name; where one begins another, the longer goes first.
func replacer(names []string) *strings.Replacer {
	slices.SortFunc(names, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	var pairs []string
	for _, n := range slices.Compact(names) {
		pairs = append(pairs, n, somebody)
	}
	return strings.NewReplacer(pairs...)
}

const (
	surnames = `(?:欧阳|司马|诸葛|上官|司徒|夏侯|皇甫|慕容|[王李张刘陈杨黄赵周吴徐孙朱马胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤葛施柳章鲁凌祝冼翁庄倪骆殷季])`
	digits   = `[零〇一二三四五六七八九]`
)

var (
	// rollEntry is a line of a 接龙.
	rollEntry = regexp.MustCompile(`(?m)^([ \t]*\d{1,3}[ \t]*[.、:,)]?[ \t]*)\p{Han}[^\n]*$`)
	// titled is a surname, perhaps with a given name, before a title.
	titled = regexp.MustCompile(surnames + `\p{Han}{0,2}?(阿姨|大妈|大爷|大叔|叔叔|爷爷|奶奶|伯伯|婆婆|大姐|大哥|师傅|老师|先生|女士|小姐|主任|书记|经理|医生|大夫|护士|队长|老板|同志)|` + surnames + `([叔姨哥姐婶嫂伯爷奶婆])`)
	// introduced is a full name after words that announce one.
	introduced = regexp.MustCompile(`((?:[我他她名]叫|姓名|名字|联系人|业主|户主|患者|老人)(?:是|为)?[ :]?)` + surnames + `\p{Han}{1,2}`)
	// handles are names and addresses in other networks.
	handles = regexp.MustCompile(`[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+|(?:wxid_|微信号?[ :]*|qq[ :]*)[a-z0-9_-]{4,}|[a-z][a-z_-]*\d[a-z0-9_-]{4,}`)
	// spelt is a room in Chinese numerals: 五零二, 一二〇三.
	spelt = regexp.MustCompile(digits + `{1,2}[零〇]` + digits + `|` + digits + `{3,4}室`)
	run   = regexp.MustCompile(`\d{3,}(?:号楼|栋|幢|座)?`)
)

// hotlines are short numbers that everybody may know.
var hotlines = []string{"110", "112", "114", "119", "120", "122"}

// over is a text, normalised already, as it may leave the house.
func (v veil) over(s string) string {
	s = Mask(v.names.Replace(s))
	if strings.Contains(s, "接龙") {
		s = rollEntry.ReplaceAllString(s, "${1}"+somebody)
	}
	s = introduced.ReplaceAllString(s, "${1}"+somebody)
	s = titled.ReplaceAllString(s, "某${1}${2}")
	s = handles.ReplaceAllString(s, "*")
	s = spelt.ReplaceAllString(s, "***")
	return run.ReplaceAllStringFunc(s, hideRun)
}

// hideRun hides a number that may be a room or an account; houses and the five digits of public hotlines stay.
func hideRun(n string) string {
	bare := strings.TrimRight(n, "号楼栋幢座")
	if len(bare) == 5 || bare != n && len(bare) == 3 || slices.Contains(hotlines, bare) {
		return n
	}
	return strings.Repeat("*", len(bare)) + n[len(bare):]
}
