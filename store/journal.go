package store

import (
	"strconv"
	"strings"
)

// A journal counts the changes of one kind of papers and names those changed
// last, newest first, so that whoever has read them all before reads only
// these again. It is a paper like any other: what is not committed was not changed.
const (
	ofConfig   = "new/cfg"
	ofRequests = "new/req"
	ofRolls    = "new/roll"
	ofSaid     = "new/said"
	ofTalk     = "new/talk"
	ofWaiting  = "new/wait"
)

// journalKeeps is how many changes a journal names.
const journalKeeps = 32

type journal struct {
	n    int
	keys []string
}

func readJournal(raw []byte) (j journal) {
	if raw == nil {
		return j
	}
	head, rest, _ := strings.Cut(string(raw), "\n")
	j.n, _ = strconv.Atoi(head)
	if rest != "" {
		j.keys = strings.Split(rest, "\n")
	}
	return j
}

// changed notes that the paper under key, one of its kind, is about to be another; without a key that any of them may be.
func changed(tx Tx, kind, key string) {
	j := readJournal(tx.Get(kind))
	j.n++
	if key == "" {
		j.keys = nil
	} else {
		j.keys = append([]string{key}, j.keys[:min(len(j.keys), journalKeeps-1)]...)
	}
	tx.Put(kind, []byte(strconv.Itoa(j.n)+"\n"+strings.Join(j.keys, "\n")))
}

// since gives the keys that changed after the n-th change; ok is false when the journal does not reach back so far.
func (j journal) since(n int) (keys []string, ok bool) {
	if d := j.n - n; d >= 0 && d <= len(j.keys) {
		return j.keys[:d], true
	}
	return nil, false
}

// journals reads all of them at once.
func journals(tx Tx) map[string]journal {
	out := make(map[string]journal, 6)
	for k, raw := range tx.Scan("new/", after("new/")) {
		out[k] = readJournal(raw)
	}
	return out
}
