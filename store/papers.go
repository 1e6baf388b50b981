package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"time"

	"linli/community"
)

// The names of papers. A name is made of parts; a part that comes from outside
// is escaped, so that no group id can reach into another drawer.
//
//	cfg/profile cfg/next cfg/revision cfg/group/G cfg/person/P res/ID     what the community says of itself
//	msg/INV/CONV/ID  talk/CONV/INV/ID  heard/CONV/ID                      the talk: by time, by conversation, by id
//	in/KEY  todo/TIME/KEY                                                 inbox and what is still to be decided
//	req/ID  roll/ID  rollat/INV/ID                                        the cases
//	out/KEY  outnow/TIME/KEY  outdue/TIME/KEY  outdraft/TIME/KEY          what is to be said, in three lanes
//	said/KEY  saidat/INV/KEY  line/CONV/INV/KEY  said-of/ID/TIME/KEY      what was said
//	desk/INV/ID  rank/…  by-group/…  by-owner/…  by-person/…  due/…       lists of requests
//	flag/INV/KEY  aside/INV/KEY  stat/DAY/…                               what needs eyes; counters
//	fix/KIND/CONV/ID                                                      what staff put right, to learn from
//	blob/HASH/CONV/ID  unblob/HASH                                        which message shows which photo; photos nobody shows
//	new/KIND                                                              journals: which papers of a kind changed last
//
// TIME sorts oldest first, INV newest first.
func join(parts ...string) string {
	n := 0
	for _, p := range parts {
		n += len(p) + 1
	}
	b := make([]byte, 0, n)
	for i, p := range parts {
		if i > 0 {
			b = append(b, '/')
		}
		b = append(b, p...)
	}
	return string(b)
}

func esc(s string) string {
	out := url.PathEscape(s)
	if len(out) <= escMax {
		return out
	}
	sum := sha256.Sum256([]byte(s))
	return out[:escMax-44] + "~" + hex.EncodeToString(sum[:21]) // "~" at this length means: cut; names have room for four parts
}

// escMax is the longest escaped part: a title of a hundred Chinese characters alone would not fit into a key.
const escMax = 220

// stamp sorts by time; inv sorts against it. Both are 19 digits of nanoseconds.
// A moment beyond what these can tell (before 1970, after 2262) is the first or the last.
func stamp(t time.Time) string { return fmt.Sprintf("%019d", nanos(t)) }
func inv(t time.Time) string   { return fmt.Sprintf("%019d", math.MaxInt64-nanos(t)) }

func nanos(t time.Time) int64 {
	switch {
	case t.Before(time.Unix(0, 0)):
		return 0
	case t.After(time.Unix(0, math.MaxInt64)):
		return math.MaxInt64
	}
	return t.UnixNano()
}

// after is the first key behind everything that starts with prefix.
func after(prefix string) string {
	b := []byte(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xff {
			b[i]++
			return string(b[:i+1])
		}
	}
	return ""
}

// Conversation names the talk a message belongs to: its group, or the private chat with one person.
func Conversation(g community.GroupID, p community.PersonID) string {
	if g != "" {
		return esc(string(g))
	}
	return "@" + esc(string(p))
}

func talkOf(m community.Message) string {
	if m.Private {
		return Conversation("", m.Sender)
	}
	return Conversation(m.Group, "")
}

// get reads one paper into v and reports whether it is there. A paper that
// cannot be read fails the transaction: going on without it could lose it.
func get(tx Tx, key string, v any) bool {
	b := tx.Get(key)
	if b == nil {
		return false
	}
	return decode(tx, key, b, v)
}

func decode(tx Tx, key string, b []byte, v any) bool {
	if err := json.Unmarshal(b, v); err != nil {
		tx.Fail(fmt.Errorf("store: paper %q cannot be read: %w", key, err))
		return false
	}
	return true
}

func put(tx Tx, key string, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		tx.Fail(fmt.Errorf("store: paper %q cannot be written: %w", key, err))
		return
	}
	tx.Put(key, b)
}

// all reads the papers of one drawer, at most n of them (n <= 0: all).
func all[T any](tx Tx, prefix string, n int) []T {
	var out []T
	for k, b := range tx.Scan(prefix, after(prefix)) {
		var v T
		if !decode(tx, k, b, &v) {
			return nil
		}
		if out = append(out, v); n > 0 && len(out) >= n {
			break
		}
	}
	return out
}

// follow reads the papers that an index points to: the value of an index row is the key of its paper.
func follow[T any](tx Tx, from, to string, n int) []T {
	var keys []string
	for _, b := range tx.Scan(from, to) {
		if keys = append(keys, string(b)); n > 0 && len(keys) >= n {
			break
		}
	}
	out := make([]T, 0, len(keys))
	for _, k := range keys {
		var v T
		if get(tx, k, &v) {
			out = append(out, v)
		}
	}
	return out
}

// number reads a counter; a missing one is 0.
func number(tx Tx, key string) int {
	b := tx.Get(key)
	if b == nil {
		return 0
	}
	n, err := strconv.Atoi(string(b))
	if err != nil {
		tx.Fail(fmt.Errorf("store: counter %q: %w", key, err))
	}
	return n
}

func add(tx Tx, key string, n int) { tx.Put(key, strconv.AppendInt(nil, int64(number(tx, key)+n), 10)) }
