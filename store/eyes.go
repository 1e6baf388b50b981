package store

import (
	"slices"

	"linli/community"
)

// What only the pages of staff look at.

// WaitingAbout lists what is decided but not yet said about a request, by its due moment.
func WaitingAbout(tx Tx, id community.RequestID) []community.Outgoing {
	var out []community.Outgoing
	for _, key := range unsaid(tx) {
		var w Waiting
		if get(tx, key, &w) && (w.Out.About == id || slices.Contains(w.Out.Also, id)) {
			out = append(out, w.Out)
		}
	}
	slices.SortStableFunc(out, func(a, b community.Outgoing) int { return a.Due.Compare(b.Due) })
	return out
}

// FateOf tells what became of an Outgoing, also when it was dropped or refused.
func FateOf(tx Tx, key string) (community.Said, bool) {
	var s community.Said
	ok := get(tx, "said/"+esc(key), &s)
	return s, ok
}

// Lately gives the n requests that were touched last, live or not, newest first.
func Lately(tx Tx, n int) []community.Request {
	return follow[community.Request](tx, "desk/", after("desk/"), n)
}
