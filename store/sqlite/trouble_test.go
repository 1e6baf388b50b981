package sqlite

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"linli/store"
)

// refused opens what must not open: the error must say what is wrong and what to do, and the file must be left as it is.
func refused(t *testing.T, path string, words ...string) {
	t.Helper()
	before, _ := os.ReadFile(path)
	s, err := Open(path)
	if err == nil {
		s.Close()
		t.Fatalf("%s was opened, want %q", filepath.Base(path), words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("got %v, want %q in it", err, w)
		}
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Errorf("%s was changed", filepath.Base(path))
	}
}

const holds = "LINLI_TEST_HOLDS" // set in the process that holds the file open

func TestSecondProcessIsRefused(t *testing.T) {
	if path := os.Getenv(holds); path != "" {
		s := opened(t, path)
		defer s.Close()
		fmt.Println("holds")
		io.Copy(io.Discard, os.Stdin) //nolint:errcheck // until the other side closes it
		return
	}
	path := filepath.Join(t.TempDir(), "x.db")
	cmd := exec.Command(os.Args[0], "-test.run=^TestSecondProcessIsRefused$")
	cmd.Env = append(os.Environ(), holds+"="+path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "holds\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	refused(t, path, "另一个 linli", "--data")
	if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
		t.Fatal(err)
	}
	if err := opened(t, path).Close(); err != nil {
		t.Error(err)
	}
}

func TestNewerFileIsRefused(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "x.db"))
	if err := s.write.exec(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, s.path, "更新版本", "换用新版程序", "没有动过")
}

func TestForeignAndDamagedFilesAreRefused(t *testing.T) {
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	c, err := connect(foreign, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.exec(t.Context(), "CREATE TABLE songs (name TEXT)"), c.close()); err != nil {
		t.Fatal(err)
	}
	refused(t, foreign, "不是 linli 的数据文件", "--data")

	junk := filepath.Join(t.TempDir(), "junk.db")
	if err := os.WriteFile(junk, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, junk, "已损坏", "restore")
	refused(t, hurtFile(t), "已损坏", "restore")
}

// hurtFile is a file of ours with some pages in its middle overwritten.
func hurtFile(t *testing.T) string {
	t.Helper()
	s := opened(t, filepath.Join(t.TempDir(), "x.db"))
	for i := range 200 {
		putOne(t, s, fmt.Sprintf("k%03d", i), strings.Repeat("v", 2000))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(s.path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt(bytes.Repeat([]byte{0xa5}, 3*4096), 40*4096)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return s.path
}

// TestDamageFoundLateStopsTheWork: a large file is examined beside the work, and what is found then must be told.
func TestDamageFoundLateStopsTheWork(t *testing.T) {
	hasty := usual
	hasty.patience = 0
	s, err := open(hurtFile(t), hasty)
	if err != nil {
		return // the examination was faster; TestForeignAndDamagedFilesAreRefused is about that
	}
	defer s.Close()
	if err := s.Whole(t.Context()); err == nil || !strings.Contains(err.Error(), "已损坏") {
		t.Errorf("got %v, want: damaged", err)
	}
	err = s.Update(t.Context(), "c", func(tx store.Tx) { tx.Put("k", nil) })
	if _, list := s.Communities(t.Context()); err == nil || list == nil || !strings.Contains(err.Error(), "已损坏") {
		t.Errorf("got %v and %v, want: damaged", err, list)
	}
}

func TestFullDiskLosesNothingAndHeals(t *testing.T) {
	if !ownMounts(t) {
		return
	}
	dir := small(t)
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	s := opened(t, filepath.Join(dir, "x.db"))
	kept := fill(t, s)
	if len(kept) < 20 {
		t.Errorf("only %d were written before the disk was full", len(kept))
	}
	there(t, s, kept)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	putOne(t, s, "after", "v")
	there(t, s, append(kept, "after"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = opened(t, s.path)
	defer s.Close()
	there(t, s, append(kept, "after"))
}

// fill writes with many hands until each has met the full disk, and gives what was acknowledged.
func fill(t *testing.T, s *Store) (kept []string) {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	for h := range 8 {
		all.Go(func() {
			for i := range 1000 {
				key := fmt.Sprintf("%d/%d", h, i)
				err := s.Update(t.Context(), "c", func(tx store.Tx) { tx.Put(key, bytes.Repeat([]byte{'v'}, 9000)) })
				if err != nil {
					if !strings.Contains(err.Error(), "磁盘") || !strings.Contains(err.Error(), "空间") {
						t.Errorf("got %v, want a sentence about the disk and its space", err)
					}
					return
				}
				mu.Lock()
				kept = append(kept, key)
				mu.Unlock()
			}
			t.Error("the disk never got full")
		})
	}
	all.Wait()
	return kept
}

func there(t *testing.T, s *Store, keys []string) {
	t.Helper()
	err := s.View(t.Context(), "c", func(tx store.Tx) {
		n := 0
		for range tx.Scan("", "") {
			n++
		}
		for _, k := range keys {
			if tx.Get(k) == nil {
				t.Errorf("lost %s", k)
			}
		}
		if n != len(keys) {
			t.Errorf("got %d papers, want the %d acknowledged", n, len(keys))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFullDiskAtTheStartIsTold(t *testing.T) {
	if !ownMounts(t) {
		return
	}
	dir := small(t)
	old, err := os.ReadFile("testdata/v1.db")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "old.db"), old, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"old.db.lock", "x.db.lock"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	os.WriteFile(filepath.Join(dir, "ballast"), make([]byte, 5<<20), 0o600) //nolint:errcheck // it is to fail: nothing more fits
	refused(t, filepath.Join(dir, "x.db"), "空间")
	refused(t, filepath.Join(dir, "old.db"), "空间")
}

func TestReadOnlyFolderAndFileAreRefused(t *testing.T) {
	if !ownMounts(t) {
		return
	}
	dir := small(t)
	path := filepath.Join(dir, "x.db")
	if err := opened(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	again := func(flags uintptr, at string) {
		t.Helper()
		if err := syscall.Mount(at, at, "", flags, ""); err != nil {
			t.Fatal(err)
		}
	}
	again(syscall.MS_BIND, path)
	again(syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, path)
	refused(t, path, "不能写", "权限")
	again(syscall.MS_REMOUNT|syscall.MS_RDONLY, dir)
	refused(t, path, "写不了", "--data")
	refused(t, filepath.Join(dir, "new", "x.db"), "建不了", "--data")
}
