package sqlite

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/store"
)

// A killed process proves little: what it wrote is in the kernel's hands and
// arrives. So a power cut is replayed: strace records what a writing process
// asks of the kernel; the files are then rebuilt as a disk may have them that
// lost its power at the moment of some acknowledgement.

const (
	powerDir  = "LINLI_TEST_POWER_DIR" // set in the process that is recorded
	powerSync = "LINLI_TEST_POWER_SYNC"
	tellers   = 8
	tells     = 30 // by each of them
)

func TestAcknowledgedWritesOutliveAPowerCut(t *testing.T) {
	if dir := os.Getenv(powerDir); dir != "" {
		writeAndTell(t, dir)
		return
	}
	t.Parallel()
	if lost := lostByPowerCuts(t, "FULL"); lost != 0 {
		t.Errorf("lost %d acknowledged writes", lost)
	}
}

// TestPowerCutFindsWhatIsNotDurable: with synchronous=NORMAL acknowledged writes
// are lost. Were they not, the test above would prove nothing.
func TestPowerCutFindsWhatIsNotDurable(t *testing.T) {
	t.Parallel()
	if lost := lostByPowerCuts(t, "NORMAL"); lost == 0 {
		t.Error("synchronous=NORMAL lost nothing: the power cut is not cutting")
	}
}

// writeAndTell writes with many hands, moving the log all the while, and tells of each write that is done.
func writeAndTell(t *testing.T, dir string) {
	s, err := open(filepath.Join(dir, "x.db"), how{sync: os.Getenv(powerSync), rest: 2 * time.Millisecond, large: 30})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for h := range tellers {
		all.Go(func() {
			for i := range tells {
				id := fmt.Sprintf("%d-%03d", h, i)
				err := s.Update(t.Context(), "c", func(tx store.Tx) {
					tx.Put("left/"+id, []byte(id))
					tx.Put("right/"+id, []byte(strings.Repeat(id, 300)))
				})
				if err != nil {
					t.Error(err)
				}
				fmt.Printf("told %s\n", id)
			}
		})
	}
	all.Wait()
	os.Exit(0) // without closing: the last writes are cut off too
}

func lostByPowerCuts(t *testing.T, sync string) (lost int) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("needs strace, which ./test installs")
	}
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 0))
	calls := record(t, sync)
	var acks []int
	moved := 0 // writes to the file itself: the cuts must also fall while the log moves
	for i, c := range calls {
		if _, ok := c.told(); ok {
			acks = append(acks, i)
		}
		if len(acks) > 0 && c.name == "pwrite64" && strings.HasSuffix(c.path, "x.db") {
			moved++
		}
	}
	if len(acks) != tellers*tells || moved < 50 {
		t.Fatalf("recorded %d acknowledgements and %d moved pages, want %d and many", len(acks), moved, tellers*tells)
	}
	for range 8 {
		cut := calls[acks[rng.IntN(len(acks))]].began
		for _, keep := range []keeper{nothing, everything, some(rng)} {
			lost += lostAt(t, calls, cut, keep)
		}
	}
	t.Logf("%s: seed %d, %d calls, %d acknowledged, %d pages moved, %d lost", sync, seed, len(calls), len(acks), moved, lost)
	return lost
}

// lostAt counts what was acknowledged before the cut and is not there after it.
// What is there must be whole, however it was kept.
func lostAt(t *testing.T, calls []call, cut int, keep keeper) (lost int) {
	t.Helper()
	dir := t.TempDir()
	rebuild(t, calls, cut, keep, dir)
	s := opened(t, filepath.Join(dir, "x.db"))
	defer s.Close()
	err := s.View(t.Context(), "c", func(tx store.Tx) {
		lost = 0
		for _, c := range calls {
			if id, ok := c.told(); ok && c.began < cut && tx.Get("left/"+id) == nil {
				lost++
			}
		}
		n := 0
		for k := range tx.Scan("left/", "left0") {
			id := strings.TrimPrefix(k, "left/")
			if n++; string(tx.Get("right/"+id)) != strings.Repeat(id, 300) {
				t.Errorf("%s is there by halves", id)
			}
		}
		for range tx.Scan("right/", "right0") {
			n--
		}
		if n != 0 {
			t.Errorf("%d papers are there without the other half", -n)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return lost
}
