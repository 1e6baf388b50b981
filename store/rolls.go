package store

import (
	"slices"
	"time"

	"linli/community"
)

// PutRoll writes a roll and its place in the list by when it was last touched.
func PutRoll(tx Tx, r community.Roll) {
	key := "roll/" + esc(r.ID)
	var old community.Roll
	if get(tx, key, &old) {
		tx.Delete(rollPlace(old))
	}
	put(tx, key, r)
	tx.Put(rollPlace(r), []byte(key))
	changed(tx, ofRolls, "")
}

func rollPlace(r community.Roll) string { return join("rollat", inv(r.Touched), esc(r.ID)) }

// Rolls gives the rolls touched since a moment, the one touched longest ago first.
func Rolls(tx Tx, since time.Time) []community.Roll {
	out := follow[community.Roll](tx, "rollat/", after("rollat/"+inv(since)), 0)
	slices.SortStableFunc(out, func(a, b community.Roll) int { return a.Touched.Compare(b.Touched) })
	return out
}

// ListRolls gives every roll its place in the list: for papers from before there was one.
func ListRolls(tx Tx) {
	for _, r := range all[community.Roll](tx, "roll/", 0) {
		tx.Put(rollPlace(r), []byte("roll/"+esc(r.ID)))
	}
}
