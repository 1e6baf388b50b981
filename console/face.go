package console

import (
	"hash/fnv"
	"strings"
	"unicode"

	"linli/community"
)

// A face is how a person stands on the page: one character on a colour of their own, a name and what they do.
type face struct {
	Char, Class string
	Name, Job   string
}

const faceColours = 12

func faceOf(p community.Person) face {
	f := named(p.Name)
	f.Job = jobOf(p)
	return f
}

func named(name string) face {
	h := fnv.New32a()
	h.Write([]byte(name))
	return face{Char: charOf(name), Class: "av-" + string(rune('a'+h.Sum32()%faceColours)), Name: name}
}

// charOf picks the character people would know a name by: the first, or of 小王, 老周 and 阿姨 names the second.
func charOf(name string) string {
	r := []rune(strings.TrimSpace(name))
	if len(r) > 1 && strings.ContainsRune("小老阿", r[0]) && unicode.Is(unicode.Han, r[1]) {
		return string(r[1])
	}
	for _, x := range r {
		if unicode.IsLetter(x) || unicode.IsDigit(x) {
			return strings.ToUpper(string(x))
		}
	}
	return "邻"
}
