package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"linli/sheets"
	"linli/store"
)

const exportHelp = "export resources|people FILE.(csv|xlsx) [--data DIR] [--community ID]  导出清单（先停下 serve）"

// exportCommand writes a list to a file that import reads back as it is.
func exportCommand(ctx context.Context, args []string, out io.Writer) error {
	return atDesk(ctx, exportHelp, args, nil, out,
		func(ctx context.Context, d *desk) error { return exportList(ctx, d, resourceList()) },
		func(ctx context.Context, d *desk) error {
			groups, err := d.groups(ctx)
			if err != nil {
				return err
			}
			return exportList(ctx, d, peopleList(groups))
		})
}

// forms are the ways out, by the end of the file's name.
var forms = map[string]func(io.Writer, sheets.Table) error{".csv": sheets.WriteCSV, ".xlsx": sheets.WriteXLSX}

func exportList[T any](ctx context.Context, d *desk, l listing[T]) error {
	write := forms[strings.ToLower(filepath.Ext(d.file))]
	if write == nil {
		return errors.New("文件名要以 .csv 或 .xlsx 结尾")
	}
	var rows []T
	if err := d.st.View(ctx, d.c, func(tx store.Tx) { rows = l.get(tx) }); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := write(&b, l.Table(rows)); err != nil {
		return fmt.Errorf("清单写不成文件：%w", err)
	}
	if err := writeNew(d.file, b.Bytes()); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "已导出%s「%s」%d 行到 %s\n", l.Name, d.name, len(rows), d.file)
	if why := unfaithful(l, rows, d.file, b.Bytes()); why != "" {
		fmt.Fprintln(d.out, "！！注意：这份文件不能原样导入回来，有些内容是导入时不收的：\n"+why)
	}
	return nil
}

// unfaithful reads a written list back and tells what would be different; "" if nothing.
func unfaithful[T any](l listing[T], rows []T, name string, raw []byte) string {
	tables, err := sheets.Read(name, bytes.NewReader(raw))
	if err != nil {
		return err.Error()
	}
	f, err := l.Read(tables)
	if err != nil {
		return err.Error()
	}
	var ids []string
	for _, e := range l.Compare(rows, f).Changed {
		ids = append(ids, sheets.Printable(l.ID(e.Row))+"（"+edits(e.Fields)+"）")
	}
	return strings.Join(ids, "\n")
}

// writeNew writes a file that is not there yet; only its owner may read it.
func writeNew(path string, raw []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s 已经存在，不覆盖，请换个名字", path)
	}
	if err != nil {
		return fmt.Errorf("文件建不了，请检查文件夹和权限：%w", err)
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("文件没有写完，已删掉：%w", err), os.Remove(path))
	}
	return nil
}
