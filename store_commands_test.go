package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"linli/store"
	"linli/store/sqlite"
)

// serving runs serve on a data folder until the function it gives is called.
func serving(t *testing.T, dir string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	rd, wr := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--data", dir, "--listen", "127.0.0.1:0"}, wr)
		wr.Close()
	}()
	said := bufio.NewScanner(rd)
	for range 2 { // where it is, and the login link
		if !said.Scan() {
			t.Fatal(said.Err(), <-done)
		}
	}
	go io.Copy(io.Discard, rd) //nolint:errcheck // until serve ends
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
}

func heard(t *testing.T, dir string) (n int) {
	t.Helper()
	st, err := sqlite.Open(filepath.Join(dir, storeName))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	all, err := st.Communities(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if err := st.View(t.Context(), c, func(tx store.Tx) {
			for range tx.Scan("msg/", "msg0") {
				n++
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

func TestBackupOfARunningHouseIsRestored(t *testing.T) {
	dir, away := t.TempDir(), filepath.Join(t.TempDir(), "new")
	file := filepath.Join(t.TempDir(), "b.zip")
	stop := serving(t, dir)
	var out bytes.Buffer
	if err := run(t.Context(), []string{"backup", "--data", dir, file}, &out); err != nil || !strings.Contains(out.String(), "已备份") {
		t.Fatal(out.String(), err)
	}
	if err := run(t.Context(), []string{"restore", "--data", dir, file}, io.Discard); err == nil {
		t.Error("restored into a house in use")
	}
	stop()
	if err := run(t.Context(), []string{"restore", "--data", dir, file}, io.Discard); err == nil || !strings.Contains(err.Error(), "不覆盖") {
		t.Errorf("got %v, want a refusal to overwrite", err)
	}
	if err := run(t.Context(), []string{"restore", "--data", away, file}, &out); err != nil || !strings.Contains(out.String(), "已恢复") {
		t.Fatal(out.String(), err)
	}
	if got, want := heard(t, away), heard(t, dir); got != want || got == 0 {
		t.Errorf("got %d messages, want %d", got, want)
	}
	serving(t, away)() // and it starts
}

func TestBackupAndRestoreSayWhatIsMissing(t *testing.T) {
	for _, x := range []struct{ args, want string }{
		{"backup", "用法"},
		{"restore", "用法"},
		{"backup --data " + t.TempDir() + " " + filepath.Join(t.TempDir(), "b.zip"), "没有数据"},
		{"restore --data " + t.TempDir() + " " + filepath.Join(t.TempDir(), "none"), "没有"},
	} {
		if err := run(t.Context(), strings.Fields(x.args), io.Discard); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: got %v, want %q in it", x.args, err, x.want)
		}
	}
}
