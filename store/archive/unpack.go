package archive

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"linli/store/sqlite"
)

// Unpack puts the house of an archive into an empty place. The whole archive is
// checked before anything is put where a house is looked for, the papers last:
// whoever is cut off may simply begin again.
func Unpack(ctx context.Context, file string, h House) (Note, error) {
	z, err := zip.OpenReader(file)
	if errors.Is(err, os.ErrNotExist) {
		return Note{}, fmt.Errorf("没有 %s 这个文件，请检查名字", file)
	}
	if err != nil {
		return Note{}, fmt.Errorf("%s 不是 linli 的备份，或者已损坏，请换一份备份：%w", file, err)
	}
	defer z.Close()
	note, err := noteOf(z)
	if err != nil {
		return note, fmt.Errorf("%s 恢复不了：%w", file, err)
	}
	home := filepath.Dir(h.Papers)
	if err := os.MkdirAll(home, 0o700); err != nil {
		return note, fmt.Errorf("数据文件夹 %s 建不了，请检查权限：%w", home, err)
	}
	lock, err := sqlite.Lock(h.Papers)
	if err != nil {
		return note, err
	}
	defer lock.Close()
	if err := empty(h); err != nil {
		return note, err
	}
	if err := unpack(ctx, z, note, h); err != nil {
		return note, fmt.Errorf("%s 恢复不了，什么都没有动：%w", file, err)
	}
	return note, nil
}

// noteOf reads what the archive says of itself.
func noteOf(z *zip.ReadCloser) (note Note, err error) {
	f, err := z.Open(noteName)
	if err != nil {
		return note, errors.New("它不是 linli 的备份，请检查是不是拿错了文件")
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, 16<<20)).Decode(&note); err != nil {
		return note, fmt.Errorf("备份已损坏，请换一份备份：%w", err)
	}
	if note.Format != format {
		return note, errors.New("它是更新版本的 linli 写的，请换用新版程序再恢复")
	}
	return note, nil
}

// empty makes sure that nothing is overwritten. A log left beside the papers would be taken for theirs.
func empty(h House) error {
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if _, err := os.Lstat(h.Papers + end); err == nil {
			return fmt.Errorf("%s 已经有数据，不覆盖；要恢复，请用 --data 指一个空文件夹，或先把原来的移到别处", h.Papers+end)
		}
	}
	return nil
}

func unpack(ctx context.Context, z *zip.ReadCloser, note Note, h House) error {
	work, err := os.MkdirTemp(filepath.Dir(h.Papers), ".linli-restore-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	photos := 0
	for _, f := range z.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		is, err := take(f, work)
		if err != nil {
			return err
		}
		if is {
			photos++
		}
	}
	if photos != note.Photos {
		return fmt.Errorf("备份已损坏：照片应有 %d 张，只有 %d 张，请换一份备份", note.Photos, photos)
	}
	if _, err := sqlite.Check(ctx, filepath.Join(work, paperName)); err != nil {
		return fmt.Errorf("备份里的数据有问题，请换一份备份：%w", err)
	}
	return move(work, h)
}

// take writes one entry into the working folder, and tells whether it is a photo.
// Names are compared, never joined as they come: an entry cannot reach out of the folder.
func take(f *zip.File, work string) (photo bool, err error) {
	hash, photo := strings.CutPrefix(f.Name, photoName)
	switch {
	case f.Name == noteName:
		return false, nil
	case f.Name != paperName && !(photo && isPhoto(hash)):
		return false, fmt.Errorf("里面有不认识的 %q，它不是 linli 的备份", f.Name)
	}
	path := filepath.Join(work, paperName)
	if photo {
		path = filepath.Join(work, hash)
	}
	if err := extract(f, path); err != nil {
		return photo, fmt.Errorf("%s 读不出来，备份已损坏，或者没有空间了：%w", f.Name, err)
	}
	if photo {
		if sum, err := sumOf(path); err != nil || sum != hash {
			return photo, fmt.Errorf("备份已损坏：照片 %s 的内容不对，请换一份备份", hash)
		}
	}
	return photo, nil
}

func extract(f *zip.File, path string) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// move puts everything in its place; a photo that is there already has the same content.
func move(work string, h House) error {
	files, err := os.ReadDir(work)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(h.Photos, 0o700); err != nil {
		return err
	}
	for _, f := range files {
		if f.Name() == paperName {
			continue
		}
		if err := os.Rename(filepath.Join(work, f.Name()), filepath.Join(h.Photos, f.Name())); err != nil {
			return err
		}
	}
	if err := settle(h.Photos); err != nil {
		return err
	}
	return place(filepath.Join(work, paperName), h.Papers)
}

func settle(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
