package community

import "strings"

// Nearest is the name that somebody who wrote word most likely meant, or "" if none is near enough to offer.
func Nearest(word string, names []string) string {
	w := []rune(strings.ToLower(word))
	best, least := "", max(1, len(w)/3)+1
	for _, name := range names {
		if d := slips([]rune(strings.ToLower(name)), w); d < least && d < len(w) {
			best, least = name, d
		}
	}
	return best
}

// slips counts the typing slips between two words: a letter too many, too few, wrong, or two swapped.
func slips(a, b []rune) int {
	var before, last []int
	for j := range len(b) + 1 {
		last = append(last, j)
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			wrong := last[j-1]
			if a[i-1] != b[j-1] {
				wrong++
			}
			row[j] = min(last[j]+1, row[j-1]+1, wrong)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
