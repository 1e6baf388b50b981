package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"iter"
	"maps"
	"slices"
	"sort"

	"linli/store"
)

// page is how many papers a scan fetches at once.
const page = 256

// tx is a transaction in the hand; wrote is nil in a View.
type tx struct {
	ctx   context.Context
	q     *sql.Tx
	c     string
	wrote map[string][]byte // nil value: deleted
	err   error
}

func (t *tx) Get(key string) []byte {
	if t.err != nil {
		return nil
	}
	if v, ok := t.wrote[key]; ok {
		return v
	}
	var v []byte
	err := t.q.QueryRowContext(t.ctx, "SELECT v FROM paper WHERE c = ? AND k = ?", t.c, []byte(key)).Scan(&v)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		t.Fail(err)
		return nil
	case v == nil:
		v = []byte{}
	}
	return v
}

type paper struct {
	k string
	v []byte
}

func (t *tx) Scan(from, to string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		mine := slices.Sorted(maps.Keys(t.wrote)) // as of now: what is written while scanning is not seen
		mine = mine[sort.SearchStrings(mine, from):]
		size := 16
		rows, more := t.page(from, to, true, size)
		for t.err == nil && (len(rows) > 0 || len(mine) > 0 && (to == "" || mine[0] < to)) {
			if len(rows) == 0 || len(mine) > 0 && mine[0] <= rows[0].k {
				k := mine[0]
				mine = mine[1:]
				if to != "" && k >= to {
					mine = nil
					continue
				}
				if len(rows) > 0 && rows[0].k == k {
					rows = rows[1:]
				}
				if v := t.wrote[k]; v != nil && !yield(k, v) {
					return
				}
				from = k
			} else {
				p := rows[0]
				rows = rows[1:]
				if v, again := t.wrote[p.k]; again {
					p.v = v // written by the caller while scanning
				}
				if p.v != nil && !yield(p.k, p.v) {
					return
				}
				from = p.k
			}
			if len(rows) == 0 && more {
				size = min(size*4, page)
				rows, more = t.page(from, to, false, size)
			}
		}
	}
}

// page reads the next papers from a key on, or after it.
func (t *tx) page(from, to string, with bool, n int) (out []paper, more bool) {
	if t.err != nil {
		return nil, false
	}
	q := "SELECT k, v FROM paper WHERE c = ? AND k > ?"
	if with {
		q = "SELECT k, v FROM paper WHERE c = ? AND k >= ?"
	}
	args := []any{t.c, []byte(from)}
	if to != "" {
		q += " AND k < ?"
		args = append(args, []byte(to))
	}
	rows, err := t.q.QueryContext(t.ctx, q+" ORDER BY k LIMIT ?", append(args, n)...)
	if err != nil {
		t.Fail(err)
		return nil, false
	}
	defer rows.Close()
	for rows.Next() {
		var k, v []byte
		if err := rows.Scan(&k, &v); err != nil {
			t.Fail(err)
			return nil, false
		}
		if v == nil {
			v = []byte{}
		}
		out = append(out, paper{string(k), v})
	}
	if err := rows.Err(); err != nil {
		t.Fail(err)
	}
	return out, len(out) == n
}

func (t *tx) Put(key string, val []byte) {
	switch {
	case t.wrote == nil:
		t.Fail(store.ErrReadOnly)
	case len(key) == 0 || len(key) > store.MaxKey:
		t.Fail(store.ErrKey)
	case len(val) > store.MaxValue:
		t.Fail(store.ErrTooBig)
	case t.err == nil:
		v := bytes.Clone(val)
		if v == nil {
			v = []byte{}
		}
		t.wrote[key] = v
	}
}

func (t *tx) Delete(key string) {
	if t.wrote == nil {
		t.Fail(store.ErrReadOnly)
	} else if t.err == nil {
		t.wrote[key] = nil
	}
}

func (t *tx) Fail(err error) {
	if t.err == nil {
		t.err = err
	}
}
