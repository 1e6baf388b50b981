// Package sqlite keeps papers in one SQLite file, through a driver without cgo.
// One writer commits many waiting updates together; a closure's writes are
// buffered in Go and applied only when it succeeded, so no savepoints are needed.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"linli/community"
	"linli/store"
)

// version is the schema's; it stands in the file as user_version.
const version = 1

// Store is a store.Store in a file.
type Store struct {
	write *sql.DB
	read  *sql.DB
	lock  *os.File
	path  string
	jobs  chan *job
	done  chan struct{}

	mu     sync.RWMutex // held for reading while a job is handed over
	closed bool
}

var _ store.Store = (*Store)(nil)

// Open opens the file or makes it. The error is a sentence for the person at the screen, with its cause.
func Open(path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("数据文件夹 %s 建不了，请检查权限：%w", filepath.Dir(path), err)
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	s := &Store{lock: lock, path: path, jobs: make(chan *job, 1024), done: make(chan struct{})}
	if err := s.open(path); err != nil {
		return nil, errors.Join(err, s.shut())
	}
	go s.writer()
	return s, nil
}

func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("数据文件夹写不了（只读或没有权限），请换一个文件夹或改权限：%w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("另一个 linli 正在用这个数据文件，请先关掉它：%w", err), f.Close())
	}
	return f, nil
}

func (s *Store) open(path string) error {
	dsn := func(more string) string {
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" + more
	}
	var err error
	if s.write, err = sql.Open("sqlite", dsn("&_txlock=immediate&_pragma=wal_autocheckpoint(4000)")); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	var has int
	if err := s.write.QueryRow("PRAGMA user_version").Scan(&has); err != nil {
		return fmt.Errorf("数据文件 %s 打不开，可能已损坏；请用备份恢复（linli restore），原文件不要删：%w", path, err)
	}
	if has > version {
		return fmt.Errorf("数据文件是更新版本的 linli 写的（%d > %d），请换用新版程序再打开，数据没有动过", has, version)
	}
	if has == 0 {
		if _, err := s.write.Exec("CREATE TABLE IF NOT EXISTS paper (c TEXT NOT NULL, k BLOB NOT NULL, v BLOB NOT NULL, PRIMARY KEY (c, k)) WITHOUT ROWID; PRAGMA user_version = 1"); err != nil {
			return fmt.Errorf("数据文件 %s 写不了：%w", path, err)
		}
	}
	var fine string
	if err := s.write.QueryRow("PRAGMA quick_check(1)").Scan(&fine); err != nil || fine != "ok" {
		return fmt.Errorf("数据文件 %s 已损坏（%s）；请用备份恢复（linli restore），原文件不要删：%w", path, fine, errors.Join(err, errDamaged))
	}
	s.read, err = sql.Open("sqlite", dsn("&_pragma=query_only(1)"))
	if err == nil {
		s.read.SetMaxOpenConns(4)
	}
	return err
}

var errDamaged = errors.New("sqlite: damaged file")

// Communities implements store.Store by jumping from one partition to the next.
func (s *Store) Communities(ctx context.Context) ([]community.ID, error) {
	if s.isClosed() {
		return nil, store.ErrClosed
	}
	rows, err := s.read.QueryContext(ctx, "WITH RECURSIVE t(c) AS (SELECT min(c) FROM paper UNION ALL SELECT (SELECT min(c) FROM paper WHERE c > t.c) FROM t WHERE t.c IS NOT NULL) SELECT c FROM t WHERE c IS NOT NULL")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []community.ID
	for rows.Next() {
		var c string
		if err := rows.Scan(&c); err != nil {
			return nil, err
		}
		out = append(out, community.ID(c))
	}
	return out, rows.Err()
}

// View implements store.Store.
func (s *Store) View(ctx context.Context, c community.ID, fn func(store.Tx)) error {
	if s.isClosed() {
		return store.ErrClosed
	}
	sqlTx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer sqlTx.Rollback() //nolint:errcheck // nothing was written
	tx := &tx{ctx: ctx, q: sqlTx, c: string(c)}
	fn(tx)
	return tx.err
}

func (s *Store) isClosed() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.closed
}

// Close implements store.Store.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return store.ErrClosed
	}
	s.closed = true
	close(s.jobs)
	s.mu.Unlock()
	<-s.done
	return s.shut()
}

func (s *Store) shut() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(append(errs, s.lock.Close())...)
}

// Backup writes a whole, consistent copy to dst while the house goes on. It does not overwrite.
func (s *Store) Backup(ctx context.Context, dst string) error {
	if _, err := os.Stat(dst); err == nil {
		return fmt.Errorf("备份文件 %s 已经存在，不覆盖，请换个名字", dst)
	}
	// The readers may not write, not even another file: the copy has a connection of its own.
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: s.path}).EscapedPath()+"?_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", dst); err != nil {
		return errors.Join(fmt.Errorf("备份没有写成：%w", err), db.Close())
	}
	return db.Close()
}
