package main

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"linli/bot"
	"linli/community"
	"linli/understand"
)

// What was learnt lies in the data folder, and beside it what was in use before.
const (
	learntName = "model.bin"
	learntOld  = "model.bin.old"
	learntNew  = "model.bin.new"
)

// readLearnt reads what was learnt in a data folder; fs.ErrNotExist if nothing was.
func readLearnt(dir string) (understand.Knowledge, error) {
	raw, err := os.ReadFile(filepath.Join(dir, learntName))
	if err != nil {
		return understand.Knowledge{}, err
	}
	return understand.DecodeKnowledge(raw)
}

// learntReader reads by what was learnt here, or, if that cannot be used, by what comes with the program.
func learntReader(dir string) func(community.Profile, []community.Group, []community.Resource) bot.Reader {
	k, err := readLearnt(dir)
	switch {
	case err == nil:
		slog.Info("understanding as learnt here", "file", learntName, "note", k.Weights.Note)
	case errors.Is(err, fs.ErrNotExist):
		k = understand.Embedded()
	default:
		slog.Warn("what was learnt here is not used; understanding as it comes with the program", "file", learntName, "why", err)
		k = understand.Embedded()
	}
	return func(p community.Profile, groups []community.Group, rows []community.Resource) bot.Reader {
		return k.New(p, groups, rows)
	}
}

// checkLearnt says by what the house understands.
func checkLearnt(dir string) finding {
	k, err := readLearnt(dir)
	const own = "serve 会用程序自带的；要用学来的，请再运行一次 linli learn"
	switch {
	case err == nil:
		return finding{good, "用的是在这里学过的 " + learntName + "（" + k.Weights.Note + "）", ""}
	case errors.Is(err, fs.ErrNotExist):
		return finding{good, "用的是程序自带的理解，还没有学过改正", ""}
	case errors.Is(err, understand.ErrOtherVersion):
		return finding{warn, learntName + " 是另一个版本的程序学的，用不了", own}
	case errors.Is(err, understand.ErrDamaged):
		return finding{warn, learntName + " 坏了，用不了", own}
	}
	return finding{warn, learntName + " 读不了：" + err.Error(), own}
}

// keepLearnt puts a new file in use; what was in use before is kept beside it. At no moment is the file in use half written.
func keepLearnt(dir string, raw []byte) error {
	if err := writeWhole(filepath.Join(dir, learntNew), raw); err != nil {
		return err
	}
	before, err := os.ReadFile(filepath.Join(dir, learntName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = remove(filepath.Join(dir, learntOld)) // before it there was what comes with the program
	case err == nil:
		err = writeWhole(filepath.Join(dir, learntOld), before)
	}
	if err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(dir, learntNew), filepath.Join(dir, learntName)); err != nil {
		return err
	}
	return syncFolder(dir)
}

// undoLearnt goes back to what was in use before, and can itself be undone. It reports whether that is
// something learnt or what comes with the program.
func undoLearnt(dir string) (learnt bool, err error) {
	now, then := filepath.Join(dir, learntName), filepath.Join(dir, learntOld)
	old, err := os.ReadFile(then)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if learnt = err == nil; learnt {
		if err := writeWhole(filepath.Join(dir, learntNew), old); err != nil {
			return false, err
		}
	}
	switch err := os.Rename(now, then); {
	case errors.Is(err, fs.ErrNotExist) && !learnt:
		return false, errors.New("没有学过，没有可退回的")
	case errors.Is(err, fs.ErrNotExist):
		err = remove(then)
		if err != nil {
			return false, err
		}
	case err != nil:
		return false, err
	}
	if learnt {
		if err := os.Rename(filepath.Join(dir, learntNew), now); err != nil {
			return false, err
		}
	}
	return learnt, syncFolder(dir)
}

// remove takes a file away; that it is not there is no error.
func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// writeWhole writes a file that is either whole or not there; only its owner may read it.
func writeWhole(path string, raw []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, remove(f.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder last.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
