package sqlite

import (
	"context"
	"errors"
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
	panic *store.Panic
	done  chan struct{}
}

// atOnce bounds a group, so that the first of it does not wait long for the last.
const atOnce = 256

// errEnded: the testing package does this when t.Fatal is called in a closure.
var errEnded = errors.New("sqlite: a closure ended the writer's goroutine")

// Update implements store.Store. The closure runs on the writer's goroutine; its panic reaches the caller as a *store.Panic.
func (s *Store) Update(ctx context.Context, c community.ID, fn func(store.Tx)) error {
	if err := s.fine(ctx); err != nil {
		return err
	}
	j := &job{ctx: ctx, c: c, fn: fn, done: make(chan struct{})}
	if err := s.queue(ctx, j); err != nil {
		return err
	}
	<-j.done
	if j.panic != nil {
		panic(j.panic)
	}
	return j.err
}

func (s *Store) queue(ctx context.Context, j *job) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return store.ErrClosed
	}
	select {
	case s.jobs <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// writer takes what waits, all of it at once, and commits it together. A lone
// job is not kept waiting: the group is whatever has gathered meanwhile.
// Every group has a goroutine of its own, so that a closure that ends it ends nothing else.
func (s *Store) writer() {
	for first := range s.jobs {
		jobs := s.gather(first)
		over := make(chan struct{})
		go func() {
			defer close(over)
			s.commit(jobs)
		}()
		<-over
		for _, j := range jobs {
			close(j.done)
		}
		s.poke()
	}
}

func (s *Store) gather(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < atOnce {
		select {
		case j, ok := <-s.jobs:
			if !ok {
				return jobs
			}
			jobs = append(jobs, j)
		default:
			return jobs
		}
	}
	return jobs
}

// commit runs the jobs in one SQLite transaction. A closure that fails takes
// only itself out; a commit that fails fails everybody, and nothing is written.
func (s *Store) commit(jobs []*job) {
	s.pause.Lock()
	defer s.pause.Unlock()
	err := errEnded
	defer func() {
		if err == nil {
			return
		}
		run(s.write.revert) //nolint:errcheck // the first error is the one to tell; SQLite may have rolled back already
		for _, j := range jobs {
			if j.err == nil && j.panic == nil {
				j.err = s.explain(err)
			}
		}
	}()
	err = s.together(jobs)
}

func (s *Store) together(jobs []*job) error {
	if err := run(s.write.write); err != nil {
		return err
	}
	g := &group{conn: s.write, known: map[name]value{}}
	for _, j := range jobs {
		if err := runOne(g, j); err != nil {
			return err
		}
	}
	if err := g.flush(); err != nil {
		return err
	}
	return run(s.write.commit)
}

// runOne runs one closure and hands what it wrote to the group; the error is one of the database itself.
func runOne(g *group, j *job) error {
	t := &tx{ctx: context.Background(), conn: g.conn, group: g, c: string(j.c), wrote: map[string][]byte{}}
	if j.err = j.ctx.Err(); j.err != nil {
		return nil
	}
	guarded(t, j)
	switch {
	case j.panic != nil:
	case t.err != nil:
		j.err = t.err
	default:
		g.take(t.c, t.wrote)
	}
	return t.broken
}

func guarded(t *tx, j *job) {
	defer func() {
		if v := recover(); v != nil {
			j.panic = &store.Panic{Value: v, Stack: debug.Stack()}
		}
	}()
	j.fn(t)
}
