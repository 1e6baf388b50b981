package onebot

import "strings"

// The escapes of the string form. One pass, so that what was escaped twice is unescaped once.
var (
	plainText = strings.NewReplacer("&#91;", "[", "&#93;", "]", "&amp;", "&")
	plainArg  = strings.NewReplacer("&#91;", "[", "&#93;", "]", "&#44;", ",", "&amp;", "&")
)

// parseCQ reads a message in string form: text with codes like [CQ:at,qq=10001] in it.
// What only looks like a code is text.
func parseCQ(s string) []segment {
	var out []segment
	text := func(t string) {
		if t != "" {
			out = append(out, segment{Type: "text", Data: map[string]word{"text": word(plainText.Replace(t))}})
		}
	}
	for {
		before, rest, found := strings.Cut(s, "[CQ:")
		code, after, closed := strings.Cut(rest, "]")
		if !found || !closed {
			text(s)
			return out
		}
		text(before)
		out = append(out, parseCode(code))
		s = after
	}
}

// parseCode reads the inside of a code: a name, then arguments.
func parseCode(code string) segment {
	name, args, _ := strings.Cut(code, ",")
	seg := segment{Type: name, Data: map[string]word{}}
	for arg := range strings.SplitSeq(args, ",") {
		if key, val, ok := strings.Cut(arg, "="); ok {
			seg.Data[key] = word(plainArg.Replace(val))
		}
	}
	return seg
}
