package sheets

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// A mark is what a cell's XML says of it beyond its text.
type mark struct {
	kind  byte // 'n' number, 'b' true or false, 'e' error, 'd' date; 0 text
	style int
}

type place struct{ row, col int }

// marks is what one pass over a sheet's XML found. The library's row reader
// is fast, but tells neither formulas nor merged cells nor types, and takes
// broken XML for the end of the sheet: so the pass also proves it whole.
type marks struct {
	cells    map[place]mark
	formulas []place
	merged   []string
}

func (m marks) at(row, col int) mark { return m.cells[place{row, col}] }

// report tells the table's reader of formulas and merged cells.
func (m marks) report(t *Table) {
	for _, p := range m.formulas {
		t.faults.add(Fault{Sheet: t.Sheet, Row: p.row, Col: p.col,
			Text: "单元格 " + letters(p.col) + strconv.Itoa(p.row) + " 是公式，不读：请复制后「选择性粘贴」为数值"})
	}
	for _, ref := range m.merged {
		f := Fault{Sheet: t.Sheet, Text: "单元格 " + printable(ref, 20) + " 是合并的，看不出每一行是什么：请取消合并，把每一行填全"}
		f.Row = rowOf(ref)
		t.faults.add(f)
	}
}

// rowOf is the row a range begins in.
func rowOf(ref string) int {
	first, _, _ := strings.Cut(ref, ":")
	_, row, err := excelize.CellNameToCoordinates(first)
	if err != nil {
		return 0
	}
	return row
}

var errSheet = errors.New("sheets: broken sheet XML")

// scan reads a sheet's XML once.
func scan(part []byte) (marks, error) {
	m := marks{cells: map[place]mark{}}
	d := xml.NewDecoder(bytes.NewReader(part))
	var here place
	var is mark
	whole := false
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) && whole {
			return m, nil
		}
		if err != nil {
			return m, errSheet
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "sheetData":
			whole = true
		case "row":
			here = place{number(attr(start, "r"), here.row+1), 0}
		case "c":
			here, is = cellAt(start, here)
		case "v":
			if is.kind != 0 {
				m.cells[here] = is
			}
		case "f":
			m.formulas = append(m.formulas, here)
		case "mergeCell":
			if ref := attr(start, "ref"); spans(ref) {
				m.merged = append(m.merged, ref)
			}
		}
		if len(m.cells) > maxMarks || len(m.formulas) > maxMarks {
			return m, errSheet
		}
	}
}

// maxMarks is far above the numbers in any list of MaxRows rows.
const maxMarks = 20 * MaxRows

// cellAt reads a cell's place and type; text has the zero mark.
func cellAt(start xml.StartElement, last place) (place, mark) {
	here := place{last.row, last.col + 1}
	if col, row, err := excelize.CellNameToCoordinates(attr(start, "r")); err == nil {
		here = place{row, col}
	}
	is := mark{style: number(attr(start, "s"), 0)}
	switch t := attr(start, "t"); t {
	case "", "n":
		is.kind = 'n'
	case "b", "e", "d":
		is.kind = t[0]
	}
	return here, is
}

// spans reports whether a range has more than one cell.
func spans(ref string) bool {
	first, last, ok := strings.Cut(ref, ":")
	return ok && first != last
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

func number(s string, otherwise int) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return otherwise
	}
	return n
}

// sheetPart finds a sheet's XML by way of the workbook's relations; nil for a chart or a dialog, which have no cells.
func sheetPart(f *excelize.File, name string) ([]byte, error) {
	var rels struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
			Type   string `xml:"Type,attr"`
		}
	}
	raw, ok := f.Pkg.Load("xl/_rels/workbook.xml.rels")
	if !ok || f.WorkBook == nil || xml.Unmarshal(raw.([]byte), &rels) != nil {
		return nil, errSheet
	}
	for _, s := range f.WorkBook.Sheets.Sheet {
		for _, r := range rels.Relationship {
			if s.Name != name || s.ID != r.ID {
				continue
			}
			if !strings.HasSuffix(r.Type, "/worksheet") {
				return nil, nil
			}
			if part, ok := f.Pkg.Load(partName(r.Target)); ok {
				return part.([]byte), nil
			}
		}
	}
	return nil, errSheet
}

// partName is the full name of a part; a relation's target is full or seen from the workbook.
func partName(target string) string {
	if full, ok := strings.CutPrefix(target, "/"); ok {
		return full
	}
	return path.Join("xl", target)
}
