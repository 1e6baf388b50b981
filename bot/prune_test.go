package bot_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"linli/bot"
	"linli/community"
	"linli/store"
)

func TestTheNightTakesOldTalkAndPhotosNobodyShows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		b := house(t, &mouth{}, func(o *bot.Options) { o.Blobs = dir })
		daytime()
		photo := func(words string) string {
			hash, err := b.SaveBlob(t.Context(), strings.NewReader(words), 1000)
			if err != nil {
				t.Fatal(err)
			}
			long := b.Now().AddDate(0, 0, -100)
			if err := os.Chtimes(filepath.Join(dir, hash), long, long); err != nil {
				t.Fatal(err)
			}
			return hash
		}
		old, both, fresh := photo("old"), photo("both"), photo("fresh")
		heard := func(id string, days int, blobs ...string) {
			m := community.Message{ID: id, Handle: square, Sender: "u", Name: "甲", Kind: community.Text, Text: "从前的话", Blobs: blobs, At: b.Now().AddDate(0, 0, -days)}
			if err := b.Hear(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 450 {
			heard(fmt.Sprintf("old%d", i), 91+i%9)
		}
		heard("o", 100, old, both)
		heard("f", 3, fresh, both)
		synctest.Wait()
		tick := community.Event{Key: "tick/prune/1", At: b.Now(), Tick: &community.Tick{Job: "prune", Due: b.Now()}}
		for range 2 {
			if err := b.Accept(t.Context(), town, tick); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		lines, err := b.Talk(t.Context(), town, square, time.Time{}, 999)
		if err != nil || len(lines) != 1 || lines[0].ID != "f" {
			t.Fatalf("got %d lines %v, want only the one of three days ago", len(lines), err)
		}
		err = b.Store().View(t.Context(), town, func(tx store.Tx) {
			rec, _ := store.RecordOf(tx, tick.Key)
			if !rec.Done || !strings.Contains(rec.Why, "200") {
				t.Errorf("got %q, want the first piece recorded", rec.Why)
			}
			for k := range tx.Scan("", "") {
				if strings.Contains(k, "old1") {
					t.Errorf("%s is left of an old message", k)
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		for hash, want := range map[string]bool{old: false, both: true, fresh: true} {
			if _, err := os.Stat(filepath.Join(dir, hash)); errors.Is(err, fs.ErrNotExist) == want {
				t.Errorf("photo %.6s: got %v, want there: %v", hash, err, want)
			}
		}
		if s := b.Stats(); s.Aside != 0 {
			t.Errorf("got %d aside, want none", s.Aside)
		}
	})
}
