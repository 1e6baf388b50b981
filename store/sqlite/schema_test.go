package sqlite

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"linli/community"
	"linli/store"
)

// old is a folder with a file that version 1 wrote: two communities with five requests and five rolls each.
func old(t *testing.T) (path string, raw []byte) {
	t.Helper()
	raw, err := os.ReadFile("testdata/v1.db")
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "linli.db")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, raw
}

// allPapers gives all papers of a file as they lie there.
func allPapers(t *testing.T, path string) map[name]string {
	t.Helper()
	c, err := connect(path, "mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close() //nolint:errcheck // nothing was written
	rows, err := c.query(t.Context(), "SELECT c, k, v FROM paper")
	if err != nil {
		t.Fatal(err)
	}
	out := map[name]string{}
	for _, row := range rows {
		out[name{row[0].(string), string(blob(row[1]))}] = string(blob(row[2]))
	}
	return out
}

func TestOlderFileIsMigratedAndACopyIsKept(t *testing.T) {
	path, _ := old(t)
	before := allPapers(t, path)
	if err := opened(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		t.Error("Close left a log behind")
	}
	if v, err := Check(t.Context(), path); err != nil || v != version {
		t.Fatalf("got version %d, %v; want %d", v, err, version)
	}
	after := allPapers(t, path)
	for n, v := range before {
		if after[n] != v {
			t.Errorf("%q is now %q, was %q", n, after[n], v)
		}
	}
	if len(before) < 100 || len(after) != len(before)+10 {
		t.Errorf("got %d papers of %d, want ten more: a place in the list for each roll", len(after), len(before))
	}
	if v, err := Check(t.Context(), path+".v1"); err != nil || v != 1 {
		t.Errorf("the copy: got version %d, %v; want a whole file of version 1", v, err)
	}
	if kept := allPapers(t, path+".v1"); len(kept) != len(before) {
		t.Errorf("the copy has %d papers, want %d", len(kept), len(before))
	}
}

func TestMigratedRollsLieOnTheDesk(t *testing.T) {
	path, _ := old(t)
	s := opened(t, path)
	defer s.Close()
	err := s.View(t.Context(), "town", func(tx store.Tx) {
		at := time.Date(2026, 5, 11, 14, 0, 0, 0, time.UTC)
		scene := store.Scene(tx, community.Event{Key: "k", At: at, Tick: &community.Tick{}})
		if len(scene.Rolls) != 5 || scene.Rolls[0].ID != "roll-m0" || len(scene.Requests) != 5 {
			t.Errorf("got %d rolls and %d requests, want 5 and 5", len(scene.Rolls), len(scene.Requests))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestMigrationThatFailsChangesNothing: a paper that cannot be read stops it, and the program of before still opens the file.
func TestMigrationThatFailsChangesNothing(t *testing.T) {
	path, _ := old(t)
	c, err := connect(path, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.exec(t.Context(), "UPDATE paper SET v = ? WHERE c = 'yuefeng' AND k = ?", []byte("{"), []byte("roll/roll-m3")); err != nil {
		t.Fatal(err)
	}
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
	before := allPapers(t, path)
	if _, err := Open(path); err == nil {
		t.Fatal("opened, want an error about the paper")
	}
	if v, err := Check(t.Context(), path); err != nil || v != 1 || len(allPapers(t, path)) != len(before) {
		t.Errorf("got version %d with %d papers, %v; want 1 with %d", v, len(allPapers(t, path)), err, len(before))
	}
	if _, err := Open(path); err == nil {
		t.Error("opened the second time")
	}
	if _, err := os.Stat(path + ".v1-2"); err != nil {
		t.Errorf("the second try kept no copy of its own: %v", err)
	}
}

func TestCopyIsWholeWhileOthersWriteAndDoesNotOverwrite(t *testing.T) {
	s := fresh(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		var err error
		for i := 0; ctx.Err() == nil && err == nil; i++ {
			err = s.Update(context.Background(), "c", func(tx store.Tx) {
				v := bytes.Repeat([]byte{byte(i)}, 3000)
				tx.Put("a", v)
				tx.Put("z", v)
			})
		}
		done <- err
	}()
	putOne(t, s, "k", "v")
	for i := range 5 {
		to := filepath.Join(t.TempDir(), "copy.db")
		if err := Copy(t.Context(), s.path, to); err != nil {
			t.Fatal(err)
		}
		if i == 0 && Copy(t.Context(), s.path, to) == nil {
			t.Error("the second copy overwrote the first")
		}
		if got := allPapers(t, to); got[name{"c", "a"}] != got[name{"c", "z"}] || got[name{"c", "k"}] != "v" {
			t.Error("the copy is not of one state")
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
