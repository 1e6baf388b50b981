package replay

import (
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// narrow counts what East Asia leaves open (…, ──, “”) as one column, as terminals do today.
var narrow = &runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}

// cells is how many columns a text takes on a terminal: a Chinese character takes two.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n += narrow.RuneWidth(r)
	}
	return n
}

// neverFirst are the marks that do not begin a line: the character before them comes along.
const neverFirst = "，。！？、；：）」』】》…”’,.!?;:)]"

// together is how many characters at the end of a line belong to the next one: of a word, a number, or before a mark.
func together(line []rune, next rune) int {
	if strings.ContainsRune(neverFirst, next) && len(line) > 1 {
		return 1
	}
	k := 0
	for wordy(next) && k < len(line) && wordy(line[len(line)-1-k]) {
		k++
	}
	if k > 16 || k == len(line) {
		return 0
	}
	return k
}

func wordy(r rune) bool {
	return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-:#", r))
}

// wrap breaks a text into lines of at most n columns; those after the first are indented.
func wrap(s string, n, indent int) []string {
	var lines []string
	var line []rune
	room := n
	for _, r := range s {
		w := narrow.RuneWidth(r)
		if w > room && len(line) > indent {
			var carry []rune
			if k := together(line[indent:], r); k > 0 {
				carry, line = line[len(line)-k:], line[:len(line)-k]
			}
			lines = append(lines, string(line))
			line = append([]rune(strings.Repeat(" ", indent)), carry...)
			if room = n - indent - cells(string(carry)); r == ' ' {
				continue
			}
		}
		line = append(line, r)
		room -= w
	}
	return append(lines, string(line))
}

// tame makes a resident's words harmless to a terminal: what steers it is not text.
func tame(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r == '\u200d' || r == '\ufe0f' || r >= 0x1f3fb && r <= 0x1f3ff:
			return -1 // joins or tints emoji: no two terminals agree how wide the whole is
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return '·'
		}
		return r
	}, s)
}
