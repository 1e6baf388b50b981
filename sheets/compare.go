package sheets

// Changes is what a file would make of a list.
type Changes[T any] struct {
	Added   []T
	Changed []Edit[T]
	Removed []T
	Same    int
	Rows    []T // the whole list afterwards
}

// An Edit is a row that stays with other content.
type Edit[T any] struct {
	Row    T
	Fields []Field
}

// A Field is one cell before and after.
type Field struct{ Name, Old, New string }

// Nothing reports whether the list would stay as it is.
func (c Changes[T]) Nothing() bool { return len(c.Added)+len(c.Changed)+len(c.Removed) == 0 }

// Compare tells what a file would make of the list that stands. A cell that
// shows the same is left alone, and so is a column the file does not have.
func (l List[T]) Compare(stands []T, f Filled[T]) Changes[T] {
	var out Changes[T]
	old := map[string]T{}
	for _, v := range stands {
		old[l.ID(v)] = v
	}
	stays := map[string]bool{}
	for _, v := range f.Rows {
		was, there := old[l.ID(v)]
		if !there {
			out.Added, out.Rows = append(out.Added, v), append(out.Rows, v)
			continue
		}
		stays[l.ID(v)] = true
		now, fields := l.merge(was, v, f.has)
		if out.Rows = append(out.Rows, now); len(fields) > 0 {
			out.Changed = append(out.Changed, Edit[T]{now, fields})
		} else {
			out.Same++
		}
	}
	for _, v := range stands {
		if !stays[l.ID(v)] {
			out.Removed = append(out.Removed, v)
		}
	}
	return out
}

// merge puts what the file shows differently over what stands.
func (l List[T]) merge(was, file T, has []bool) (T, []Field) {
	var fields []Field
	now := was
	for i, c := range l.columns {
		if a, b := c.show(was), c.show(file); has[i] && a != b {
			c.copy(&now, file)
			fields = append(fields, Field{c.names[0], a, b})
		}
	}
	return now, fields
}
