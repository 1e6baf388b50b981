package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"linli/community"
	"linli/store"
)

// mark stands in the file's header (as application_id) and says whose file it is: "linl".
const mark = 0x6c696e6c

// steps take a file from the version of their index to the next. What a step
// does is done whole or not at all.
//
//	0 → 1  the table
//	1 → 2  the mark in the header; rolls are listed by when they were last touched
var steps = []func(*conn) error{
	func(c *conn) error {
		return c.exec(context.Background(), "CREATE TABLE paper (c TEXT NOT NULL, k BLOB NOT NULL, v BLOB NOT NULL, PRIMARY KEY (c, k)) WITHOUT ROWID")
	},
	func(c *conn) error {
		if err := c.exec(context.Background(), fmt.Sprintf("PRAGMA application_id = %d", mark)); err != nil {
			return err
		}
		return c.everywhere(store.ListRolls)
	},
}

// version is the schema's; it stands in the file as user_version.
var version = len(steps)

// A header is what tells whose file it is.
type header struct{ version, mark, tables, columns int }

func headerOf(c *conn) (h header, err error) {
	for query, n := range map[string]*int{
		"PRAGMA user_version":                &h.version,
		"PRAGMA application_id":              &h.mark,
		"SELECT count(*) FROM sqlite_schema": &h.tables,
		"SELECT count(*) FROM pragma_table_info('paper') WHERE name IN ('c', 'k', 'v')": &h.columns,
	} {
		if *n, err = c.number(query); err != nil {
			return h, err
		}
	}
	return h, nil
}

// ours: version 1 had no mark yet.
func (h header) ours() bool {
	return h.columns == 3 && (h.version == 1 && h.mark == 0 || h.version > 1 && h.mark == mark)
}

// versionOf reads which version a file has, 0 if it is empty. It refuses a foreign one and a newer one.
func versionOf(c *conn, path string) (int, error) {
	h, err := headerOf(c)
	switch {
	case err != nil:
		return 0, err
	case h == header{}:
		return 0, nil
	case h.mark == mark && h.version > version:
		return 0, say("数据文件 %s 是更新版本的 linli 写的（%d，这个程序只认到 %d）：请换用新版程序再打开；数据没有动过", path, h.version, version)
	case !h.ours():
		return 0, say("%s 不是 linli 的数据文件，没有动它；请用 --data 换一个文件夹", path)
	}
	return h.version, nil
}

// migrate takes the file to the version of today. Before an older one is touched, a copy is kept beside it.
func migrate(c *conn, path string, has int) error {
	if has == version {
		return nil
	}
	if has > 0 {
		if err := keep(c, path, has); err != nil {
			return say("数据文件 %s 是旧版本的，升级前要先留一份副本，可是没有留成（请检查磁盘空间），所以没有升级，数据没有动过：%w", path, err)
		}
	}
	err := c.exec(context.Background(), "BEGIN IMMEDIATE")
	if err == nil {
		err = climb(c, has)
	}
	if err == nil {
		err = c.exec(context.Background(), "COMMIT")
	}
	if err != nil {
		c.exec(context.Background(), "ROLLBACK") //nolint:errcheck // the first error is the one to tell
		return explain(path, fmt.Errorf("sqlite: from version %d to %d: %w", has, version, err))
	}
	return nil
}

func climb(c *conn, from int) error {
	for _, step := range steps[from:] {
		if err := step(c); err != nil {
			return err
		}
	}
	return c.exec(context.Background(), fmt.Sprintf("PRAGMA user_version = %d", version))
}

// keep copies the file to path.v1, or path.v1-2 if there is already one, …
func keep(c *conn, path string, has int) error {
	dst := fmt.Sprintf("%s.v%d", path, has)
	for n := 2; ; n++ {
		if _, err := os.Stat(dst); errors.Is(err, fs.ErrNotExist) {
			return vacuum(context.Background(), c, dst)
		}
		dst = fmt.Sprintf("%s.v%d-%d", path, has, n)
	}
}

// everywhere runs a step on the papers of every community, in the transaction at hand.
func (c *conn) everywhere(fn func(store.Tx)) error {
	if err := c.prepare(); err != nil {
		return err
	}
	names, err := c.communities(context.Background())
	if err != nil {
		return err
	}
	for _, in := range names {
		if err := c.rewrite(in, fn); err != nil {
			return err
		}
	}
	return nil
}

func (c *conn) rewrite(in community.ID, fn func(store.Tx)) error {
	g := &group{conn: c, known: map[name]value{}}
	t := &tx{ctx: context.Background(), conn: c, group: g, c: string(in), wrote: map[string][]byte{}}
	fn(t)
	if t.err != nil {
		return fmt.Errorf("community %s: %w", in, t.err)
	}
	g.take(t.c, t.wrote)
	return g.flush()
}
