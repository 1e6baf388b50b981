package sheets

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"linli/community"
)

// A List is one of the two tables a community keeps: what its columns are and how its rows are known.
type List[T any] struct {
	Name    string // 资源清单; also the name of its sheet
	ID      func(T) string
	Title   func(T) string // what a person calls the row
	columns []column[T]
}

// A column is one field of a row: how it is headed, shown and read. An empty cell is the zero value.
type column[T any] struct {
	names []string // the first is written, any is read; the last is the corpus format's
	need  bool     // the column must be there
	must  bool     // every cell of it must be filled
	lines bool     // a line break may stand in it
	max   int      // characters
	show  func(T) string
	read  func(*T, Cell) string // "" or what is wrong; it sets the field even so, as far as it can
	copy  func(to *T, from T)
}

// field makes a column of a field's accessor and its two ways between value and text.
func field[T, V any](names []string, at func(*T) *V, show func(V) string, read func(Cell) (V, string)) column[T] {
	return column[T]{names: names, max: 200,
		show: func(v T) string { return show(*at(&v)) },
		read: func(v *T, c Cell) (why string) { *at(v), why = read(c); return why },
		copy: func(to *T, from T) { *at(to) = *at(&from) }}
}

// text is a column of plain text.
func text[T any](at func(*T) *string, names ...string) column[T] {
	return field(names, at, same, plainText)
}

func (c column[T]) there() column[T]     { c.need = true; return c }
func (c column[T]) needed() column[T]    { c.need, c.must = true, true; return c }
func (c column[T]) long(n int) column[T] { c.max, c.lines = n, true; return c }

// plainText takes a text or number; what Excel made a date of cannot be taken back.
func plainText(c Cell) (string, string) {
	if c.Kind == Date {
		return c.Text, "被 Excel 当成了日期或时间（" + c.Text + "）：请把单元格格式设为「文本」，重新填写"
	}
	return c.Text, ""
}

// words is a list in one cell, parted by semicolons.
func words(c Cell) (out []string, why string) {
	whole, why := plainText(c)
	for w := range strings.FieldsFuncSeq(whole, func(r rune) bool { return r == ';' || r == '；' || r == '\n' }) {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out, why
}

// choice reads one of a few values by any of its names; the first name of a row is written.
func choice[V ~string](names map[V][]string, order []V, c Cell) (V, string) {
	var all, first []string
	for _, v := range order {
		for _, n := range append(names[v], string(v)) {
			if strings.EqualFold(n, c.Text) {
				return v, ""
			}
			all = append(all, n)
		}
		first = append(first, names[v][0])
	}
	why := "「" + printable(c.Text, 20) + "」不认识"
	if near := community.Nearest(c.Text, all); near != "" {
		why += "，是不是「" + near + "」？"
	}
	return V(c.Text), why + "；可以填：" + strings.Join(first, "、")
}

// Filled is what a file says.
type Filled[T any] struct {
	Rows   []T
	Absent []string // columns the file does not have; what the list has there stays
	Notes  []string // what to tell, though nothing is wrong
	has    []bool   // by column
}

// Read makes rows of the right table of a file. Its error is a *Faults when
// single cells or columns are wrong; then Rows has what could be read all the same.
func (l List[T]) Read(tables []Table) (Filled[T], error) {
	t, err := choose(tables, l.Name, func(t Table) bool { return l.headed(t.Rows[0]) })
	if err != nil {
		return Filled[T]{}, err
	}
	faults := t.faults
	at := l.header(t, &faults)
	out := Filled[T]{Notes: t.Notes, has: make([]bool, len(l.columns))}
	for i, c := range l.columns {
		if out.has[i] = slices.Contains(at, i); !out.has[i] {
			out.Absent = append(out.Absent, c.names[0])
		}
	}
	if !out.has[0] {
		return out, faults.or() // rows without ids are nobody's
	}
	seen := map[string]int{}
	for _, row := range t.Rows[1:] {
		v := l.row(t, row, at, &faults)
		id := l.ID(v)
		if first, twice := seen[id]; twice && id != "" {
			faults.add(Fault{Sheet: t.Sheet, Row: row.N, Col: 1 + slices.Index(at, 0), Column: l.columns[0].names[0],
				Text: fmt.Sprintf("「%s」和第 %d 行重复了，每一行的编号要不一样", printable(id, 20), first)})
		} else {
			seen[id] = row.N
		}
		out.Rows = append(out.Rows, v)
	}
	return out, faults.or()
}

// row reads one row by the columns that stand at its cells.
func (l List[T]) row(t Table, row Row, at []int, faults *Faults) (v T) {
	wrong := func(i int, name, why string) {
		faults.add(Fault{Sheet: t.Sheet, Row: row.N, Col: i + 1, Column: name, Text: why})
	}
	for i := range max(len(at), len(row.Cells)) {
		cell := row.at(i)
		switch {
		case i >= len(at) || at[i] == headless:
			if cell.Text != "" {
				wrong(i, "", "这一格上面没有表头：请补上表头，或删掉这一格")
			}
		case at[i] >= 0:
			c := l.columns[at[i]]
			if why := c.take(&v, cell); why != "" {
				wrong(i, c.names[0], why)
			}
		}
	}
	return v
}

// take reads a cell into the row and says what is wrong with it.
func (c column[T]) take(v *T, cell Cell) string {
	if cell.Text == "" {
		if c.must {
			return "没有填"
		}
		return ""
	}
	why := c.read(v, cell)
	if n := utf8.RuneCountInString(cell.Text); n > c.max {
		return fmt.Sprintf("太长了：有 %d 个字，最多 %d 个，请删短", n, c.max)
	}
	if bad := strange(cell.Text); bad != "" {
		return bad
	}
	if !c.lines && strings.Contains(cell.Text, "\n") {
		return "一格里有换行，这一列只能写一行"
	}
	return why
}

// Table is the list as rows to be written, under its header.
func (l List[T]) Table(rows []T) Table {
	t := Table{Sheet: l.Name}
	head := Row{N: 1}
	for _, c := range l.columns {
		head.Cells = append(head.Cells, Cell{Text: c.names[0]})
	}
	t.Rows = append(t.Rows, head)
	for i, v := range rows {
		row := Row{N: i + 2}
		for _, c := range l.columns {
			row.Cells = append(row.Cells, Cell{Text: c.show(v)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
