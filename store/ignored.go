package store

import (
	"time"

	"linli/community"
)

// Ignored counts a message of a group that wants to be left alone; nothing else of it is kept.
func Ignored(tx Tx, g community.GroupID, at time.Time) {
	add(tx, join("stat", Day(at), "off", esc(string(g))), 1)
}
