package sheets

import (
	"archive/zip"
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"unicode/utf16"
)

// A format is what a file is by its bytes.
type format string

const (
	csvFile     format = "文字（CSV）"
	xlsxFile    format = "Excel 工作簿（xlsx）"
	oldExcel    format = "旧版 Excel（xls）"
	lockedExcel format = "加了密码的 Excel"
	wordFile    format = "Word 文档"
	slidesFile  format = "PPT 文档"
	openSheet   format = "OpenDocument 表格（ods）"
	binaryExcel format = "二进制 Excel（xlsb）"
	zipFile     format = "压缩包（zip）"
	htmlFile    format = "网页（HTML）"
	xmlFile     format = "XML 文件"
	pdfFile     format = "PDF"
	pictureFile format = "图片"
	rarFile     format = "压缩包（rar 或 7z）"
	unknownFile format = "别的二进制文件"
)

// magic is how files begin; the first row that fits has the word.
var magic = []struct {
	start string
	is    format
}{
	{"%PDF", pdfFile}, {"\x89PNG", pictureFile}, {"\xff\xd8\xff", pictureFile}, {"GIF8", pictureFile},
	{"Rar!", rarFile}, {"7z\xbc\xaf\x27\x1c", rarFile}, {"\x1f\x8b", rarFile},
	{"<?xml", xmlFile}, {"<!doctype", htmlFile}, {"<html", htmlFile}, {"<table", htmlFile}, {"<meta", htmlFile}, {"<style", htmlFile},
}

// insides tell zip files apart by a name in them.
var insides = []struct {
	name string
	is   format
}{
	{"xl/workbook.xml", xlsxFile}, {"xl/workbook.bin", binaryExcel}, {"word/document.xml", wordFile}, {"ppt/presentation.xml", slidesFile},
}

// ErrEmpty is a file without even a header.
var ErrEmpty = errors.New("文件是空的，没有表头也没有内容")

// sniff tells what a file is by its bytes alone.
func sniff(raw []byte) format {
	if bytes.HasPrefix(raw, []byte("PK\x03\x04")) || bytes.HasPrefix(raw, []byte("PK\x05\x06")) {
		return sniffZip(raw)
	}
	if bytes.HasPrefix(raw, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return sniffOLE(raw)
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(raw[:min(len(raw), 512)], []byte("\ufeff")), " \t\r\n")
	for _, m := range magic {
		if startsLike(start, m.start) {
			return m.is
		}
	}
	if !wide(raw) && bytes.IndexByte(raw, 0) >= 0 {
		return unknownFile
	}
	return csvFile
}

// startsLike compares bytes, ASCII letters in either case; bytes.ToLower would make all that is not UTF-8 the same.
func startsLike(raw []byte, start string) bool {
	if len(raw) < len(start) {
		return false
	}
	for i := range len(start) {
		c := raw[i]
		if c >= 'A' && c <= 'Z' && start[0] == '<' {
			c += 'a' - 'A'
		}
		if c != start[i] {
			return false
		}
	}
	return true
}

func sniffZip(raw []byte) format {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return zipFile
	}
	for _, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, "\\", "/"))
		for _, in := range insides {
			if name == in.name {
				return in.is
			}
		}
		if name == "content.xml" {
			return openSheet
		}
	}
	return zipFile
}

// sniffOLE: an encrypted workbook is an old-style container with a stream of this name.
func sniffOLE(raw []byte) format {
	var name []byte
	for _, u := range utf16.Encode([]rune("EncryptedPackage")) {
		name = append(name, byte(u), byte(u>>8))
	}
	if bytes.Contains(raw, name) {
		return lockedExcel
	}
	return oldExcel
}

// formatOf compares a file's name with its bytes; what we cannot read is met with what to do.
func formatOf(name string, raw []byte) (format, error) {
	if len(bytes.TrimSpace(bytes.TrimPrefix(raw, []byte("\ufeff")))) == 0 {
		return "", ErrEmpty
	}
	var says format
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".csv":
		says = csvFile
	case ".xlsx":
		says = xlsxFile
	case ".xls", ".xlsm", ".xlsb", ".et", ".ods", ".numbers":
		return "", errors.New("不读 " + ext + " 文件：请在 Excel 或 WPS 里「另存为」Excel 工作簿（.xlsx）再导入")
	default:
		return "", errors.New("只认 .csv 和 .xlsx 文件，请在 Excel 或 WPS 里另存为其中一种")
	}
	is := sniff(raw)
	switch {
	case is == says:
		return is, nil
	case is == lockedExcel:
		return "", errors.New("这个文件加了密码，请先在 Excel 里取消密码再导入")
	case is == csvFile:
		return "", errors.New("名字是 .xlsx，里面却是普通文字：请把名字改成 .csv 再试，或用 Excel 打开后另存为 .xlsx")
	case is == xlsxFile:
		return "", errors.New("名字是 .csv，里面却是 Excel 工作簿：请把名字改成 .xlsx 再试")
	}
	return "", errors.New("这个文件其实是" + string(is) + "，读不了：请用 Excel 或 WPS 打开原表，另存为 .xlsx 或 .csv")
}
