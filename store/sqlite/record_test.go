package sqlite

import (
	"bufio"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A call is one system call of the recorded process. began and ended are lines of the
// record: between them other threads had their say.
type call struct {
	began, ended int
	name         string
	args         []string
	path         string // the file it is about
	data         string // what it writes
}

// told tells which write an acknowledgement is of.
func (c call) told() (id string, ok bool) {
	if c.name != "write" {
		return "", false
	}
	return strings.CutPrefix(strings.TrimSuffix(c.data, "\n"), "told ")
}

// modelled are the calls that change a file or make it durable, and how many arguments each has.
// The others on the list must not touch our files, or the rebuilt disk would not be right.
var (
	modelled = map[string]bool{"open": true, "openat": true, "pwrite64": true, "write": true, "ftruncate": true, "fsync": true, "fdatasync": true, "unlink": true, "unlinkat": true}
	unheard  = "pwritev,pwritev2,writev,sendfile,copy_file_range,fallocate,rename,renameat,renameat2,link,linkat,truncate,sync_file_range,msync,io_uring_enter"
)

// record runs the writing process under strace and reads what it asked for.
func record(t *testing.T, sync string) []call {
	t.Helper()
	dir, trace := t.TempDir(), filepath.Join(t.TempDir(), "trace")
	names := unheard
	for name := range modelled {
		names += "," + name
	}
	cmd := exec.Command("strace", "-f", "-y", "-xx", "-s", "100000", "-o", trace, "-e", "signal=none", "-e", "trace="+names,
		os.Args[0], "-test.run=^TestAcknowledgedWritesOutliveAPowerCut$")
	cmd.Env = append(os.Environ(), powerDir+"="+dir, powerSync+"="+sync)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("recording: %v\n%.2000s", err, out)
	}
	f, err := os.Open(trace)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var calls []call
	for _, c := range parse(t, bufio.NewReaderSize(f, 1<<20)) {
		if c.name == "write" || strings.HasPrefix(c.path, dir) {
			calls = append(calls, c)
		}
	}
	return calls
}

// parse puts together calls that strace tells in two lines. Failed calls changed nothing and are left out.
func parse(t *testing.T, r *bufio.Reader) (out []call) {
	t.Helper()
	begun, half := map[string]call{}, map[string]string{}
	for n := 0; ; n++ {
		line, err := r.ReadString('\n')
		if err != nil {
			return out
		}
		pid, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		rest = strings.TrimLeft(rest, " ")
		if _, more, ok := strings.Cut(rest, " resumed>"); ok && strings.HasPrefix(rest, "<... ") {
			rest = more
		} else if name, args, ok := strings.Cut(rest, "("); ok {
			begun[pid], half[pid], rest = call{began: n, name: name}, "", args
		} else {
			continue
		}
		if head, cut := strings.CutSuffix(rest, " <unfinished ...>"); cut {
			half[pid] += head
			continue
		}
		c := begun[pid]
		if c.finish(n, half[pid]+rest) {
			out = append(out, c)
		}
	}
}

// finish reads the arguments of a call and reports whether it did what it was asked.
func (c *call) finish(n int, line string) bool {
	end := strings.LastIndex(line, " = ")
	if end < 0 || strings.HasPrefix(line[end:], " = -1") {
		return false
	}
	args := strings.TrimSuffix(strings.TrimRight(line[:end], " "), ")")
	c.ended, c.args = n, strings.Split(args, ", ")
	c.path = c.about()
	if c.name == "write" || c.name == "pwrite64" {
		c.data = text(c.args[1])
	}
	return true
}

// text decodes a "\x41\x42" of the record; other words stay as they are.
func text(arg string) string {
	raw, err := hex.DecodeString(strings.ReplaceAll(strings.Trim(arg, `"`), `\x`, ""))
	if err != nil {
		return arg
	}
	return string(raw)
}

// about finds the file that a call is about, from 5</path> or from its name.
func (c call) about() string {
	arg := c.args[0]
	if strings.HasSuffix(c.name, "at") && len(c.args) > 1 {
		arg = c.args[1]
	}
	if _, in, ok := strings.Cut(arg, "<"); ok {
		arg = strings.TrimSuffix(in, ">")
	}
	return text(arg)
}

func (c call) number(i int) int64 {
	n, _ := strconv.ParseInt(c.args[i], 10, 64)
	return n
}

// A keeper says what becomes of something that was asked for and not yet made durable: the parts that reach the disk.
type keeper func(data []byte) [][2]int

func nothing([]byte) [][2]int         { return nil }
func everything(data []byte) [][2]int { return [][2]int{{0, len(data)}} }

// some keeps about half of the calls, and of some of those only some sectors.
func some(rng *rand.Rand) keeper {
	return func(data []byte) (out [][2]int) {
		switch rng.IntN(6) {
		case 0, 1, 2:
			return nil
		case 3, 4:
			return everything(data)
		}
		for at := 0; at < len(data); at += 512 {
			if rng.IntN(2) == 0 {
				out = append(out, [2]int{at, min(at+512, len(data))})
			}
		}
		return out
	}
}

// rebuild writes into dir what a disk may have at the cut. Durable is what was
// done before a flush began that was over by then; a new file or a deleted one
// needs its folder flushed.
func rebuild(t *testing.T, calls []call, cut int, keep keeper, dir string) {
	t.Helper()
	flushed := map[string]int{} // path → beginning of its last flush
	for _, c := range calls {
		if strings.HasSuffix(c.name, "sync") && c.ended < cut {
			flushed[c.path] = max(flushed[c.path], c.began)
		}
	}
	files := map[string][]byte{}
	for _, c := range calls {
		ours := strings.Contains(c.path, "x.db")
		if c.began >= cut || c.name == "write" && !ours {
			continue
		}
		if !modelled[c.name] || c.name == "write" {
			t.Fatalf("%s on %s is not modelled", c.name, c.path)
		}
		c.apply(files, flushed, keep)
	}
	for path, data := range files {
		if strings.HasSuffix(path, "-shm") {
			continue // lives in memory; whoever opens first makes it anew
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// apply does one call to the files, or as much of it as reached the disk.
func (c call) apply(files map[string][]byte, flushed map[string]int, keep keeper) {
	path := c.path
	data, is := files[path]
	switch c.name {
	case "open", "openat":
		if !is && strings.Contains(strings.Join(c.args, " "), "O_CREAT") && c.reached(flushed[filepath.Dir(path)], keep) {
			files[path] = nil
		}
	case "unlink", "unlinkat":
		if c.reached(flushed[filepath.Dir(path)], keep) {
			delete(files, path)
		}
	case "ftruncate":
		if n := int(c.number(1)); is && c.reached(flushed[path], keep) {
			files[path] = append(data, make([]byte, max(n-len(data), 0))...)[:n]
		}
	case "pwrite64":
		if is {
			files[path] = c.write(data, c.ended < flushed[path], keep)
		}
	}
}

func (c call) reached(flush int, keep keeper) bool {
	return c.ended < flush || len(keep([]byte{0})) > 0
}

func (c call) write(data []byte, durable bool, keep keeper) []byte {
	in, at := c.data, int(c.number(3))
	if durable {
		keep = everything
	}
	for _, part := range keep([]byte(in)) {
		end := at + part[1]
		data = append(data, make([]byte, max(end-len(data), 0))...)
		copy(data[at+part[0]:end], in[part[0]:part[1]])
	}
	return data
}
