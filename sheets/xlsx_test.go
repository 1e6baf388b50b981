package sheets

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

var header = []string{"编号", "名称", "类型", "类别", "电话", "地址", "时间", "对象", "说明", "关键词", "核对日期"}

// book makes a workbook as somebody would in Excel, and lets edit do more to it.
func book(t testing.TB, edit func(f *excelize.File), rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	must(t, f.SetSheetRow("Sheet1", "A1", &header))
	for i, r := range rows {
		must(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &r))
	}
	if edit != nil {
		edit(f)
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.String()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWorkbookIsRead(t *testing.T) {
	raw := book(t, func(f *excelize.File) {
		day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		must(t, err)
		must(t, f.SetCellStyle("Sheet1", "K2", "K3", day))
		must(t, f.SetCellRichText("Sheet1", "I2", []excelize.RichTextRun{{Text: "堂食"}, {Text: "和送餐", Font: &excelize.Font{Bold: true}}}))
		must(t, f.SetRowVisible("Sheet1", 3, false))
		_, err = f.NewSheet("旧的")
		must(t, err)
		must(t, f.SetCellStr("旧的", "A1", "别读我"))
		must(t, f.SetSheetVisible("旧的", false))
	}, []any{1, "长者食堂", "公共服务", "养老", 13800138000, " 悦枫路18号 ", "每天", "老人", "", "助餐；送饭", 46148},
		[]any{"R002", "=1+1", "治理资源", true, "0512-55500101\n0512-55500102", 12.5, "", "", "", "", time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)})
	f, err := readAs(t, "a.xlsx", raw)
	if err != nil || len(f.Rows) != 2 {
		t.Fatalf("got %+v, %v, want two rows", f.Rows, err)
	}
	a, b := f.Rows[0], f.Rows[1]
	if a.ID != "1" || a.Phone != "13800138000" || a.Address != "悦枫路18号" || a.Description != "堂食和送餐" || len(a.Keywords) != 2 || a.Checked.Format(time.DateOnly) != "2026-05-06" {
		t.Errorf("got %+v", a)
	}
	if b.Name != "=1+1" || b.Category != "TRUE" || b.Address != "12.5" || b.Phone != "0512-55500101\n0512-55500102" || !b.Checked.Equal(a.Checked) {
		t.Errorf("got %+v", b)
	}
	notes := strings.Join(f.Notes, "\n")
	if !strings.Contains(notes, "「旧的」是隐藏的") || !strings.Contains(notes, "有 1 行是隐藏或筛掉的") {
		t.Errorf("got notes %q, want the hidden sheet and row named", notes)
	}
}

func TestWhatExcelBrokeIsRefusedByCell(t *testing.T) {
	raw := book(t, func(f *excelize.File) {
		must(t, f.SetCellFormula("Sheet1", "B2", "A2&\"x\""))
		must(t, f.MergeCell("Sheet1", "D2", "D3"))
		day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		must(t, err)
		clock, err := f.NewStyle(&excelize.Style{CustomNumFmt: ptr(`h"时"mm`)})
		must(t, err)
		must(t, f.SetCellStyle("Sheet1", "F2", "F2", day))
		must(t, f.SetCellStyle("Sheet1", "G2", "G2", clock))
	}, []any{"R1", "a", "公共服务", "x", 51255500101, 46083, 0.375, "", "", "", 46148},
		[]any{"R2", "b", "公共服务", "", 1234567890123456789, "", "", "", "", "", "明天"})
	_, err := readAs(t, "a.xlsx", raw)
	for _, want := range []string{
		"「Sheet1」第 2 行 B 列：单元格 B2 是公式，不读",
		"「Sheet1」第 2 行：单元格 D2:D3 是合并的",
		"「Sheet1」第 3 行 E 列：数字太长",
		"「Sheet1」第 2 行 E 列（电话）：电话「51255500101」像是丢了开头的 0",
		"「Sheet1」第 2 行 F 列（地址）：被 Excel 当成了日期或时间（2026-03-02）",
		"「Sheet1」第 2 行 G 列（时间）：被 Excel 当成了日期或时间（09:00）",
		"「Sheet1」第 2 行 K 列（核对日期）：这是 Excel 内部的日期数字",
		"「Sheet1」第 3 行 K 列（核对日期）：「明天」不是日期",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got no %q in\n%v", want, err)
		}
	}
}

func ptr(s string) *string { return &s }

func TestErrorValuesAndScientificXML(t *testing.T) {
	sheet := func(rows string) string {
		return patched(t, book(t, nil), "xl/worksheets/sheet1.xml", func(s string) string { return strings.Replace(s, "</sheetData>", rows+"</sheetData>", 1) })
	}
	text := func(ref, s string) string { return `<c r="` + ref + `" t="inlineStr"><is><t>` + s + `</t></is></c>` }
	row := func(phone string) string {
		return `<row r="2">` + text("A2", "R1") + text("B2", "a") + text("C2", "公共服务") + phone + `</row>`
	}
	f, err := readAs(t, "a.xlsx", sheet(row(`<c r="E2"><v>1.3800138E10</v></c>`)))
	if err != nil || f.Rows[0].Phone != "13800138000" {
		t.Errorf("got %+v %v, want the whole number", f.Rows, err)
	}
	if _, err = readAs(t, "a.xlsx", sheet(row(`<c r="E2" t="e"><v>#N/A</v></c>`))); err == nil || !strings.Contains(err.Error(), "第 2 行 E 列：是 Excel 的错误值") {
		t.Errorf("got %v, want the error value named", err)
	}
	// A sheet cut off in the middle must not look like a shorter list.
	cut := patched(t, book(t, nil, []any{"R1", "a", "公共服务"}, []any{"R2", "b", "公共服务"}), "xl/worksheets/sheet1.xml", func(s string) string { return s[:strings.Index(s, `r="A3"`)] })
	if f, err = readAs(t, "a.xlsx", cut); err == nil || !strings.Contains(err.Error(), "损坏") {
		t.Errorf("got %+v %v, want a damaged file", f.Rows, err)
	}
}

// patched is a workbook with one part rewritten.
func patched(t testing.TB, raw, part string, edit func(string) string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(raw), int64(len(raw)))
	must(t, err)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		body, err := io.ReadAll(r)
		must(t, err)
		if f.Name == part {
			body = []byte(edit(string(body)))
		}
		to, err := w.Create(f.Name)
		must(t, err)
		_, err = to.Write(body)
		must(t, err)
	}
	must(t, w.Close())
	return b.String()
}

func TestRightSheetIsChosen(t *testing.T) {
	two := func(name string, rows ...[]any) string {
		return book(t, func(f *excelize.File) {
			_, err := f.NewSheet(name)
			must(t, err)
			for i, r := range rows {
				must(t, f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &r))
			}
		}, []any{"R1", "a", "公共服务"})
	}
	f, err := readAs(t, "a.xlsx", two("说明", []any{"怎么填这张表"}))
	if err != nil || len(f.Rows) != 1 || !strings.Contains(strings.Join(f.Notes, ""), "没有读「说明」") {
		t.Errorf("got %+v %v %q, want the sheet with the header", f.Rows, err, f.Notes)
	}
	f, err = readAs(t, "a.xlsx", two("资源清单", []any{"编号", "名称", "类型", "类别"}, []any{"R9", "z", "公共服务"}))
	if err != nil || len(f.Rows) != 1 || f.Rows[0].ID != "R9" {
		t.Errorf("got %+v %v, want the sheet with the right name", f.Rows, err)
	}
	_, err = readAs(t, "a.xlsx", two("又一张", []any{"编号", "名称", "类型", "类别"}, []any{"R9", "z", "公共服务"}))
	if err == nil || !strings.Contains(err.Error(), "有 2 张工作表都有内容") {
		t.Errorf("got %v, want a question which sheet", err)
	}
	if f, err = readAs(t, "a.xlsx", two("空的")); err != nil || len(f.Rows) != 1 {
		t.Errorf("got %+v %v, want the only sheet with anything in it", f.Rows, err)
	}
}

// zipped is a zip of files.
func zipped(t testing.TB, parts map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, body := range parts {
		to, err := w.Create(name)
		must(t, err)
		_, err = io.WriteString(to, body)
		must(t, err)
	}
	must(t, w.Close())
	return b.String()
}

func TestFileIsNotWhatItsNameSays(t *testing.T) {
	good := book(t, nil)
	locked := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600) + strings.ReplaceAll("E.n.c.r.y.p.t.e.d.P.a.c.k.a.g.e.", ".", "\x00")
	for _, x := range []struct{ name, raw, want string }{
		{"a.xlsx", "编号,名称\nR1,a\n", "名字是 .xlsx，里面却是普通文字"},
		{"a.csv", good, "名字是 .csv，里面却是 Excel 工作簿"},
		{"a.xlsx", "<html><table><tr><td>编号</td></tr></table></html>", "其实是网页（HTML）"},
		{"a.csv", "\ufeff <!DOCTYPE html>", "其实是网页（HTML）"},
		{"a.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), "其实是旧版 Excel（xls）"},
		{"a.xlsx", locked, "加了密码"},
		{"a.xlsx", zipped(t, map[string]string{"word/document.xml": "<w/>"}), "其实是Word 文档"},
		{"a.xlsx", zipped(t, map[string]string{"content.xml": "<o/>"}), "其实是OpenDocument"},
		{"a.csv", zipped(t, map[string]string{"清单.csv": "a,b"}), "其实是压缩包（zip）"},
		{"a.xlsx", "%PDF-1.7", "其实是PDF"},
		{"a.xlsx", good[:len(good)/2], "其实是压缩包"},
		{"a.xlsx", zipped(t, map[string]string{"xl/workbook.xml": "<nothing"}), "损坏"},
		{"a.xlsx", zipped(t, map[string]string{"xl/workbook.xml": "<workbook/>"}), ""},
		{"a.xls", good, "不读 .xls 文件"},
		{"a.docx", good, "只认 .csv 和 .xlsx"},
		{"a", good, "只认 .csv 和 .xlsx"},
		{"a.xlsx", "", "文件是空的"},
		{"a.csv", "\x00\x01\x02", "二进制"},
	} {
		_, err := readAs(t, x.name, x.raw)
		if err == nil || !strings.Contains(err.Error(), x.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s %.12q: got %v, want one line with %q", x.name, x.raw, err, x.want)
		}
	}
	empty := excelize.NewFile()
	var b bytes.Buffer
	must(t, empty.Write(&b))
	if _, err := readAs(t, "a.xlsx", b.String()); err == nil || !strings.Contains(err.Error(), "文件是空的") {
		t.Errorf("empty workbook: got %v", err)
	}
}

func TestZipBombIsNotUnpacked(t *testing.T) {
	fill := func(n int) string {
		return patched(t, book(t, nil), "xl/worksheets/sheet1.xml", func(s string) string {
			return strings.Replace(s, "<sheetData>", "<sheetData>"+strings.Repeat("<row></row>", n/11), 1)
		})
	}
	bomb := fill(100 << 20)
	if len(bomb) > 1<<20 {
		t.Fatalf("the bomb itself has %d bytes", len(bomb))
	}
	before := allocated()
	_, err := readAs(t, "a.xlsx", bomb)
	if err == nil || !strings.Contains(err.Error(), "解压后超过 90 MB") {
		t.Errorf("got %v, want a refusal to unpack", err)
	}
	if used := allocated() - before; used > 32<<20 {
		t.Errorf("%d MB were allocated to refuse it", used>>20)
	}
	// One that lies about its size is stopped where it outgrows what it said.
	small := fill(2 << 20)
	liar := strings.ReplaceAll(small, sizeOf(t, small), "\x00\x10\x00\x00")
	if liar == small {
		t.Fatal("nothing was changed")
	}
	if _, err := readAs(t, "a.xlsx", liar); err == nil || !strings.Contains(err.Error(), "损坏") {
		t.Errorf("got %v, want a damaged file", err)
	}
	if _, err := readAs(t, "a.csv", strings.Repeat("编号,名称\n", 4<<20)); err == nil || !strings.Contains(err.Error(), "太大") {
		t.Errorf("got %v, want a refusal of a file too large", err)
	}
}

// sizeOf is the sheet's unpacked size as its zip entry has it.
func sizeOf(t *testing.T, raw string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(raw), int64(len(raw)))
	must(t, err)
	for _, f := range z.File {
		if n := f.UncompressedSize64; f.Name == "xl/worksheets/sheet1.xml" {
			return string([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
		}
	}
	t.Fatal("no sheet")
	return ""
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// realBooks are workbooks that Excel itself wrote; the library brings them along.
func realBooks(t testing.TB) []string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/xuri/excelize/v2").Output()
	must(t, err)
	all, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "test", "*.xlsx"))
	must(t, err)
	if len(all) < 5 {
		t.Fatalf("got %d workbooks beside the library, want some", len(all))
	}
	var out []string
	for _, p := range all {
		raw, err := os.ReadFile(p)
		must(t, err)
		out = append(out, string(raw))
	}
	return out
}

func TestRealWorkbooksAreMetWithASentence(t *testing.T) {
	for _, raw := range realBooks(t) {
		if _, err := readAs(t, "a.xlsx", raw); err == nil || err.Error() == "" {
			t.Errorf("got %v, want a sentence: none of them is a resource list", err)
		}
	}
}

func FuzzReadXLSX(f *testing.F) {
	f.Add([]byte(book(f, nil, []any{"R1", "a", "公共服务", 1, 2.5, true})))
	for _, raw := range realBooks(f) {
		if len(raw) < 8<<10 {
			f.Add([]byte(raw))
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		tables, err := Read("a.xlsx", bytes.NewReader(raw))
		if err != nil {
			return
		}
		for _, x := range tables {
			if len(x.Rows) > MaxRows+1 {
				t.Fatalf("%d rows", len(x.Rows))
			}
		}
		if _, err := Resources().Read(tables); err != nil && err.Error() == "" {
			t.Fatal("an error without words")
		}
	})
}

// A sheet and its strings as a stranger wrote them, put into a whole workbook: the zip around them hides them from mutation.
func FuzzSheetXML(f *testing.F) {
	const strings2 = `<sst><si><t>编号</t></si><si><r><t>名</t></r><r><t>称</t></r></si><si><t>_x0041_</t></si></sst>`
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c t="s"><v>1</v></c><c><f>A1</f><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`, strings2)
	f.Add(`<worksheet><sheetData><row r="-5"><c r="ZZZZ99" s="x" t="e"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="99999"><v>1e308</v></c></row></sheetData></worksheet>`, strings2)
	f.Add(`<worksheet><sheetData><row><c t="s"><v>-1</v></c><c t="d"><v>2026-01-01</v></c><c t="inlineStr"><is/></c></row></sheetData></worksheet>`, `<sst>`)
	whole := book(f, nil)
	f.Fuzz(func(t *testing.T, sheet, sst string) {
		raw := patched(t, whole, "xl/worksheets/sheet1.xml", func(string) string { return sheet })
		raw = patched(t, raw, "xl/sharedStrings.xml", func(string) string { return sst })
		tables, err := Read("a.xlsx", strings.NewReader(raw))
		if err != nil {
			return
		}
		if _, err := Resources().Read(tables); err != nil && err.Error() == "" {
			t.Fatal("an error without words")
		}
	})
}
