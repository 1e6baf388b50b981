package understand

import (
	"regexp"
	"strings"
)

var (
	idCard   = regexp.MustCompile(`(?:^|[^\d])(\d{17}[\dXx]|\d{15})(?:[^\d]|$)`)
	mobile   = regexp.MustCompile(`1[3-9]\d[ -]?\d{4}[ -]?\d{4}`)
	landline = regexp.MustCompile(`0\d{2,3}[- ]?\d{7,8}|(?:^|[^\d])[2-8]\d{6,7}(?:[^\d]|$)`)
	bank     = regexp.MustCompile(`(?:\d[ -]?){15,18}\d`)
	plate    = regexp.MustCompile(`[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z][·. ]?[A-Za-z0-9]{5,6}`)
	rooms    = regexp.MustCompile(`([A-Za-z]?\d{1,3}[-—](?:\d{1,2}[-—])?)\d{3,4}|\d{3,4}室`)
)

// Mask hides phones, ID and card numbers, plates and rooms; what is hidden becomes one ＊ a character.
func Mask(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= '0' && r <= '9' }) < 0 {
		return s
	}
	hide := func(re *regexp.Regexp, ok func(string) bool) {
		s = re.ReplaceAllStringFunc(s, func(m string) string {
			if ok != nil && !ok(m) {
				return m
			}
			return strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
					return '*'
				}
				return r
			}, m)
		})
	}
	hide(idCard, nil)
	hide(bank, luhn)
	hide(mobile, nil)
	hide(landline, nil)
	hide(plate, nil)
	hide(rooms, nil)
	return s
}

// luhn is the check digit rule of bank cards.
func luhn(s string) bool {
	sum, n := 0, 0
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		d := int(s[i] - '0')
		if n%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum, n = sum+d, n+1
	}
	return n >= 16 && sum%10 == 0
}
