package sheets

import (
	"slices"
	"strings"

	"linli/community"
)

// What stands above a cell when it is no column of ours.
const (
	foreign  = -1 // a header we do not know
	headless = -2 // no header at all
)

// plainHeader is a header without what people put around it: spaces, (必填), *, a colon.
func plainHeader(s string) string {
	s, _, _ = strings.Cut(strings.ReplaceAll(s, "（", "("), "(")
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \n\t　*：:", r) {
			return -1
		}
		return r
	}, s)
	return strings.ToLower(s)
}

// column finds a column by any of its names.
func (l List[T]) column(header string) int {
	for i, c := range l.columns {
		for _, n := range c.names {
			if plainHeader(header) == n {
				return i
			}
		}
	}
	return foreign
}

// headed reports whether a row is this list's header: its ids and one column more are in it.
func (l List[T]) headed(row Row) bool {
	known, ids := 0, false
	for _, c := range row.Cells {
		if i := l.column(c.Text); i >= 0 {
			known++
			ids = ids || i == 0
		}
	}
	return ids && known > 1
}

// header tells for every column of a table which of ours it is, and what is wrong with its header.
func (l List[T]) header(t Table, faults *Faults) (at []int) {
	row := t.Rows[0]
	if !l.headed(row) {
		for _, below := range t.Rows[1:min(len(t.Rows), 10)] {
			if l.headed(below) {
				faults.add(Fault{Sheet: t.Sheet, Row: below.N, Text: "表头在这一行，上面还有别的内容：请删掉表头上面的标题行"})
				return nil
			}
		}
	}
	if !slices.ContainsFunc(row.Cells, func(c Cell) bool { return l.column(c.Text) >= 0 }) {
		faults.add(Fault{Sheet: t.Sheet, Row: row.N, Text: l.noHeader(row)})
		return nil
	}
	wrong := func(i int, why string) {
		faults.add(Fault{Sheet: t.Sheet, Row: row.N, Col: i + 1, Column: row.Cells[i].Text, Text: why})
	}
	first := map[int]int{}
	for i, c := range row.Cells {
		k := headless
		if c.Text != "" {
			k = l.column(c.Text)
		}
		if at = append(at, k); k == foreign {
			wrong(i, l.stranger(c.Text))
		}
		if j, twice := first[k]; twice && k >= 0 {
			wrong(i, "和 "+letters(j+1)+" 列是同一列，请只留一列")
			at[i] = foreign
		} else {
			first[k] = i
		}
	}
	for i, c := range l.columns {
		if _, there := first[i]; c.need && !there {
			faults.add(Fault{Sheet: t.Sheet, Row: row.N, Text: "缺少「" + c.names[0] + "」这一列（英文表头 " + c.names[len(c.names)-1] + "）"})
		}
	}
	return at
}

// noHeader is what to say of a first row in which no column of ours is.
func (l List[T]) noHeader(row Row) string {
	var written []string
	for _, c := range l.columns {
		written = append(written, c.names[0])
	}
	why := "这一行不像表头，没有一列认得出来"
	switch first := row.Cells[0].Text; {
	case strings.Contains(first, "，"):
		why = "表头之间用了中文逗号，请改成英文逗号"
	case strings.Trim(first, "?") == "":
		why = "文字变成了问号，保存时已经丢了：请从原来的表另存为「CSV UTF-8」或 .xlsx"
	}
	return why + "；表头要在第一行，可以有的列：" + strings.Join(written, "、")
}

// stranger is what to say of a header nobody knows.
func (l List[T]) stranger(header string) string {
	var all, written []string
	for _, c := range l.columns {
		all, written = append(all, c.names...), append(written, c.names[0])
	}
	if near := community.Nearest(plainHeader(header), all); near != "" {
		return "没有这一列，是不是「" + near + "」？"
	}
	return "没有这一列，请删掉它或改名；可以有的列：" + strings.Join(written, "、")
}
