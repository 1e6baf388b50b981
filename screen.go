package main

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"linli/replay"
)

// screen tells how wide the terminal is and whether it shows colours. What is
// written to a file or a pipe has none; NO_COLOR and TERM=dumb are heeded.
func screen(out io.Writer) replay.Screen {
	s := replay.Screen{}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil {
		s.Width = n
	}
	f, ok := out.(*os.File)
	if !ok {
		return s
	}
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return s // not a terminal
	}
	if s.Width == 0 {
		s.Width = int(size.Col)
	}
	s.Color = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return s
}
