package storetest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"linli/store"
)

func reopened(t *testing.T, b Backend) {
	dir := t.TempDir()
	st := b.Open(t, dir)
	put(t, st, "k", "v", "gone", "x", "any\x00\xff", "y")
	update(t, st, func(tx store.Tx) { tx.Delete("gone") })
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	st = b.Open(t, dir)
	defer st.Close()
	view(t, st, func(tx store.Tx) {
		if got := names(tx, "", ""); len(got) != 2 || string(tx.Get("k")) != "v" || string(tx.Get("any\x00\xff")) != "y" {
			t.Errorf("got %q, want the two papers of before", got)
		}
	})
	put(t, st, "k", "w")
}

const (
	killMe = "LINLI_STORETEST_DIR" // set in the process that is to be killed: the folder it writes to
	round  = "LINLI_STORETEST_ROUND"
)

// killed starts this test again as a writer and kills it in the middle of its
// work, several times. What it was told is written must be there, and nothing by halves.
func killed(t *testing.T, b Backend) {
	if dir := os.Getenv(killMe); dir != "" {
		writeUntilKilled(t, b.Open(t, dir))
		return
	}
	dir := t.TempDir()
	var told []string
	for n := range 5 {
		told = append(told, tellUntil(t, dir, n, 40+30*n)...)
	}
	st := b.Open(t, dir)
	defer st.Close()
	view(t, st, func(tx store.Tx) { account(t, tx, told) })
}

// writeUntilKilled writes two papers and a count in each Update, with many hands, and tells each that is done.
func writeUntilKilled(t *testing.T, st store.Store) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for {
				id := fmt.Sprintf("%s-%06d", os.Getenv(round), next.Add(1))
				err := st.Update(t.Context(), town, func(tx store.Tx) {
					n, _ := strconv.Atoi(string(tx.Get("n")))
					tx.Put("left/"+id, []byte(id))
					tx.Put("right/"+id, []byte(strings.Repeat(id, 300)))
					tx.Put("n", []byte(strconv.Itoa(n+1)))
				})
				if err != nil {
					panic(err)
				}
				fmt.Printf("told %s\n", id)
			}
		})
	}
	all.Wait()
}

func tellUntil(t *testing.T, dir string, n, enough int) (told []string) {
	t.Helper()
	var only []string
	for part := range strings.SplitSeq(t.Name(), "/") {
		only = append(only, "^"+regexp.QuoteMeta(part)+"$")
	}
	cmd := exec.Command(os.Args[0], "-test.run="+strings.Join(only, "/"))
	cmd.Env = append(os.Environ(), killMe+"="+dir, round+"="+strconv.Itoa(n))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for sc := bufio.NewScanner(out); sc.Scan(); {
		if id, ok := strings.CutPrefix(sc.Text(), "told "); ok {
			if told = append(told, id); len(told) == enough {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := cmd.Wait(); err == nil || len(told) < enough {
		t.Fatalf("the writer ended by itself (%v) after telling of %d", err, len(told))
	}
	return told
}

// account compares what is there with what was told.
func account(t *testing.T, tx store.Tx, told []string) {
	for _, id := range told {
		if string(tx.Get("left/"+id)) != id {
			t.Errorf("lost %s", id)
		}
	}
	left, right := names(tx, "left/", "left0"), names(tx, "right/", "right0")
	for i, k := range left {
		id := strings.TrimPrefix(k, "left/")
		if i >= len(right) || right[i] != "right/"+id || string(tx.Get(right[i])) != strings.Repeat(id, 300) {
			t.Fatalf("%s is there by halves", id)
		}
	}
	if n := string(tx.Get("n")); n != strconv.Itoa(len(left)) || len(right) != len(left) {
		t.Errorf("got %d and %d papers and a count of %s", len(left), len(right), n)
	}
}
