package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// held reports whether a store could not be opened because somebody else has it.
func held(err error) bool { return errors.Is(err, syscall.EWOULDBLOCK) }

// holder names the process that holds a store's lock, where the system tells; "" where it does not.
func holder(path string) string {
	info, err := os.Stat(path + ".lock")
	if err != nil {
		return ""
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	locks, err := os.ReadFile("/proc/locks")
	if err != nil {
		return ""
	}
	for l := range strings.Lines(string(locks)) {
		// 1: FLOCK  ADVISORY  WRITE 1234 fe:01:5678 0 EOF
		f := strings.Fields(l)
		if len(f) < 6 || f[1] != "FLOCK" || !strings.HasSuffix(f[5], fmt.Sprintf(":%d", st.Ino)) {
			continue
		}
		return "（进程 " + f[4] + program(f[4]) + "）"
	}
	return ""
}

// program is what a process is called and its first word, without the rest of what it was told.
func program(pid string) string {
	raw, err := os.ReadFile(filepath.Join("/proc", filepath.Base(pid), "cmdline"))
	words := strings.Split(string(raw), "\x00")
	if err != nil || words[0] == "" {
		return ""
	}
	name := "：" + filepath.Base(words[0])
	if len(words) > 1 {
		name += " " + words[1]
	}
	return name
}
