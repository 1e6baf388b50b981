package sheets

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

var errBroken = errors.New("这个 .xlsx 打不开，文件可能损坏或没有下载完整：请用 Excel 或 WPS 打开后重新另存为 .xlsx")

// maxParts is far above the parts of any office workbook.
const maxParts = 2000

// unpackable refuses what would fill the memory before anything is unpacked.
// The zip reader itself stops where a part is longer than it says it is.
func unpackable(raw []byte) error {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return errBroken
	}
	total := uint64(0)
	for _, f := range z.File {
		total += min(f.UncompressedSize64, maxUnzip+1)
		if total > maxUnzip {
			return fmt.Errorf("这个 .xlsx 解压后超过 %d MB，不读：请去掉图片和多余的表，只留清单", maxUnzip>>20)
		}
	}
	if len(z.File) > maxParts {
		return fmt.Errorf("这个 .xlsx 里有 %d 个部件，不像清单，不读", len(z.File))
	}
	return nil
}

// readXLSX reads every visible sheet that has something in it.
func readXLSX(raw []byte) (out []Table, err error) {
	if err := unpackable(raw); err != nil {
		return nil, err
	}
	// The library panics on some damaged files; for us they are damaged files.
	defer func() {
		if recover() != nil {
			out, err = nil, errBroken
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzip, UnzipXMLSizeLimit: maxUnzip})
	if err != nil {
		return nil, errBroken
	}
	defer f.Close() //nolint:errcheck // only memory is let go
	var hidden []string
	for _, name := range f.GetSheetList() {
		if seen, err := f.GetSheetVisible(name); err != nil || !seen {
			hidden = append(hidden, "工作表「"+printable(name, 31)+"」是隐藏的，没有读")
			continue
		}
		t, err := readSheet(f, name)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	for i := range out {
		out[i].Notes = append(out[i].Notes, hidden...)
	}
	return out, nil
}

// readSheet reads one sheet: the library gives the texts, the scan what they really are.
func readSheet(f *excelize.File, name string) (Table, error) {
	t := Table{Sheet: name}
	part, err := sheetPart(f, name)
	if err != nil {
		return t, errBroken
	}
	if part == nil {
		return t, nil
	}
	marks, err := scan(part)
	if err != nil {
		return t, errBroken
	}
	marks.report(&t)
	dates := dateStyles{f: f, known: map[int]bool{}}
	rows, err := f.Rows(name)
	if err != nil {
		return t, errBroken
	}
	defer rows.Close() //nolint:errcheck // only memory is let go
	hidden := 0
	for n := 1; rows.Next(); n++ {
		texts, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return t, errBroken
		}
		row := Row{N: n}
		for i, text := range texts {
			c, why := cellOf(strings.TrimSpace(text), marks.at(n, i+1), dates)
			if why != "" {
				t.faults.add(Fault{Sheet: name, Row: n, Col: i + 1, Text: why})
			}
			row.Cells = append(row.Cells, c)
		}
		before := len(t.Rows)
		if err := t.put(row); err != nil {
			return t, err
		}
		if len(t.Rows) > before && rows.GetRowOpts().Hidden {
			hidden++
		}
	}
	if hidden > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("工作表「%s」有 %d 行是隐藏或筛掉的，也一起读了", printable(name, 31), hidden))
	}
	return t, nil
}

// cellOf makes a cell of the text that stands in the file and of what Excel says it is.
func cellOf(text string, m mark, dates dateStyles) (Cell, string) {
	if text == "" {
		return Cell{}, ""
	}
	switch m.kind {
	case 'e':
		return Cell{}, "是 Excel 的错误值，请改成正确的内容"
	case 'b':
		return Cell{Text: map[bool]string{true: "TRUE", false: "FALSE"}[text == "1"]}, ""
	case 'd':
		return Cell{Text: strings.TrimSuffix(strings.Replace(strings.TrimSuffix(text, "Z"), "T", " ", 1), " 00:00:00"), Kind: Date}, ""
	case 'n':
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			return Cell{Text: text}, ""
		}
		if dates.has(m.style) {
			return Cell{Text: dayOf(v, dates.f), Kind: Date}, ""
		}
		if math.Abs(v) >= 1e15 {
			return Cell{Text: strconv.FormatFloat(v, 'f', -1, 64), Kind: Number}, "数字太长，Excel 只记得住前 15 位，后面的已经丢了：请把单元格格式设为「文本」，重新填写"
		}
		return Cell{Text: strconv.FormatFloat(v, 'f', -1, 64), Kind: Number}, ""
	}
	return Cell{Text: text}, ""
}

// dayOf writes Excel's count of days as a date, a time, or both.
func dayOf(v float64, f *excelize.File) string {
	old := false
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		old = *p.Date1904
	}
	at, err := excelize.ExcelDateToTime(v, old)
	at = at.Round(time.Second)
	switch {
	case err != nil:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case v < 1:
		return at.Format("15:04")
	case v == math.Trunc(v):
		return at.Format(time.DateOnly)
	}
	return at.Format(time.DateTime)
}

// dateStyles tells which styles show a number as a date or a time.
type dateStyles struct {
	f     *excelize.File
	known map[int]bool
}

func (d dateStyles) has(style int) bool {
	is, ok := d.known[style]
	if !ok {
		s, err := d.f.GetStyle(style)
		is = err == nil && s != nil && (dateFormat(s.NumFmt) || s.CustomNumFmt != nil && dateCode(*s.CustomNumFmt))
		d.known[style] = is
	}
	return is
}

// dateFormat: the built-in formats of dates and times, the Chinese ones included.
func dateFormat(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// dateCode reports whether a custom format has a day, month, year, hour or second in it, outside of quotes and brackets.
func dateCode(code string) bool {
	quoted, bracket, skip := false, false, false
	for _, r := range strings.ToLower(code) {
		switch {
		case skip:
			skip = false
		case r == '\\' || r == '_' || r == '*':
			skip = true
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '[' || r == ']':
			bracket = r == '['
		case bracket:
		case strings.ContainsRune("ymdhs", r):
			return true
		}
	}
	return false
}
