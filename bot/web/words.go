package web

import (
	"strings"
	"unicode"
)

// clean takes out of what somebody typed whatever cannot be seen: control
// characters, marks that turn the writing round, spaces without width. So no
// text reads differently from what it is, and no name passes for another.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	before := ' '
	s = strings.Map(func(x rune) rune {
		if x != '\n' && x != '\t' && (unicode.IsControl(x) || unicode.Is(unicode.Cf, x) && !joins(before, x) || unseen(x)) {
			return -1
		}
		before = x
		return x
	}, s)
	return strings.TrimSpace(s)
}

// joins reports whether a joiner stands where one belongs: inside 👨‍👩‍👧 or a
// script that needs it, but not between Chinese or Latin letters.
func joins(before, x rune) bool {
	joiner := x == '\u200d' || x == '\u200c' || x == '\u180e'
	return joiner && before > 0x7f && !unicode.IsSpace(before) && !unicode.Is(unicode.Han, before)
}

// unseen are letters by name only: they draw nothing.
func unseen(x rune) bool { return strings.ContainsRune("\u115f\u1160\u3164\uffa0\u2028\u2029", x) }

// squeezed is a name without its spaces, for comparing.
func squeezed(name string) string { return strings.Join(strings.Fields(name), "") }
