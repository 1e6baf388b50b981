package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// Open opens the file or makes it, and takes an older one to the version of
// today. The error is a sentence for the person at the screen, with its cause.
func Open(path string) (*Store, error) { return open(path, usual) }

func open(path string, how how) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("数据文件夹 %s 建不了，请换一个文件夹（--data）或检查权限：%w", filepath.Dir(path), err)
	}
	lock, err := Lock(path)
	if err != nil {
		return nil, err
	}
	s := &Store{
		path: path, how: how, lock: lock, read: make(chan *conn, readers), jobs: make(chan *job, 1024),
		wrote: make(chan struct{}, 1), closing: make(chan struct{}), looked: make(chan struct{}),
	}
	if err := s.build(); err != nil {
		return nil, errors.Join(s.explain(err), s.shut())
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	if err := s.examine(ctx); err != nil {
		return nil, errors.Join(err, s.shut())
	}
	s.work.Go(s.writer)
	s.work.Go(s.mover)
	return s, nil
}

// Lock makes sure that only one process works on the file at path; it lasts until it is closed.
func Lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("数据文件夹 %s 写不了，请换一个文件夹（--data），或改权限、清出空间：%w", filepath.Dir(path), err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("另一个 linli 正在用 %s，请先关掉它，或者用 --data 换一个文件夹：%w", path, err), f.Close())
	}
	return f, nil
}

// build makes the connections and the schema. The file is opened by hand first:
// SQLite would silently open what it may not write, and fail at the first message.
func (s *Store) build() (err error) {
	if err := writable(s.path); err != nil {
		return err
	}
	dsn := "_pragma=busy_timeout(10000)&_pragma=synchronous(" + s.how.sync + ")"
	if s.write, err = s.connect(dsn + "&_pragma=wal_autocheckpoint(0)"); err != nil {
		return err
	}
	has, err := versionOf(s.write, s.path)
	if err != nil {
		return err
	}
	if _, err := s.write.query(context.Background(), "PRAGMA journal_mode = WAL"); err != nil {
		return err
	}
	if err := migrate(s.write, s.path, has); err != nil {
		return err
	}
	if err := s.write.prepare(); err != nil {
		return err
	}
	if s.move, err = s.connect("_pragma=busy_timeout(200)&_pragma=synchronous(" + s.how.sync + ")"); err != nil {
		return err
	}
	for range readers {
		c, err := s.connect(dsn + "&_pragma=query_only(1)")
		if err != nil {
			return err
		}
		if err := c.prepare(); err != nil {
			return err
		}
		s.read <- c
	}
	return nil
}

// writable makes sure that the file is there and may be written. It is made here, for
// SQLite would let the whole machine read it; the files beside it get the same mode.
func writable(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("数据文件 %s 不能写，请检查文件的权限：%w", path, err)
	}
	return f.Close()
}

func (s *Store) connect(params string) (*conn, error) {
	c, err := connect(s.path, params)
	if err == nil {
		s.all = append(s.all, c)
	}
	return c, err
}

// shut closes everything; the writing connection last, so that it moves what is left in the log.
func (s *Store) shut() error {
	var errs []error
	for _, c := range slices.Backward(s.all) {
		errs = append(errs, c.close())
	}
	return errors.Join(append(errs, s.lock.Close())...)
}
