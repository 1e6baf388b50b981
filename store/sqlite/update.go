package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"runtime/debug"

	"linli/community"
	"linli/store"
)

// A job is one Update that waits for the writer.
type job struct {
	ctx   context.Context
	c     community.ID
	fn    func(store.Tx)
	err   error
	panic any
	done  chan struct{}
}

// atOnce bounds a group, so that the first of it does not wait long for the last.
const atOnce = 256

// Update implements store.Store. A panic of fn reaches the caller with its value.
func (s *Store) Update(ctx context.Context, c community.ID, fn func(store.Tx)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{ctx: ctx, c: c, fn: fn, done: make(chan struct{})}
	s.mu.RLock()
	if s.closed {
		s.mu.RUnlock()
		return store.ErrClosed
	}
	s.jobs <- j
	s.mu.RUnlock()
	<-j.done
	if j.panic != nil {
		panic(j.panic)
	}
	return j.err
}

// writer takes what waits, all of it at once, and commits it together. A lone
// job is not kept waiting: the group is whatever has gathered meanwhile.
func (s *Store) writer() {
	defer close(s.done)
	for first := range s.jobs {
		group := []*job{first}
		for more := true; more && len(group) < atOnce; {
			select {
			case j, ok := <-s.jobs:
				if more = ok; ok {
					group = append(group, j)
				}
			default:
				more = false
			}
		}
		s.commit(group)
		for _, j := range group {
			close(j.done)
		}
	}
}

// commit runs the group in one SQLite transaction. A closure that fails takes
// only itself out; a commit that fails fails everybody, and nothing is written.
func (s *Store) commit(group []*job) {
	ctx := context.Background()
	sqlTx, err := s.write.BeginTx(ctx, nil)
	var wrote []*job
	if err == nil {
		for _, j := range group {
			var n int
			if n, err = runOne(sqlTx, j); err != nil {
				break
			}
			if n > 0 {
				wrote = append(wrote, j)
			}
		}
		switch {
		case err != nil || len(wrote) == 0:
			sqlTx.Rollback() //nolint:errcheck // the first error is the one to tell
		default:
			err = sqlTx.Commit()
		}
	}
	if err != nil {
		for _, j := range group {
			if j.err == nil && j.panic == nil {
				j.err = fmt.Errorf("数据没有写进去（磁盘满了或文件坏了？）：%w", err)
			}
		}
	}
}

// runOne runs one closure and applies its writes; the error is one of the database itself.
func runOne(sqlTx *sql.Tx, j *job) (n int, err error) {
	t := &tx{ctx: context.Background(), q: sqlTx, c: string(j.c), wrote: map[string][]byte{}}
	if j.err = j.ctx.Err(); j.err != nil {
		return 0, nil
	}
	func() {
		defer func() {
			if v := recover(); v != nil {
				j.panic = &closurePanic{v, debug.Stack()}
			}
		}()
		j.fn(t)
	}()
	if j.panic != nil {
		return 0, nil
	}
	if j.err = t.err; j.err != nil {
		return 0, nil
	}
	for k, v := range t.wrote {
		if v == nil {
			_, err = sqlTx.Exec("DELETE FROM paper WHERE c = ? AND k = ?", t.c, []byte(k))
		} else {
			_, err = sqlTx.Exec("INSERT INTO paper (c, k, v) VALUES (?, ?, ?) ON CONFLICT (c, k) DO UPDATE SET v = excluded.v", t.c, []byte(k), v)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// closurePanic carries a closure's panic from the writer to its caller, with the place where it happened.
type closurePanic struct {
	value any
	stack []byte
}

// Error lets whoever recovers it print it.
func (p *closurePanic) Error() string { return fmt.Sprintf("%v\n%s", p.value, p.stack) }
