package web

import (
	"hash/fnv"
	"strings"
	"unicode"

	"linli/bot"
)

// An avatar is made of a name: one character on a colour of its own. Colours are classes of the style sheet.
type avatar struct {
	Char  string
	Class string
	Own   bool // 小邻's
}

const avatarColours = 12

var ownAvatar = avatar{Char: "邻", Class: "av-own", Own: true}

func avatarOf(name string) avatar {
	if name == bot.OwnName {
		return ownAvatar
	}
	h := fnv.New32a()
	h.Write([]byte(name))
	return avatar{Char: faceOf(name), Class: "av-" + string(rune('a'+h.Sum32()%avatarColours))}
}

// callings stand before a name and are no part of it.
var callings = []string{"物业", "网格员", "社区", "保安", "保洁"}

// faceOf picks the character people would know the name by: of 张阿姨 the 张, of 老周 the 周, of 网格员小王 the 王.
func faceOf(name string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	for _, c := range callings {
		if rest := strings.TrimPrefix(first, c); rest != "" {
			first = rest
		}
	}
	r := []rune(first)
	n := len(r)
	switch {
	case n > 1 && strings.ContainsRune("小老阿", r[0]) && unicode.Is(unicode.Han, r[1]):
		return string(r[1])
	case n > 3 && r[n-2] == '小':
		return string(r[n-1])
	}
	for _, x := range r {
		if unicode.IsLetter(x) || unicode.IsDigit(x) {
			return strings.ToUpper(string(x))
		}
	}
	return "邻"
}

// mosaic is the picture of a group: the faces of up to nine who spoke last, or the group's own character.
func mosaic(group string, names []string) []avatar {
	if len(names) < 2 {
		return []avatar{avatarOf(group)}
	}
	switch {
	case len(names) >= 9:
		names = names[:9]
	case len(names) > 4:
		names = names[:4]
	}
	out := make([]avatar, len(names))
	for i, n := range names {
		out[i] = avatarOf(n)
	}
	return out
}
