package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"linli/sheets"
	"linli/store"
)

const importHelp = "import resources|people FILE.(csv|xlsx) [--data DIR] [--community ID] [--yes]  导入清单（先停下 serve）"

// importCommand makes a list what a file says, after showing what would change and asking.
func importCommand(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	return atDesk(ctx, importHelp, args, in, out,
		func(ctx context.Context, d *desk) error { return importList(ctx, d, resourceList()) },
		func(ctx context.Context, d *desk) error {
			groups, err := d.groups(ctx)
			if err != nil {
				return err
			}
			return importList(ctx, d, peopleList(groups))
		})
}

var errMoved = errors.New("看的时候清单被别人改过了，没有导入：请再运行一次")

func importList[T any](ctx context.Context, d *desk, l listing[T]) error {
	f, err := readList(d.file, l)
	if err != nil {
		return fmt.Errorf("%s 没有导入，什么也没有改：\n%w", filepath.Base(d.file), err)
	}
	var stands []T
	if err := d.st.View(ctx, d.c, func(tx store.Tx) { stands = l.get(tx) }); err != nil {
		return err
	}
	c := l.Compare(stands, f)
	fmt.Fprintf(d.out, "%s「%s」：现有 %d 行，文件里 %d 行\n", l.Name, d.name, len(stands), len(f.Rows))
	showNotes(d.out, f)
	if c.Nothing() {
		fmt.Fprintln(d.out, "完全一样，没有要改的")
		return nil
	}
	showChanges(d.out, l, c)
	showWarnings(d.out, l, c, len(stands))
	if !d.yes {
		if yes, err := agreed(d.in, d.out); err != nil || !yes {
			fmt.Fprintln(d.out, "没有改动")
			return err
		}
	}
	err = d.st.Update(ctx, d.c, func(tx store.Tx) {
		if !reflect.DeepEqual(l.get(tx), stands) {
			tx.Fail(errMoved)
			return
		}
		l.put(tx, c.Rows)
	})
	if err == nil {
		fmt.Fprintf(d.out, "已导入：新增 %d，改动 %d，删除 %d\n", len(c.Added), len(c.Changed), len(c.Removed))
	}
	return err
}

func readList[T any](path string, l listing[T]) (f sheets.Filled[T], err error) {
	file, err := os.Open(path)
	if err != nil {
		return f, fmt.Errorf("文件打不开，请检查路径和权限：%w", err)
	}
	defer file.Close()
	tables, err := sheets.Read(path, file)
	if err != nil {
		return f, err
	}
	return l.Read(tables)
}

func showNotes[T any](out io.Writer, f sheets.Filled[T]) {
	for _, n := range f.Notes {
		fmt.Fprintln(out, "  说明："+n)
	}
	if len(f.Absent) > 0 {
		fmt.Fprintf(out, "  说明：文件里没有「%s」列，现有的内容保留不动\n", strings.Join(f.Absent, "」「"))
	}
}

// atMostShown is how many rows of each sort are shown one by one.
const atMostShown = 30

func showChanges[T any](out io.Writer, l listing[T], c sheets.Changes[T]) {
	show := func(what string, n int, line func(i int) string) {
		if n == 0 {
			return
		}
		fmt.Fprintf(out, "%s %d 行：\n", what, n)
		for i := range min(n, atMostShown) {
			fmt.Fprintln(out, "  "+line(i))
		}
		if n > atMostShown {
			fmt.Fprintf(out, "  ……还有 %d 行\n", n-atMostShown)
		}
	}
	called := func(v T) string { return sheets.Printable(l.ID(v)) + " " + sheets.Printable(l.Title(v)) }
	show("新增", len(c.Added), func(i int) string { return "＋ " + called(c.Added[i]) })
	show("改动", len(c.Changed), func(i int) string { return "～ " + called(c.Changed[i].Row) + "　" + edits(c.Changed[i].Fields) })
	show("删除", len(c.Removed), func(i int) string { return "－ " + called(c.Removed[i]) })
	fmt.Fprintf(out, "不变 %d 行\n", c.Same)
}

func edits(fields []sheets.Field) string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Name+"："+orEmpty(f.Old)+" → "+orEmpty(f.New))
	}
	return strings.Join(out, "；")
}

func orEmpty(s string) string {
	if s == "" {
		return "（空）"
	}
	return "「" + sheets.Printable(s) + "」"
}

func showWarnings[T any](out io.Writer, l listing[T], c sheets.Changes[T], stood int) {
	switch {
	case len(c.Rows) == 0:
		fmt.Fprintf(out, "！！注意：文件只有表头，没有一行内容。照做会把现有的 %d 行全部删除\n", stood)
	case 2*len(c.Removed) > stood:
		fmt.Fprintf(out, "！！注意：照做会删除现有 %d 行中的 %d 行，请确认拿的是完整的清单\n", stood, len(c.Removed))
	}
	if w := l.warn(c.Rows); w != "" {
		fmt.Fprintln(out, "！！注意："+w)
	}
}

var errNoAnswer = errors.New("没有人回答；不在终端里时，确认无误后可以加 --yes")

// agreed asks on the terminal; only a clear yes is one.
func agreed(in io.Reader, out io.Writer) (bool, error) {
	lines := bufio.NewScanner(in)
	for range 3 {
		fmt.Fprint(out, "要这样改吗？（是/否）")
		if !lines.Scan() {
			fmt.Fprintln(out)
			return false, errNoAnswer
		}
		switch strings.ToLower(strings.TrimSpace(lines.Text())) {
		case "是", "y", "yes":
			return true, nil
		case "否", "n", "no", "不", "不是":
			return false, nil
		}
	}
	return false, nil
}
