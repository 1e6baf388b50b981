package onebot

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An ident is an id as the platform wrote it. Some bridges count accounts,
// groups and messages in 64-bit numbers, others name them by strings; each
// wants back what it gave, digit for digit.
type ident struct {
	text   string
	number bool
}

// maxIdent is the longest id in bytes; the real ones are far shorter.
const maxIdent = 64

var wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,18})$`)

// UnmarshalJSON reads a number or a string; null is no id.
func (i *ident) UnmarshalJSON(raw []byte) error {
	*i = ident{}
	if string(raw) == "null" {
		return nil
	}
	if wholeNumber.Match(raw) {
		*i = ident{string(raw), true}
		return nil
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil || !sound(s) {
		return fmt.Errorf("onebot: an id of %d bytes is neither a whole number nor a short string", len(raw))
	}
	i.text = s
	return nil
}

// MarshalJSON writes the id in the kind it came.
func (i ident) MarshalJSON() ([]byte, error) {
	if i.number {
		return []byte(i.text), nil
	}
	return json.Marshal(i.text)
}

// sound reports whether a string can be an id of ours: short, whole, visible.
func sound(s string) bool {
	return len(s) <= maxIdent && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// nobody reports whether there is no id: null, missing, "" or 0.
func (i ident) nobody() bool { return i.text == "" || i.number && i.text == "0" }

// stringMark stands before ids that came as strings, so that 22 and "22" stay two things.
const stringMark = "s:"

// String is the id with its kind, for handles and person ids.
func (i ident) String() string {
	if i.number {
		return i.text
	}
	return stringMark + i.text
}

// parseIdent reads what String wrote.
func parseIdent(s string) (ident, bool) {
	if text, ok := strings.CutPrefix(s, stringMark); ok {
		return ident{text: text}, text != "" && sound(text)
	}
	return ident{s, true}, s != "0" && wholeNumber.MatchString(s)
}
