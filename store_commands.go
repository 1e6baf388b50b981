package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"linli/configs"
	"linli/store/archive"
)

// backupCommand packs papers and photos into one file, also while serve runs.
func backupCommand(ctx context.Context, args []string, out io.Writer) error {
	h, file, err := houseAndFile(out, "backup", backupHelp, args)
	if err != nil {
		return err
	}
	note, err := archive.Pack(ctx, h, file, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "已备份到 %s（数据和 %d 张照片）；恢复用 linli restore\n", file, note.Photos)
	if n := len(note.Damaged); n > 0 {
		fmt.Fprintf(out, "注意：有 %d 张照片已损坏，没有放进备份，第一张是 %s\n", n, note.Damaged[0])
	}
	return nil
}

// restoreCommand unpacks a backup into an empty data folder.
func restoreCommand(ctx context.Context, args []string, out io.Writer) error {
	h, file, err := houseAndFile(out, "restore", restoreHelp, args)
	if err != nil {
		return err
	}
	note, err := archive.Unpack(ctx, file, h)
	if err == nil {
		fmt.Fprintf(out, "已恢复到 %s：%s 的备份，数据和 %d 张照片都在\n", filepath.Dir(h.Papers), note.Made.Local().Format("2006-01-02 15:04"), note.Photos)
	}
	return err
}

// houseAndFile reads what both commands are told: [--data DIR] FILE.
func houseAndFile(out io.Writer, name, help string, args []string) (h archive.House, file string, err error) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	data := flags.String("data", configs.Default().Data, "数据文件夹")
	files, err := words(out, flags, help, args, 1, 1)
	if err != nil {
		return h, "", err
	}
	return archive.House{Papers: filepath.Join(*data, storeName), Photos: filepath.Join(*data, blobsName)}, files[0], nil
}
