package sheets

import (
	"fmt"
	"io"
)

// The limits of what is read. They are far above any community's lists and
// keep a file made to hurt from filling the memory.
const (
	MaxRows  = 100_000  // rows of content
	maxFile  = 32 << 20 // bytes of a file
	maxUnzip = 90 << 20 // bytes of an .xlsx once unpacked
	maxCols  = 64       // columns of a row
)

// A Table is the rows of one sheet as they stand there.
type Table struct {
	Sheet  string // "" for a CSV
	Rows   []Row
	Notes  []string // what the reader should tell, though nothing is wrong
	faults Faults   // cells that cannot be taken for what they show
}

// A Row is one row that is not blank; N is its number as Excel shows it.
type Row struct {
	N     int
	Cells []Cell
}

// A Cell is a text and what Excel thinks it is.
type Cell struct {
	Text string
	Kind Kind
}

// Kind is what Excel made of a cell.
type Kind byte

// The kinds of cell. Every cell of a CSV is Plain.
const (
	Plain  Kind = iota
	Number      // Text has the digits
	Date        // Text is 2006-01-02, 15:04 or both
)

// at is a row's cell, empty where the row is shorter.
func (r Row) at(i int) Cell {
	if i < 0 || i >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[i]
}

// Read reads the tables of a file that have anything in them; its name says what it should be.
func Read(name string, r io.Reader) ([]Table, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("文件读不出来：%w", err)
	}
	if len(raw) > maxFile {
		return nil, fmt.Errorf("文件超过 %d MB，太大了：请拆成几份，或去掉图片和多余的表", maxFile>>20)
	}
	switch f, err := formatOf(name, raw); {
	case err != nil:
		return nil, err
	case f == xlsxFile:
		return readXLSX(raw)
	}
	t, err := readCSV(raw)
	if err != nil {
		return nil, err
	}
	return []Table{t}, nil
}

// choose picks the table that is meant: the only one, else the one of the right name, else the only one with the right header.
func choose(all []Table, sheet string, fits func(Table) bool) (Table, error) {
	var filled, named, fitting []Table
	for _, t := range all {
		if len(t.Rows) == 0 {
			continue
		}
		filled = append(filled, t)
		if t.Sheet == sheet {
			named = append(named, t)
		}
		if fits(t) {
			fitting = append(fitting, t)
		}
	}
	if len(filled) == 0 {
		return Table{}, ErrEmpty
	}
	for _, some := range [][]Table{filled, named, fitting} {
		if len(some) != 1 {
			continue
		}
		t := some[0]
		for _, other := range filled {
			if other.Sheet != t.Sheet {
				t.Notes = append(t.Notes, "只读了工作表「"+t.Sheet+"」，没有读「"+other.Sheet+"」")
			}
		}
		return t, nil
	}
	return Table{}, fmt.Errorf("有 %d 张工作表都有内容，不知道该读哪一张：请只留一张，或把它改名为「%s」", len(filled), sheet)
}
