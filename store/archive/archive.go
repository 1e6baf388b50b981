// Package archive packs a house into one file, the papers and the photos, and
// unpacks it again. The file is an ordinary zip. It never reads a paper, and
// never overwrites anything.
package archive

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"linli/store/sqlite"
)

// A House says where the papers and the photos lie.
type House struct {
	Papers string // the store's file
	Photos string // the folder of blobs; each file is named by the SHA-256 of what is in it
}

// A Note is the archive's first entry: what is in it.
type Note struct {
	Format int       `json:"format"`
	Made   time.Time `json:"made"`
	Schema int       `json:"schema"`
	Photos int       `json:"photos"`
	// Damaged are photos that were no longer what their name says when the
	// archive was made; they are not in it.
	Damaged []string `json:"damaged,omitempty"`
}

const (
	format    = 1
	noteName  = "linli-backup.json"
	paperName = "linli.db"
	photoName = "blobs/"
)

// Pack writes the house into a new file, also while it is in use: the papers as
// of one moment, then the photos. A photo is on disk before a paper names it, so
// every photo that the papers name is there.
func Pack(ctx context.Context, h House, file string, now time.Time) (Note, error) {
	if _, err := os.Stat(file); err == nil {
		return Note{}, fmt.Errorf("%s 已经存在，不覆盖；请换个名字", file)
	}
	work, err := os.MkdirTemp(filepath.Dir(file), ".linli-backup-*")
	if err != nil {
		return Note{}, fmt.Errorf("备份写不到 %s，请检查文件夹在不在、能不能写、有没有空间：%w", filepath.Dir(file), err)
	}
	defer os.RemoveAll(work)
	note, err := pack(ctx, h, work, now)
	if err == nil {
		err = place(filepath.Join(work, "zip"), file)
	}
	return note, err
}

func pack(ctx context.Context, h House, work string, now time.Time) (note Note, err error) {
	papers := filepath.Join(work, "db")
	if err := sqlite.Copy(ctx, h.Papers, papers); err != nil {
		return note, err
	}
	note = Note{Format: format, Made: now}
	if note.Schema, err = sqlite.Check(ctx, papers); err != nil {
		return note, err
	}
	photos, err := list(ctx, h.Photos, &note)
	if err != nil {
		return note, err
	}
	out, err := os.OpenFile(filepath.Join(work, "zip"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return note, err
	}
	err = write(ctx, out, note, papers, photos)
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return note, fmt.Errorf("备份没有写成，请检查有没有空间：%w", err)
	}
	return note, nil
}

// list finds the photos that are what their name says, and notes the others.
func list(ctx context.Context, dir string, note *Note) (good []string, err error) {
	files, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("照片文件夹 %s 读不了，请检查权限：%w", dir, err)
	}
	for _, f := range files {
		if !isPhoto(f.Name()) {
			continue // half of one that is just being written
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		path := filepath.Join(dir, f.Name())
		if sum, err := sumOf(path); err != nil || sum != f.Name() {
			note.Damaged = append(note.Damaged, f.Name())
			continue
		}
		good = append(good, path)
	}
	note.Photos = len(good)
	return good, nil
}

func isPhoto(name string) bool {
	raw, err := hex.DecodeString(name)
	return err == nil && len(raw) == sha256.Size && name == strings.ToLower(name)
}

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return hex.EncodeToString(sum.Sum(nil)), err
}

func write(ctx context.Context, out io.Writer, note Note, papers string, photos []string) error {
	z := zip.NewWriter(out)
	head, err := z.Create(noteName)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(head).Encode(note); err != nil {
		return err
	}
	if err := add(z, zip.Deflate, paperName, papers, note.Made); err != nil {
		return err
	}
	for _, p := range photos {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := add(z, zip.Store, photoName+filepath.Base(p), p, note.Made); err != nil {
			return err
		}
	}
	return z.Close()
}

func add(z *zip.Writer, method uint16, name, path string, made time.Time) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: made})
	if err == nil {
		_, err = io.Copy(out, in)
	}
	return err
}

// place gives a finished file its name and makes sure that it stays there.
func place(from, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("%s 已经存在，不覆盖；请换个名字", to)
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return settle(filepath.Dir(to))
}
