package sheets

import (
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// WriteXLSX writes a table as a workbook of one sheet. Every cell is a string
// and stays one when somebody edits it: no formula comes alive, no telephone
// loses its zero.
func WriteXLSX(w io.Writer, t Table) error {
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // only memory is let go
	if err := f.SetSheetName("Sheet1", t.Sheet); err != nil {
		return err
	}
	if err := f.SetDocProps(&excelize.DocProperties{Creator: "linli", Title: t.Sheet}); err != nil {
		return err
	}
	const asText = 49 // the built-in format "@"
	plain, err := f.NewStyle(&excelize.Style{NumFmt: asText, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return err
	}
	head, err := f.NewStyle(&excelize.Style{NumFmt: asText, Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(t.Sheet)
	if err != nil {
		return err
	}
	if err := columns(sw, t, plain); err != nil {
		return err
	}
	for i, row := range t.Rows {
		style := plain
		if i == 0 {
			style = head
		}
		if err := sw.SetRow("A"+strconv.Itoa(i+1), values(row, style)); err != nil {
			return err
		}
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}

// columns makes every column one of text, about as wide as what stands in it, under a header that stays in sight.
func columns(sw *excelize.StreamWriter, t Table, style int) error {
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i := range t.Rows[0].Cells {
		width := 8
		for _, row := range t.Rows[:min(len(t.Rows), 200)] {
			width = max(width, 2*utf8.RuneCountInString(row.at(i).Text)+2)
		}
		if err := sw.SetColStyle(i+1, i+1, style); err != nil {
			return err
		}
		if err := sw.SetColWidth(i+1, i+1, float64(min(width, 40))); err != nil {
			return err
		}
	}
	return nil
}

func values(row Row, style int) []any {
	out := make([]any, len(row.Cells))
	for i, c := range row.Cells {
		if c.Text != "" {
			out[i] = excelize.Cell{StyleID: style, Value: c.Text}
		}
	}
	return out
}
