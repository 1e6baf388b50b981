package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func bubble(t *testing.T, fn func(*testing.T)) { synctest.Test(t, fn) }

// logOf looks at the log by a connection of its own.
func logOf(s *Store) (pages, moved int, err error) {
	c, err := connect(s.path, "mode=rw")
	if err != nil {
		return 0, 0, err
	}
	defer c.close() //nolint:errcheck // nothing was written
	return c.log("NOOP")
}

// TestLogMovesIntoTheFileInAPause, in simulated time: not while there is writing, but soon after.
func TestLogMovesIntoTheFileInAPause(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := fresh(t)
		for i := range 20 {
			putOne(t, s, fmt.Sprint(i), strings.Repeat("v", 5000))
			time.Sleep(100 * time.Millisecond) // simulated
		}
		if pages, moved, err := logOf(s); err != nil || pages == 0 || moved != 0 {
			t.Errorf("while writing: got %d of %d pages moved, %v; want none", moved, pages, err)
		}
		time.Sleep(2 * time.Second) // simulated
		synctest.Wait()
		if pages, moved, err := logOf(s); err != nil || pages != moved {
			t.Errorf("after a pause: got %d of %d pages moved, %v; want all", moved, pages, err)
		}
	})
}

// TestLogStaysSmallUnderConstantWriting: it must not grow for ever when there is never a pause, while others read.
func TestLogStaysSmallUnderConstantWriting(t *testing.T) {
	few := usual
	few.rest, few.large = time.Millisecond, 50
	s, err := open(filepath.Join(t.TempDir(), "x.db"), few)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var work sync.WaitGroup
	for h := range 4 {
		work.Go(func() {
			for i := range 1500 {
				putOne(t, s, fmt.Sprintf("%d/%d", h, i%50), strings.Repeat("v", 3000))
				has(t, s, fmt.Sprintf("%d/%d", h, i/2%50))
			}
		})
	}
	work.Wait()
	// Without moving it would have had at least a page for each of the 6000 papers.
	info, err := os.Stat(s.path + "-wal")
	if err != nil || info.Size() > 3000*4096 {
		t.Errorf("got a log of %d pages, %v; want far fewer than 6000", info.Size()/4096, err)
	}
	check(t, s.path)
}

// check looks through the whole file, as it is on disk now.
func check(t *testing.T, path string) {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := Copy(t.Context(), path, copied); err != nil {
		t.Fatal(err)
	}
	if v, err := Check(t.Context(), copied); err != nil || v != version {
		t.Errorf("got version %d, %v; want a whole file of version %d", v, err, version)
	}
}
