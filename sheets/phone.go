package sheets

import (
	"regexp"
	"strings"
)

var (
	scientific = regexp.MustCompile(`^\d(\.\d+)?[eE]\+?\d+$`)
	decimal    = regexp.MustCompile(`^\d{7,}\.0+$`)
	bare       = regexp.MustCompile(`^\d{10,11}$`)
)

// readPhone refuses numbers that Excel has broken: they look right and ring at a stranger's.
func readPhone(c Cell) (string, string) {
	phone, why := plainText(c)
	if why != "" {
		return phone, why
	}
	for part := range strings.FieldsFuncSeq(phone, func(r rune) bool { return strings.ContainsRune("/、,，;；\n 　", r) }) {
		switch {
		case scientific.MatchString(part):
			return phone, "电话变成了科学计数法（" + part + "），后面的数字已经丢了：请把这一列的格式设为「文本」，重新填写完整号码"
		case decimal.MatchString(part):
			return phone, "电话后面多了小数点（" + part + "），请去掉"
		case lostZero(part):
			return phone, "电话「" + part + "」像是丢了开头的 0：请把这一列的格式设为「文本」，把区号写全，例如 0" + part[:3] + "-…"
		}
	}
	return phone, ""
}

// lostZero: an area code and number without the zero in front have 10 or 11
// digits. A mobile number has 11 and begins with 1, a service number 400 or 800.
func lostZero(s string) bool {
	if !bare.MatchString(s) {
		return false
	}
	if s[0] == '1' {
		return len(s) == 10 && s[1] == '0' // 010, Beijing
	}
	service := len(s) == 10 && (strings.HasPrefix(s, "400") || strings.HasPrefix(s, "800"))
	return s[0] != '0' && !service
}
