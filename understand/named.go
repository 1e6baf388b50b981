package understand

import (
	"regexp"
	"strings"
)

// places are the names of public places, as the lexicon has them: what is said → what it is called.
var places, placeNames = readPlaces()

func readPlaces() (*lexicon, []string) {
	raw, err := lexiconFiles.ReadFile("lexicon/places.txt")
	if err != nil {
		panic(err) // embedded
	}
	x, names := newLexicon(), []string(nil)
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for w := range strings.FieldsSeq(line) {
			said, name, renamed := strings.Cut(w, "=")
			if !renamed {
				name = said
			}
			m := x.meaning(said)
			m.parts = append(m.parts, part{pair: len(names)})
			names = append(names, name)
		}
	}
	return x, names
}

var zoned = regexp.MustCompile(`(?:地下车库|地库|车库|停车场)?[a-z]\d?(?:区|出口|口)|[东南西北]\d?门|(?:地下车库|地库|车库)?(?:负[一二三]层|b[123])|[\p{Han}]{1,3}(?:路口|桥头|河边)`)

// namedPlace finds a public place; the longest name wins.
func namedPlace(r []rune) string {
	name, longest := "", 0
	mayZone := false
	for i, c := range r {
		mayZone = mayZone || strings.ContainsRune("门区口层头边", c) || c == 'b'
		h := uint64(seedPhrase)
		for n := 0; n < places.reach[c] && i+n < len(r); n++ {
			h = mix(h, uint64(r[i+n]))
			if m := places.known[h]; m != nil && n+1 > longest {
				name, longest = placeNames[m.parts[0].pair], n+1
			}
		}
	}
	if mayZone {
		if m := zoned.FindString(string(r)); m != "" && m != "b1" {
			return strings.ToUpper(m)
		}
	}
	return name
}
