package sheets

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// wide reports whether a file begins like UTF-16, as Excel's 「Unicode 文本」 does.
func wide(raw []byte) bool {
	return bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff"))
}

// decode makes UTF-8 of what Excel and its neighbours write.
func decode(raw []byte) (string, error) {
	raw16 := wide(raw)
	switch {
	case raw16:
		return decodeWith(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), raw)
	case utf8.Valid(raw):
		return strings.TrimPrefix(string(raw), "\ufeff"), nil
	}
	return decodeWith(simplifiedchinese.GB18030, raw)
}

func decodeWith(e encoding.Encoding, raw []byte) (string, error) {
	text, err := e.NewDecoder().Bytes(raw)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", errors.New("文件的编码认不出来（既不是 UTF-8，也不是中文 Excel 的 GB18030）：请用 Excel 打开，另存为「CSV UTF-8」或 .xlsx")
	}
	return string(text), nil
}

// sepLine is Excel's own first line that names the separator.
var sepLine = regexp.MustCompile(`^(?i:"?sep=([^\r\n])"?)[,;\t]*(\r\n|\n|$)`)

// separator finds what parts the cells, and the text after Excel's sep= line.
func separator(text string) (rune, string) {
	if m := sepLine.FindStringSubmatch(text); m != nil {
		sep, _ := utf8.DecodeRuneInString(m[1])
		return sep, text[len(m[0]):]
	}
	best, most := ',', 0
	for _, sep := range []rune{',', ';', '\t'} {
		if n := countOutside(text, sep); n > most {
			best, most = sep, n
		}
	}
	return best, text
}

// countOutside counts a separator in the first line, outside quotes.
func countOutside(text string, sep rune) (n int) {
	quoted := false
	for _, r := range strings.TrimLeft(text, "\r\n") {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '\n':
			return n
		case r == sep:
			n++
		}
	}
	return n
}

// readCSV reads a table out of a text file.
func readCSV(raw []byte) (t Table, err error) {
	text, err := decode(raw)
	if err != nil {
		return t, err
	}
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n") // as Excel on old Macs writes it
	}
	sep, text := separator(text)
	rd := csv.NewReader(strings.NewReader(text))
	rd.FieldsPerRecord, rd.Comma = -1, sep
	if sep == '"' || sep == utf8.RuneError {
		return t, errors.New("第一行的 sep= 后面应是逗号、分号或制表符")
	}
	for n, line, from := 0, 1, int64(0); ; {
		cells, err := rd.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return t, csvFault(err)
		}
		start, _ := rd.FieldPos(0)
		n += 1 + start - line // blank lines are rows too, but a line break inside a cell makes none
		line += strings.Count(text[from:rd.InputOffset()], "\n")
		from = rd.InputOffset()
		row := Row{N: n}
		for _, c := range cells {
			row.Cells = append(row.Cells, Cell{Text: unguard(strings.TrimSpace(c))})
		}
		if err := t.put(row); err != nil {
			return t, err
		}
	}
}

// csvFault is a sentence for what encoding/csv stumbled over.
func csvFault(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return fmt.Errorf("文件第 %d 行附近的引号不成对：一格里的 \" 要写成 \"\"，整格用 \" 包起来；最省事的是用 Excel 打开检查后重新另存", p.StartLine)
	}
	return fmt.Errorf("CSV 读不出来：%w", err)
}

// put adds a row unless it is blank.
func (t *Table) put(row Row) error {
	for len(row.Cells) > 0 && row.Cells[len(row.Cells)-1].Text == "" {
		row.Cells = row.Cells[:len(row.Cells)-1]
	}
	if len(row.Cells) == 0 {
		return nil
	}
	if len(row.Cells) > maxCols {
		return &Faults{List: []Fault{{Sheet: t.Sheet, Row: row.N, Text: fmt.Sprintf("有 %d 列，最多 %d 列：请删掉右边多余的列", len(row.Cells), maxCols)}}}
	}
	if len(t.Rows) > MaxRows {
		return fmt.Errorf("超过 %d 行，太长了：请检查是不是拿错了文件", MaxRows)
	}
	t.Rows = append(t.Rows, row)
	return nil
}

// A cell that begins like a formula gets an apostrophe in front, so that Excel
// shows it and does not run it. A cell that begins with apostrophes and then
// like a formula gets one more: so taking one away is exactly the way back.
var (
	formulaLike = regexp.MustCompile(`^'*[=+\-@＝＋－＠]`)
	guarded     = regexp.MustCompile(`^'+[=+\-@＝＋－＠]`)
)

func guard(s string) string {
	if formulaLike.MatchString(s) {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if guarded.MatchString(s) {
		return strings.TrimSpace(s[1:])
	}
	return s
}

// WriteCSV writes a table as CSV that Excel opens with a double click: UTF-8
// with BOM, every cell in quotes, nothing that Excel would take for a formula.
func WriteCSV(w io.Writer, t Table) error {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	for _, row := range t.Rows {
		for i, c := range row.Cells {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(guard(c.Text), `"`, `""`) + `"`)
		}
		b.WriteString("\r\n")
	}
	_, err := w.Write(b.Bytes())
	return err
}
