package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// checkFolder looks whether the data folder can be written, by whom it can be read, and how much room there is.
func checkFolder(dir string) []finding {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return checkMissing(dir)
	}
	if err != nil {
		return []finding{{fix, "数据文件夹 " + dir + " 看不了：" + err.Error(), "检查路径和权限"}}
	}
	if !info.IsDir() {
		return []finding{{fix, dir + " 是一个文件，不是文件夹", "用 data 或 --data 换一个文件夹"}}
	}
	if err := tryWriting(dir); err != nil {
		return []finding{{fix, "数据文件夹 " + dir + " 写不了：" + err.Error(), "改权限，或用 data 换一个文件夹"}}
	}
	found := []finding{{good, "数据文件夹 " + dir + " 可以写", ""}}
	if mode := info.Mode().Perm(); mode&0o007 != 0 {
		found = append(found, finding{warn, fmt.Sprintf("数据文件夹 %s 这台机器上谁都能进（%o）", dir, mode), "里面有居民的话和电话，请运行 chmod 700 " + dir})
	}
	return append(found, checkSpace(dir)...)
}

// checkMissing: a folder that is not there yet will be made, if the one above lets us.
func checkMissing(dir string) []finding {
	above := filepath.Dir(filepath.Clean(dir))
	for {
		if _, err := os.Stat(above); err == nil || above == filepath.Dir(above) {
			break
		}
		above = filepath.Dir(above)
	}
	if err := tryWriting(above); err != nil {
		return []finding{{fix, "还没有数据文件夹 " + dir + "，也建不了：" + err.Error(), "改权限，或用 data 换一个文件夹"}}
	}
	return append([]finding{{warn, "还没有数据文件夹 " + dir, "linli serve 会自己建；如果它应该已经在，请检查 --data"}}, checkSpace(above)...)
}

// tryWriting writes a little file and takes it away again.
func tryWriting(dir string) error {
	f, err := os.CreateTemp(dir, ".linli-check-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString("linli")
	return errors.Join(err, f.Close(), os.Remove(f.Name()))
}

// Room on the disk: below the first nothing may be started, below the second somebody should look.
const (
	tooLittle = 100 << 20
	little    = 1 << 30
)

func checkSpace(dir string) []finding {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return []finding{{warn, "看不到磁盘还剩多少：" + err.Error(), ""}}
	}
	free := uint64(fs.Bavail) * uint64(fs.Bsize)
	what := fmt.Sprintf("磁盘还剩 %.1f GB", float64(free)/(1<<30))
	switch {
	case free < tooLittle:
		return []finding{{fix, what, "满了以后新的话记不下来，请先腾出地方"}}
	case free < little:
		return []finding{{warn, what, "不多了，请腾出地方"}}
	}
	return []finding{{good, what, ""}}
}

// checkAddress tries whether the pages' address is free, unless it is our own linli that has it.
func checkAddress(ctx context.Context, addr string, running bool) []finding {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err == nil {
		err = l.Close()
	}
	switch {
	case err == nil && running:
		return []finding{{warn, "linli 在运行，地址 " + addr + " 却空着", "它大概用了别的 --listen"}}
	case err == nil:
		return []finding{{good, "地址 " + addr + " 空着，可以用", ""}}
	case running:
		return []finding{{good, "地址 " + addr + " 正由 linli 用着", ""}}
	}
	return []finding{{fix, "地址 " + addr + " 用不了：" + err.Error(), "关掉占着它的程序，或用 listen 换一个"}}
}
