package sqlite

import (
	"cmp"
	"slices"
)

// A group holds what the closures of one commit have read and written, so that
// a counter which all of them raise is read once and written once. What a
// closure wrote comes in only after it succeeded.
type group struct {
	conn  *conn
	known map[name]value
	dirty []name
}

type name struct{ c, k string }

// A value is a paper as the group knows it (nil: there is none); dirty if the file does not have it yet.
type value struct {
	v     []byte
	dirty bool
}

func (g *group) get(c, key string) ([]byte, error) {
	n := name{c, key}
	if have, ok := g.known[n]; ok {
		return have.v, nil
	}
	v, err := g.conn.paper(c, key)
	if err == nil {
		g.known[n] = value{v: v}
	}
	return v, err
}

// take adds what one closure wrote.
func (g *group) take(c string, wrote map[string][]byte) {
	for k, v := range wrote {
		n := name{c, k}
		if !g.known[n].dirty {
			g.dirty = append(g.dirty, n)
		}
		g.known[n] = value{v, true}
	}
}

// flush hands what was written to SQLite, in the order of the names, so that neighbours share a page.
func (g *group) flush() error {
	slices.SortFunc(g.dirty, func(a, b name) int { return cmp.Or(cmp.Compare(a.c, b.c), cmp.Compare(a.k, b.k)) })
	for _, n := range g.dirty {
		v := g.known[n].v
		var err error
		if v == nil {
			err = run(g.conn.del, n.c, []byte(n.k))
		} else {
			err = run(g.conn.put, n.c, []byte(n.k), v)
		}
		if err != nil {
			return err
		}
		g.known[n] = value{v: v}
	}
	g.dirty = g.dirty[:0]
	return nil
}
