package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"linli/community"
	"linli/store"
	"linli/store/sqlite"
)

var noon = time.Date(2026, 5, 11, 12, 0, 0, 0, time.UTC)

func houseIn(dir string) House {
	return House{Papers: filepath.Join(dir, "linli.db"), Photos: filepath.Join(dir, "blobs")}
}

// lived is a house in use, with papers that name the photos beside them.
func lived(t *testing.T) (House, *sqlite.Store) {
	t.Helper()
	h := houseIn(t.TempDir())
	st, err := sqlite.Open(h.Papers)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	for i := range 3 {
		receive(t, h, st, i)
	}
	return h, st
}

// receive is a message with a photo: first the photo, then the paper that names it.
func receive(t *testing.T, h House, st store.Store, n int) {
	t.Helper()
	data := bytes.Repeat([]byte{byte(n), byte(n >> 8), 'p'}, 500)
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:])
	if err := errors.Join(os.MkdirAll(h.Photos, 0o700), os.WriteFile(filepath.Join(h.Photos, hash), data, 0o600)); err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprintf("m%d", n)
	m := community.Message{ID: id, Group: "g", Sender: "u", Kind: community.Image, Blobs: []string{hash}, At: noon.Add(time.Duration(n) * time.Second)}
	err := st.Update(context.Background(), "town", func(tx store.Tx) {
		store.Receive(tx, community.Event{Key: id, At: m.At, Message: &m})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// whole opens a house and looks for every photo that its papers name; it gives the number of messages.
func whole(t *testing.T, h House) (n int) {
	t.Helper()
	st, err := sqlite.Open(h.Papers)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	err = st.View(t.Context(), "town", func(tx store.Tx) {
		talk := store.Talk(tx, store.Conversation("g", ""), time.Time{}, 0)
		n = len(talk)
		for _, l := range talk {
			for _, hash := range l.Message.Blobs {
				if sum, err := sumOf(filepath.Join(h.Photos, hash)); err != nil || sum != hash {
					t.Errorf("%s: photo %s is missing or wrong: %v", l.Message.ID, hash, err)
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func packed(t *testing.T, h House) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "backup.zip")
	if _, err := Pack(t.Context(), h, file, noon); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestHousePackedWhileInUseIsWhole: messages with photos go on coming all the while.
func TestHousePackedWhileInUseIsWhole(t *testing.T) {
	h, st := lived(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan int)
	go func() {
		n := 3
		for ; ctx.Err() == nil; n++ {
			receive(t, h, st, n)
		}
		done <- n
	}()
	for range 5 {
		to := houseIn(filepath.Join(t.TempDir(), "new"))
		if _, err := Unpack(t.Context(), packed(t, h), to); err != nil {
			t.Fatal(err)
		}
		if n := whole(t, to); n < 3 {
			t.Errorf("got %d messages, want at least the first three", n)
		}
	}
	stop()
	if n := <-done; n < 10 {
		t.Errorf("only %d messages came meanwhile", n)
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	h, _ := lived(t)
	file := packed(t, h)
	if _, err := Pack(t.Context(), h, file, noon); err == nil || !strings.Contains(err.Error(), "已经存在") {
		t.Errorf("packing: got %v, want a refusal", err)
	}
	for _, left := range []string{"linli.db", "linli.db-wal"} {
		to := houseIn(t.TempDir())
		path := filepath.Join(filepath.Dir(to.Papers), left)
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Unpack(t.Context(), file, to)
		if err == nil || !strings.Contains(err.Error(), "不覆盖") {
			t.Errorf("%s: got %v, want a refusal", left, err)
		}
		if raw, _ := os.ReadFile(path); string(raw) != "mine" {
			t.Errorf("%s was changed", left)
		}
	}
	if _, err := Unpack(t.Context(), file, h); err == nil || !strings.Contains(err.Error(), "另一个") {
		t.Errorf("into a house in use: got %v, want a refusal", err)
	}
}

func TestDamagedPhotoIsLeftOutAndTold(t *testing.T) {
	h, _ := lived(t)
	photos, err := os.ReadDir(h.Photos)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(h.Photos, photos[1].Name()), []byte("rotten"), 0o600); err != nil {
		t.Fatal(err)
	}
	note, err := Pack(t.Context(), h, filepath.Join(t.TempDir(), "b.zip"), noon)
	if err != nil || note.Photos != 2 || len(note.Damaged) != 1 || note.Damaged[0] != photos[1].Name() {
		t.Errorf("got %+v %v, want two photos and one damaged", note, err)
	}
}

func TestNoDataIsTold(t *testing.T) {
	h := houseIn(t.TempDir())
	_, err := Pack(t.Context(), h, filepath.Join(t.TempDir(), "b.zip"), noon)
	if err == nil || !strings.Contains(err.Error(), "没有数据") {
		t.Errorf("got %v, want: no data", err)
	}
	if _, err := os.Stat(h.Papers); err == nil {
		t.Error("packing made a file")
	}
}

// bad are archives that must not be unpacked, and a word of what must be said of each.
func bad(t *testing.T) map[string][2]string {
	h, _ := lived(t)
	raw, err := os.ReadFile(packed(t, h))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][2]string{
		"empty": {"", "不是 linli 的备份"},
		"text":  {"hello", "不是 linli 的备份"},
		"cut":   {string(raw[:len(raw)/2]), "损坏"},
		"rotten photo": {rewrite(t, raw, func(name string, data []byte) (string, []byte) {
			if strings.HasPrefix(name, photoName) {
				data[0] ^= 1
			}
			return name, data
		}), "损坏"},
		"missing photo": {rewrite(t, raw, func(name string, data []byte) (string, []byte) {
			if strings.HasPrefix(name, photoName) {
				return "", nil
			}
			return name, data
		}), "只有 0 张"},
		"missing papers": {rewrite(t, raw, func(n string, d []byte) (string, []byte) { return strings.TrimPrefix(n, paperName), d }), "数据"},
		"damaged papers": {rewrite(t, raw, damage), "损坏"},
		"not an archive": {rewrite(t, raw, func(n string, d []byte) (string, []byte) { return strings.TrimPrefix(n, noteName), d }), "不是 linli 的备份"},
		"reaching out":   {rewrite(t, raw, func(n string, d []byte) (string, []byte) { return strings.Replace(n, photoName, "../", 1), d }), "不认识"},
		"of a newer time": {rewrite(t, raw, func(n string, d []byte) (string, []byte) {
			return n, bytes.Replace(d, []byte(`"format":1`), []byte(`"format":2`), 1)
		}), "新版"},
	}
	flipped := bytes.Clone(raw)
	flipped[bytes.Index(raw, []byte(paperName))+200] ^= 0x55
	out["flipped bit"] = [2]string{string(flipped), "损坏"}
	return out
}

func damage(name string, data []byte) (string, []byte) {
	if name == paperName {
		copy(data[4096:], bytes.Repeat([]byte{0xa5}, 4096))
	}
	return name, data
}

// rewrite makes another archive of the entries of one; entries without a name are left out.
func rewrite(t *testing.T, raw []byte, change func(string, []byte) (string, []byte)) string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		name, data := change(f.Name, data)
		if name == "" {
			continue
		}
		e, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestBadArchivesAreRefusedAndLeaveNothing: neither papers nor photos nor working folders.
func TestBadArchivesAreRefusedAndLeaveNothing(t *testing.T) {
	for name, x := range bad(t) {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "b.zip")
			if err := os.WriteFile(file, []byte(x[0]), 0o600); err != nil {
				t.Fatal(err)
			}
			home := filepath.Join(t.TempDir(), "new")
			_, err := Unpack(t.Context(), file, houseIn(home))
			if err == nil || !strings.Contains(err.Error(), x[1]) {
				t.Errorf("got %v, want %q in it", err, x[1])
			}
			files, _ := os.ReadDir(home)
			for _, f := range files {
				if f.Name() != "linli.db.lock" {
					t.Errorf("left %s behind", f.Name())
				}
			}
		})
	}
	if _, err := Unpack(t.Context(), filepath.Join(t.TempDir(), "none"), houseIn(t.TempDir())); err == nil || !strings.Contains(err.Error(), "没有") {
		t.Errorf("a missing file: got %v", err)
	}
}
