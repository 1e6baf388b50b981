package sqlite

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"linli/store"
	"linli/store/storetest"
)

func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t testing.TB) store.Store { return open(t, filepath.Join(t.TempDir(), "x.db")) })
}

func TestSecondProcessNewerAndDamagedFilesAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s := open(t, path)
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "另一个") {
		t.Errorf("got %v, want: another one uses it", err)
	}
	if _, err := s.write.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "更新版本") {
		t.Errorf("got %v, want: newer version", err)
	}
	bad := filepath.Join(t.TempDir(), "bad.db")
	if err := os.WriteFile(bad, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(bad); err == nil || !strings.Contains(err.Error(), "损坏") {
		t.Errorf("got %v, want: damaged", err)
	}
}

func TestBackupIsWholeAndDoesNotOverwrite(t *testing.T) {
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "x.db"))
	defer s.Close()
	if err := s.Update(t.Context(), "c", func(tx store.Tx) { tx.Put("k", []byte("v")) }); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(dir, "copy.db")
	if err := s.Backup(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), to); err == nil {
		t.Error("the second backup overwrote the first")
	}
	copied := open(t, to)
	defer copied.Close()
	err := copied.View(t.Context(), "c", func(tx store.Tx) {
		if got := string(tx.Get("k")); got != "v" {
			t.Errorf("got %q, want v", got)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAcknowledgedWritesOutliveAKilledProcess runs this test binary as a writer
// and kills it in the middle, again and again.
func TestAcknowledgedWritesOutliveAKilledProcess(t *testing.T) {
	const child = "LINLI_TEST_WRITER"
	if path := os.Getenv(child); path != "" {
		s := open(t, path)
		for i := 0; ; i++ {
			if err := s.Update(t.Context(), "c", func(tx store.Tx) { tx.Put(fmt.Sprintf("%s/%06d", os.Getenv("ROUND"), i), nil) }); err != nil {
				t.Fatal(err)
			}
			fmt.Printf("ack %s/%06d\n", os.Getenv("ROUND"), i)
		}
	}
	path := filepath.Join(t.TempDir(), "x.db")
	var acked []string
	for round := range 10 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestAcknowledgedWritesOutliveAKilledProcess$")
		cmd.Env = append(os.Environ(), child+"="+path, fmt.Sprintf("ROUND=%d", round))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		n := 0
		for sc := bufio.NewScanner(out); sc.Scan(); {
			if key, ok := strings.CutPrefix(sc.Text(), "ack "); ok {
				acked = append(acked, key)
				if n++; n == 20+7*round {
					if err := cmd.Process.Kill(); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		if err := cmd.Wait(); err == nil || n == 0 {
			t.Fatalf("the writer ended by itself after %d writes", n)
		}
	}
	s := open(t, path)
	defer s.Close()
	err := s.View(t.Context(), "c", func(tx store.Tx) {
		for _, k := range acked {
			if tx.Get(k) == nil {
				t.Errorf("lost %s", k)
			}
		}
	})
	if err != nil || len(acked) < 500 {
		t.Fatalf("got %d acknowledged, %v", len(acked), err)
	}
}
