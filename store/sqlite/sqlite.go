// Package sqlite keeps papers in one SQLite file, through a driver without cgo.
// One writer commits many waiting updates together; a closure's writes are
// buffered in Go and applied only when it succeeded, so no savepoints are needed.
// What the write-ahead log holds moves into the file in the background.
// It never looks into a paper.
package sqlite

import (
	"context"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"linli/community"
	"linli/store"
)

// readers is how many Views are under way at once; the next one waits.
const readers = 4

// Store is a store.Store in a file.
type Store struct {
	path  string
	how   how
	lock  *os.File
	write *conn
	move  *conn // moves the log into the file
	read  chan *conn
	all   []*conn // every connection, the writing one first
	jobs  chan *job
	wrote chan struct{} // holds one when something was written since the mover looked
	stop  context.CancelFunc
	work  sync.WaitGroup
	pause sync.Mutex            // held by a commit, and by the mover when the log must start anew
	hurt  atomic.Pointer[error] // what the examination beside the work found

	looked chan struct{} // closed when that examination is over

	mu      sync.RWMutex // held for reading while a job is handed over
	closed  bool
	closing chan struct{}
}

var _ store.Store = (*Store)(nil)

// how a file is kept; only tests choose anything but the usual.
type how struct {
	sync  string        // SQLite's synchronous: only FULL is durable
	rest  time.Duration // how often the log is looked at while there is writing
	large int           // pages in the log that are moved even while there is writing

	// patience is how long Open waits for the examination of the file: long enough
	// for a hundred megabytes, short enough that a house of any size starts at once.
	patience time.Duration
}

var usual = how{sync: "FULL", rest: 250 * time.Millisecond, large: 64 << 20 / 4096, patience: 300 * time.Millisecond}

// View implements store.Store.
func (s *Store) View(ctx context.Context, c community.ID, fn func(store.Tx)) error {
	conn, err := s.borrow(ctx)
	if err != nil {
		return err
	}
	defer s.giveBack(conn)
	if err := run(conn.begin); err != nil {
		return s.explain(err)
	}
	defer run(conn.revert) //nolint:errcheck // nothing was written
	t := &tx{ctx: ctx, conn: conn, c: string(c)}
	fn(t)
	if t.broken != nil {
		return s.explain(t.broken)
	}
	return t.err
}

// borrow takes a reading connection; it waits while all are in use.
func (s *Store) borrow(ctx context.Context) (*conn, error) {
	if err := s.fine(ctx); err != nil {
		return nil, err
	}
	select {
	case c := <-s.read:
		return c, nil
	case <-s.closing:
		return nil, store.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *Store) giveBack(c *conn) { s.read <- c }

// fine tells why nothing can be done here any more.
func (s *Store) fine(ctx context.Context) error {
	select {
	case <-s.closing:
		return store.ErrClosed
	default:
	}
	if err := s.hurt.Load(); err != nil {
		return *err
	}
	return ctx.Err()
}

// Communities implements store.Store by jumping from one partition to the next.
func (s *Store) Communities(ctx context.Context) ([]community.ID, error) {
	conn, err := s.borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer s.giveBack(conn)
	names, err := conn.communities(ctx)
	if err != nil {
		return nil, s.explain(err)
	}
	return names, nil
}

func (c *conn) communities(ctx context.Context) (out []community.ID, err error) {
	rows, err := c.query(ctx, "WITH RECURSIVE t(c) AS (SELECT min(c) FROM paper UNION ALL SELECT (SELECT min(c) FROM paper WHERE c > t.c) FROM t WHERE t.c IS NOT NULL) SELECT c FROM t WHERE c IS NOT NULL")
	for _, row := range rows {
		name, _ := row[0].(string)
		out = append(out, community.ID(name))
	}
	return out, err
}

// Close implements store.Store: it waits for the Updates and Views under way, and moves the whole log into the file.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return store.ErrClosed
	}
	s.closed = true
	close(s.closing)
	close(s.jobs)
	s.mu.Unlock()
	s.stop()
	s.work.Wait()
	for range readers {
		<-s.read
	}
	return s.shut()
}
