package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"linli/configs"
	"linli/store/sqlite"
)

// backupCommand copies the store. It needs the file for itself: stop serve first.
func backupCommand(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("backup", flag.ContinueOnError)
	data := flags.String("data", configs.Default().Data, "数据文件夹")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("用法：linli " + backupHelp)
	}
	path := filepath.Join(*data, storeName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s 里没有数据", *data)
	}
	st, err := sqlite.Open(path)
	if err != nil {
		return err
	}
	err = errors.Join(st.Backup(ctx, flags.Arg(0)), st.Close())
	if err == nil {
		fmt.Fprintf(out, "已备份到 %s\n", flags.Arg(0))
	}
	return err
}
