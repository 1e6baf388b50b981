package sheets

import (
	"fmt"
	"strings"
	"unicode"
)

// maxFaults is how many faults are told one by one; the rest are counted.
const maxFaults = 50

// A Fault is one thing wrong with a file, and where.
type Fault struct {
	Sheet  string // "" for a CSV
	Row    int    // as Excel counts; 0: the whole file
	Col    int    // from 1; 0: the whole row
	Column string // the header of the column
	Text   string // what is wrong and what to do, Chinese
}

// String is the fault as a person is told it.
func (f Fault) String() string {
	where := ""
	if f.Sheet != "" {
		where = "「" + printable(f.Sheet, 31) + "」"
	}
	if f.Row > 0 {
		where += fmt.Sprintf("第 %d 行", f.Row)
	}
	if f.Col > 0 {
		where += " " + letters(f.Col) + " 列"
	}
	if f.Column != "" {
		where += "（" + printable(f.Column, 20) + "）"
	}
	if where == "" {
		return f.Text
	}
	return strings.TrimSpace(where) + "：" + f.Text
}

// Faults is an error that tells everything wrong with a file, up to a limit.
type Faults struct {
	List []Fault
	More int // how many there are beyond the list
}

// Error lists the faults, one a line.
func (f *Faults) Error() string {
	var lines []string
	for _, x := range f.List {
		lines = append(lines, x.String())
	}
	if f.More > 0 {
		lines = append(lines, fmt.Sprintf("……还有 %d 处", f.More))
	}
	return strings.Join(lines, "\n")
}

func (f *Faults) add(x Fault) {
	if len(f.List) >= maxFaults {
		f.More++
		return
	}
	f.List = append(f.List, x)
}

// or is the faults as an error, nil if there are none.
func (f *Faults) or() error {
	if len(f.List) == 0 {
		return nil
	}
	return f
}

// letters is a column as Excel names it: 1 is A, 27 is AA.
func letters(col int) string {
	s := ""
	for ; col > 0; col = (col - 1) / 26 {
		s = string(rune('A'+(col-1)%26)) + s
	}
	return s
}

// printable is a text from a file made fit for a screen: short, on one line, without anything a terminal would obey.
func printable(s string, n int) string {
	out := []rune{}
	for _, r := range s {
		if len(out) == n {
			return string(out) + "…"
		}
		if r == '\n' {
			r = '⏎'
		}
		if unicode.IsControl(r) || unseen(r) {
			r = '�'
		}
		out = append(out, r)
	}
	return string(out)
}

// Printable is a cell's text made fit for a screen.
func Printable(s string) string { return printable(s, 60) }

// unseen reports marks that nobody sees but that make two texts differ or turn a line around. Emoji need their joiner.
func unseen(r rune) bool { return r != '\u200d' && unicode.Is(unicode.Cf, r) }

// strange names what may not stand in any cell.
func strange(s string) string {
	if len(s) > 1 && strings.Trim(s, "?") == "" {
		return "文字变成了问号，保存时已经丢了：请从原来的表另存为「CSV UTF-8」或 .xlsx"
	}
	for _, r := range s {
		switch {
		case r == '\n':
		case r == unicode.ReplacementChar:
			return "有乱码（�），请检查文件编码，重新填写"
		case r == '\t':
			return "里面有制表符（Tab），请改成空格"
		case unicode.IsControl(r), unseen(r), r == 0xfffe, r == 0xffff:
			return fmt.Sprintf("里面有看不见的字符（U+%04X），多半是从别处复制来的：请删掉这一格，手工重新输入", r)
		}
	}
	return ""
}
