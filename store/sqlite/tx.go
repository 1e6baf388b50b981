package sqlite

import (
	"bytes"
	"cmp"
	"context"
	"database/sql/driver"
	"iter"
	"maps"
	"slices"
	"sort"

	"linli/store"
)

// page is how many papers a scan fetches at once.
const page = 256

// last is behind every key.
var last = bytes.Repeat([]byte{0xff}, store.MaxKey+1)

// tx is a transaction in the hand. In a View there is no group and wrote is nil.
type tx struct {
	ctx   context.Context
	conn  *conn
	group *group
	c     string
	wrote map[string][]byte // nil value: deleted
	err   error

	broken error // the first error of the database itself: then nothing of the group can be trusted
}

func (t *tx) Get(key string) []byte {
	if !t.ready() {
		return nil
	}
	if v, ok := t.wrote[key]; ok {
		return v
	}
	if t.group != nil {
		return t.keep(t.group.get(t.c, key))
	}
	return t.keep(t.conn.paper(t.c, key))
}

func (t *tx) ready() bool {
	if t.err == nil {
		t.err = t.ctx.Err()
	}
	return t.err == nil
}

func (t *tx) keep(v []byte, err error) []byte {
	if err != nil {
		t.Fail(err)
		t.broken = cmp.Or(t.broken, err)
		return nil
	}
	return v
}

// paper reads one paper; nil if there is none.
func (c *conn) paper(in, key string) (v []byte, err error) {
	err = each(c.get, func(row []driver.Value) bool { v = blob(row[0]); return false }, in, []byte(key))
	return v, err
}

// blob makes the driver's nil of an empty paper an empty one.
func blob(v driver.Value) []byte {
	if b, ok := v.([]byte); ok && b != nil {
		return b
	}
	return []byte{}
}

type paper struct {
	k string
	v []byte
}

// Scan merges what lies in the file with what this transaction has written so far;
// what it writes while scanning is seen as a changed value, not as a new name.
func (t *tx) Scan(from, to string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		if t.group != nil && t.ready() {
			t.keep(nil, t.group.flush())
		}
		mine := between(slices.Sorted(maps.Keys(t.wrote)), from, to)
		file := rows{t: t, from: from, to: to, size: 16, more: true}
		for {
			p, ok := file.head()
			own := len(mine) > 0 && (!ok || mine[0] <= p.k)
			switch {
			case t.err != nil || !ok && !own:
				return
			case own:
				p.k, mine = mine[0], mine[1:]
			}
			file.skip(p.k)
			if v, again := t.wrote[p.k]; again {
				p.v = v
			}
			if p.v != nil && !yield(p.k, p.v) {
				return
			}
		}
	}
}

// between cuts sorted names to from <= name < to; to "" means no end.
func between(names []string, from, to string) []string {
	names = names[sort.SearchStrings(names, from):]
	if to != "" {
		names = names[:sort.SearchStrings(names, to)]
	}
	return names
}

// rows are the papers of the file, fetched a page at a time, the first page small.
type rows struct {
	t        *tx
	from, to string
	size     int
	more     bool
	have     []paper
}

// head is the next paper, without taking it away.
func (r *rows) head() (paper, bool) {
	if len(r.have) == 0 && r.more && r.t.ready() {
		var err error
		r.have, err = r.t.conn.papers(r.t.c, r.from, r.to, r.size)
		r.t.keep(nil, err)
		r.more = len(r.have) == r.size
		r.size = min(4*r.size, page)
	}
	if len(r.have) == 0 {
		return paper{}, false
	}
	return r.have[0], true
}

// skip goes on behind a name.
func (r *rows) skip(k string) {
	if len(r.have) > 0 && r.have[0].k == k {
		r.have = r.have[1:]
	}
	r.from = max(r.from, k+"\x00") // the name that comes next after k
}

// papers reads up to n papers with from <= name < to.
func (c *conn) papers(in, from, to string, n int) (out []paper, err error) {
	end := []byte(to)
	if to == "" {
		end = last
	}
	err = each(c.scan, func(row []driver.Value) bool {
		out = append(out, paper{string(blob(row[0])), blob(row[1])})
		return true
	}, in, []byte(from), end, int64(n))
	return out, err
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
		t.wrote[key] = append([]byte{}, val...)
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
