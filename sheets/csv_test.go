package sheets

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"linli/community"
)

const head = "编号,名称,类型,类别,电话,地址,时间,对象,说明,关键词\n"

// readAs reads a file of that name as a resource list.
func readAs(t *testing.T, name, raw string) (Filled[community.Resource], error) {
	t.Helper()
	tables, err := Read(name, strings.NewReader(raw))
	if err != nil {
		return Filled[community.Resource]{}, err
	}
	return Resources().Read(tables)
}

func gb(t *testing.T, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func wideText(t *testing.T, s string) string {
	t.Helper()
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryCSVAnOfficeHas(t *testing.T) {
	row := "R001,长者食堂,公共服务,养老助餐,0512-55500101,悦枫路18号,每天,老人,\"堂食,送餐\",助餐;送饭\n"
	english := "id,name,kind,category,phone,address,hours,audience,description,keywords\n" + strings.Replace(row, "公共服务", "public_service", 1)
	parted := func(sep string) string { // the comma in quotes stays
		return strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(head+row, "堂食,送餐", "堂食@送餐"), ",", sep), "@", ",")
	}
	semicolons := strings.Replace(parted(";"), "助餐;送饭", "助餐；送饭", 1)
	for name, raw := range map[string]string{
		"plain":               head + row,
		"english":             english,
		"bom":                 "\ufeff" + head + row,
		"windows lines":       strings.ReplaceAll(head+row, "\n", "\r\n"),
		"old mac lines":       strings.ReplaceAll(head+row, "\n", "\r"),
		"gb18030":             gb(t, head+row),
		"tabs":                parted("\t"),
		"excel unicode text":  wideText(t, parted("\t")),
		"semicolons":          semicolons,
		"sep line":            "sep=;\r\n" + semicolons,
		"quoted sep line":     "\ufeff\"sep=,\"\n" + head + row,
		"no last line break":  strings.TrimSuffix(head+row, "\n"),
		"blank lines":         "\n,,,,\n" + head + "\n" + row + ",,\n\n",
		"dressed header":      strings.Replace(strings.Replace(head, "编号", "编号*（必填）", 1), "电话", " 联系电话：", 1) + row,
		"spaces around cells": head + strings.ReplaceAll(row, ",长者食堂,", ", 长者食堂　,"),
	} {
		f, err := readAs(t, "a.CSV", raw)
		if err != nil || len(f.Rows) != 1 {
			t.Errorf("%s: got %d rows, %v, want one", name, len(f.Rows), err)
			continue
		}
		got := f.Rows[0]
		if got.ID != "R001" || got.Name != "长者食堂" || got.Kind != "public_service" || got.Description != "堂食,送餐" || strings.Join(got.Keywords, "|") != "助餐|送饭" {
			t.Errorf("%s: got %+v", name, got)
		}
		if len(f.Absent) != 1 || f.Absent[0] != "核对日期" {
			t.Errorf("%s: absent columns: got %q, want 核对日期 only", name, f.Absent)
		}
	}
}

func TestFaultsNameRowAndColumn(t *testing.T) {
	long := strings.Repeat("长", 4001)
	raw := head +
		"R001,甲,公共服务,,1.38E+10,,,,,\n" +
		"\n" +
		"R001,乙,公共服物,,51255500101,,,,\"两\n行\",\n" +
		",,治理资源,,,,,,,\n" +
		"R 5,丁\u202e,,x,13800138000.0,,,," + long + ",\n" +
		"R006,己,治理资源,,,,,,,,多出来\n" +
		"R007,庚,治理资源,a\tb,1065551234,,,,\x07响,\n"
	_, err := readAs(t, "a.csv", raw)
	for _, want := range []string{
		"第 2 行 E 列（电话）：电话变成了科学计数法",
		"第 4 行 A 列（编号）：「R001」和第 2 行重复了",
		"第 4 行 C 列（类型）：「公共服物」不认识，是不是「公共服务」？；可以填：公共服务、治理资源",
		"第 4 行 E 列（电话）：电话「51255500101」像是丢了开头的 0",
		"第 5 行 A 列（编号）：没有填",
		"第 5 行 B 列（名称）：没有填",
		"第 6 行 A 列（编号）：编号里有空格",
		"第 6 行 B 列（名称）：里面有看不见的字符（U+202E）",
		"第 6 行 C 列（类型）：没有填",
		"第 6 行 E 列（电话）：电话后面多了小数点",
		"第 6 行 I 列（说明）：太长了：有 4001 个字，最多 4000 个",
		"第 7 行 K 列：这一格上面没有表头",
		"第 8 行 D 列（类别）：里面有制表符",
		"第 8 行 E 列（电话）：电话「1065551234」像是丢了开头的 0",
		"第 8 行 I 列（说明）：里面有看不见的字符（U+0007）",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got no %q in\n%v", want, err)
		}
	}
	if err != nil && strings.Count(err.Error(), "\n") != 14 {
		t.Errorf("got %d lines, want 15:\n%v", 1+strings.Count(err.Error(), "\n"), err)
	}
}

func TestHeaderFaults(t *testing.T) {
	for raw, want := range map[string]string{
		"编号,名称,类型,类别,电活\nR1,a,公共服务,,\n":        "第 1 行 E 列（电活）：没有这一列，是不是「电话」？",
		"编号,名称,类型,类别,老板\nR1,a,公共服务,,\n":        "第 1 行 E 列（老板）：没有这一列，请删掉它或改名；可以有的列：编号、名称、类型",
		"编号,名称,电话\nR1,a,\n":                    "第 1 行：缺少「类型」这一列（英文表头 kind）\n第 1 行：缺少「类别」这一列（英文表头 category）",
		"名称,类型\na,公共服务\n":                      "第 1 行：缺少「编号」这一列（英文表头 id）",
		"某社区资源一览表\n编号,名称,类型,类别\nR1,a,公共服务,\n":  "第 2 行：表头在这一行，上面还有别的内容",
		"编号,名称,类型,类别,电话,phone\nR1,a,公共服务,,,\n": "第 1 行 F 列（phone）：和 E 列是同一列",
		"编号，名称，类型\nR1，a，公共服务\n":                "中文逗号",
		"编号,名称,类型,类别,\nR1,a,公共服务,,没头\n":        "第 2 行 E 列：这一格上面没有表头",
		head + "R1,\"a,公共服务\nR2,b,公共服务\n":      "文件第 2 行附近的引号不成对",
		head + "R1,a\"b,公共服务\n":                "文件第 2 行附近的引号不成对",
		"":                                     "文件是空的",
		"\ufeff \r\n":                          "文件是空的",
		",,,\n,,\n":                            "文件是空的",
		"编号,名称\xff\xff\xfe":                    "编码认不出来",
		"编号,名称\x00\x00":                        "二进制",
	} {
		if _, err := readAs(t, "a.csv", raw); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q in it", raw, err, want)
		}
	}
}

func TestTooManyFaultsAreCounted(t *testing.T) {
	raw := head + strings.Repeat("R1,a,公共服务,,,,,,,\n", 101)
	if _, err := readAs(t, "a.csv", raw); err == nil || !strings.HasSuffix(err.Error(), "……还有 50 处") {
		t.Errorf("got %v, want 50 told and 50 counted", err)
	}
}

func TestHeaderOnlyIsAnEmptyList(t *testing.T) {
	f, err := readAs(t, "a.csv", head)
	if err != nil || len(f.Rows) != 0 {
		t.Errorf("got %v %v, want an empty list", f.Rows, err)
	}
}

func TestFormulaLikeTextIsDataAndComesBack(t *testing.T) {
	for _, s := range []string{"=1+1", "+8613800138000", "-无-", "@所有人", "'=1", "''@x", "'普通", "＝cmd", "a=b", "'", "= 1", `=HYPERLINK("http://x","y")`} {
		var b bytes.Buffer
		table := Table{Rows: []Row{{N: 1, Cells: []Cell{{Text: "名称"}, {Text: s}}}}}
		if err := WriteCSV(&b, table); err != nil {
			t.Fatal(err)
		}
		cell := strings.TrimSuffix(strings.Split(b.String(), "\"名称\",\"")[1], "\"\r\n")
		if strings.ContainsAny(cell[:1], "=+-@") || strings.HasPrefix(cell, "＝") {
			t.Errorf("%q is written as %q: Excel would run it", s, cell)
		}
		back, err := readCSV(b.Bytes())
		if err != nil || back.Rows[0].at(1).Text != s {
			t.Errorf("%q came back as %q, %v", s, back.Rows[0].at(1).Text, err)
		}
	}
	f, err := readAs(t, "a.csv", head+"R1,=1+1,公共服务,,,,,,@所有人,\n")
	if err != nil || f.Rows[0].Name != "=1+1" || f.Rows[0].Description != "@所有人" {
		t.Errorf("got %+v %v, want the texts as they stand", f.Rows, err)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte(head + "R001,长者食堂,公共服务,养老,0512-55500101,,,,\"a\nb\",x;y\n"))
	f.Add([]byte("sep=;\r\nid;name\n1;\"x\"\"y\"\n"))
	f.Add([]byte("\xb1\xe0\xba\xc5,\xc3\xfb\xb3\xc6\n1,2\n"))
	f.Add([]byte("\xff\xfea\x00,\x00b\x00\n\x00"))
	f.Add([]byte("a\tb\r1\t'=2"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		table, err := readCSV(raw)
		if err != nil {
			return
		}
		last := 0
		for _, r := range table.Rows {
			if r.N <= last || len(r.Cells) == 0 || len(r.Cells) > maxCols {
				t.Fatalf("row %d after row %d, %d cells", r.N, last, len(r.Cells))
			}
			last = r.N
		}
		if len(table.Rows) > 0 {
			if _, err := Resources().Read([]Table{table}); err != nil && err.Error() == "" {
				t.Fatal("an error without words")
			}
		}
	})
}
