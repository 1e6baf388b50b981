package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Copy writes a whole, consistent copy of the file at path to dst, also while
// another process works on it: it reads one state and asks for no lock. It does not overwrite.
func Copy(ctx context.Context, path, dst string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return say("%s 里没有数据，没有可备份的；请用 --data 指明数据文件夹", filepath.Dir(path))
	}
	c, err := connect(path, "mode=rw&_pragma=busy_timeout(10000)")
	if err != nil {
		return explain(path, err)
	}
	if _, err = versionOf(c, path); err == nil {
		err = vacuum(ctx, c, dst)
	}
	return errors.Join(explain(path, err), c.close())
}

// vacuum copies to a new file that has no more than the papers in it, and makes sure that it is on disk.
func vacuum(ctx context.Context, c *conn, dst string) error {
	if _, err := os.Stat(dst); err == nil {
		return say("%s 已经存在，不覆盖，请换个名字", dst)
	}
	part := dst + ".part"
	err := os.Remove(part) // of a copy that was cut off
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = os.WriteFile(part, nil, 0o600) // SQLite fills an empty file, and would make one that all may read
	}
	if err == nil {
		err = c.exec(ctx, "VACUUM INTO ?", part)
	}
	if err == nil {
		err = settle(part)
	}
	if err == nil {
		err = os.Rename(part, dst)
	}
	if err != nil {
		os.Remove(part) //nolint:errcheck // the first error is the one to tell
		return err
	}
	return settle(filepath.Dir(dst))
}

// settle makes sure that a file or a folder is on disk.
func settle(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Check reads a file that nobody works on from end to end and says whether it is whole, and which version it has.
func Check(ctx context.Context, path string) (version int, err error) {
	c, err := connect(path, "mode=ro")
	if err != nil {
		return 0, explain(path, err)
	}
	version, err = versionOf(c, path)
	if err == nil && version == 0 {
		err = say("%s 里没有数据", path)
	}
	if err == nil {
		err = whole(ctx, c, "integrity_check")
	}
	return version, errors.Join(explain(path, err), c.close())
}

// whole asks SQLite to look through the file.
func whole(ctx context.Context, c *conn, pragma string) error {
	rows, err := c.query(ctx, "PRAGMA "+pragma+"(1)")
	if err != nil {
		return err
	}
	if len(rows) == 1 && rows[0][0] == "ok" {
		return nil
	}
	return fmt.Errorf("%w: %v", errDamaged, rows)
}
