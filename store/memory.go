package store

import (
	"bytes"
	"context"
	"iter"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"

	"linli/community"
)

// Memory is a Store that forgets everything with the process: for replay, tests and rehearsals.
type Memory struct {
	mu     sync.RWMutex
	all    map[community.ID]*drawer
	closed bool
}

// A drawer is one community's papers: the values, and the names in order.
type drawer struct {
	vals map[string][]byte
	keys []string
}

var _ Store = (*Memory)(nil)

// NewMemory makes an empty Memory.
func NewMemory() *Memory { return &Memory{all: map[community.ID]*drawer{}} }

// View implements Store.
func (m *Memory) View(ctx context.Context, c community.ID, fn func(Tx)) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.ready(ctx); err != nil {
		return err
	}
	tx := &memoryTx{base: m.drawer(c)}
	fn(tx)
	return tx.err
}

// Update implements Store. Updates wait for each other, so none is ever run twice.
func (m *Memory) Update(ctx context.Context, c community.ID, fn func(Tx)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ready(ctx); err != nil {
		return err
	}
	base := m.drawer(c)
	tx := &memoryTx{base: base, wrote: map[string][]byte{}}
	fn(tx)
	if tx.err != nil {
		return tx.err
	}
	if len(tx.wrote) > 0 {
		base.write(tx.wrote)
		m.all[c] = base
	}
	return nil
}

// Communities implements Store.
func (m *Memory) Communities(ctx context.Context) ([]community.ID, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	var out []community.ID
	for c, d := range m.all {
		if len(d.keys) > 0 {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out, nil
}

// Close implements Store.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	m.closed = true
	return nil
}

func (m *Memory) ready(ctx context.Context) error {
	if m.closed {
		return ErrClosed
	}
	return ctx.Err()
}

func (m *Memory) drawer(c community.ID) *drawer {
	if d := m.all[c]; d != nil {
		return d
	}
	return &drawer{vals: map[string][]byte{}}
}

// write takes over what a transaction wrote; nil means deleted. New names are
// sorted and merged in one pass, so that a large import is not quadratic.
func (d *drawer) write(wrote map[string][]byte) {
	var fresh []string
	gone := false
	for k, v := range wrote {
		_, had := d.vals[k]
		switch {
		case v == nil && had:
			delete(d.vals, k)
			gone = true
		case v != nil:
			if !had {
				fresh = append(fresh, k)
			}
			d.vals[k] = v
		}
	}
	if gone {
		d.keys = slices.DeleteFunc(d.keys, func(k string) bool { _, ok := d.vals[k]; return !ok })
	}
	slices.Sort(fresh)
	d.keys = merge(d.keys, fresh)
}

func merge(a, b []string) []string {
	if len(b) == 0 {
		return a
	}
	if len(a) == 0 || a[len(a)-1] < b[0] {
		return append(a, b...)
	}
	out := make([]string, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0] < b[0] {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// memoryTx is a transaction in the hand; wrote is nil in a View.
type memoryTx struct {
	base  *drawer
	wrote map[string][]byte
	err   error
}

func (tx *memoryTx) Get(key string) []byte {
	if tx.err != nil {
		return nil
	}
	if v, ok := tx.wrote[key]; ok {
		return v
	}
	return tx.base.vals[key]
}

func (tx *memoryTx) Scan(from, to string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		mine := slices.Sorted(maps.Keys(tx.wrote)) // as of now: what is written while scanning is not seen
		mine = mine[sort.SearchStrings(mine, from):]
		keys := tx.base.keys[sort.SearchStrings(tx.base.keys, from):]
		for tx.err == nil && (len(keys) > 0 || len(mine) > 0) {
			var k string
			switch {
			case len(mine) == 0 || len(keys) > 0 && keys[0] < mine[0]:
				k, keys = keys[0], keys[1:]
			case len(keys) > 0 && keys[0] == mine[0]:
				k, keys, mine = mine[0], keys[1:], mine[1:]
			default:
				k, mine = mine[0], mine[1:]
			}
			if to != "" && strings.Compare(k, to) >= 0 {
				return
			}
			if v := tx.Get(k); v != nil && !yield(k, v) {
				return
			}
		}
	}
}

func (tx *memoryTx) Put(key string, val []byte) {
	switch {
	case tx.wrote == nil:
		tx.Fail(ErrReadOnly)
	case len(key) == 0 || len(key) > MaxKey:
		tx.Fail(ErrKey)
	case len(val) > MaxValue:
		tx.Fail(ErrTooBig)
	case tx.err == nil:
		v := bytes.Clone(val)
		if v == nil {
			v = []byte{}
		}
		tx.wrote[key] = v
	}
}

func (tx *memoryTx) Delete(key string) {
	if tx.wrote == nil {
		tx.Fail(ErrReadOnly)
	} else if tx.err == nil {
		tx.wrote[key] = nil
	}
}

func (tx *memoryTx) Fail(err error) {
	if tx.err == nil {
		tx.err = err
	}
}
