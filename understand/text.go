package understand

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// traditional maps traditional characters to simplified ones.
var traditional = func() map[rune]rune {
	raw, err := lexiconFiles.ReadFile("lexicon/traditional.txt")
	if err != nil {
		panic(err) // embedded
	}
	m := map[rune]rune{}
	pairs := []rune(strings.Join(strings.Fields(string(raw)), ""))
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}()

// Normalise makes a text comparable: valid UTF-8, half width, simplified, lower case,
// without marks that cannot be seen. Line breaks stay.
func Normalise(s string) string {
	if plain(s) {
		return strings.TrimSpace(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			continue // a broken byte
		}
		if r = folded(r); r >= 0 {
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// plain: nothing in it would change.
func plain(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError || folded(r) != r {
			return false
		}
	}
	return true
}

// folded is the comparable form of a character; -1 if it is not to be seen.
func folded(r rune) rune {
	switch {
	case r == '\n' || r >= ' ' && r < 'A' || r > 'Z' && r < 0x7f:
		return r
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r == '\t' || r == '\r' || r == 0x3000 || r == 0xa0:
		return ' '
	case r >= 0x4e00 && r <= 0x9fff:
		if to, ok := traditional[r]; ok {
			return to
		}
		return r
	case r >= 0xff01 && r <= 0xff5e:
		return folded(r - 0xfee0)
	case unicode.In(r, unicode.Cf, unicode.Cc, unicode.Variation_Selector):
		return -1
	}
	return unicode.ToLower(r)
}
