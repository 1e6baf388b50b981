package store

import (
	"linli/community"
)

// correct writes down what staff put right, with what had been read; one that only says what was read anyway,
// or nothing any more, is taken out. A room is never written down in one: it stands on the request.
func correct(tx Tx, c community.Correction) {
	key := correctionKey(c)
	var old community.Correction
	switch h, ok := HeardIn(tx, c.Said()); {
	case ok:
		c.Read = h.Reading.Label()
	case get(tx, key, &old):
		c.Read = old.Read // the talk is gone, what was read of it stays
	}
	if c.Right.Empty() || c.Repeats() {
		tx.Delete(key)
		return
	}
	c.Read, c.Right = c.Read.Masked(), c.Right.Masked()
	put(tx, key, c)
}

func correctionKey(c community.Correction) string {
	return join("fix", esc(c.Kind), talkOf(c.Said()), esc(c.Message))
}

// Corrections are what staff put right, as far as it still stands, in the order of its kinds and messages.
func Corrections(tx Tx) []community.Correction { return all[community.Correction](tx, "fix/", 0) }
