package sqlite

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

var errDamaged = errors.New("sqlite: damaged file")

// examine looks through the whole file on a connection of its own. Damage that
// it finds while Open waits is Open's error; damage found later stops all work:
// what is written into a damaged file may be lost, and a backup made from it too.
func (s *Store) examine(ctx context.Context) error {
	s.work.Go(func() {
		defer close(s.looked)
		if err := s.lookThrough(ctx); err != nil && ctx.Err() == nil {
			err = s.explain(err)
			s.hurt.Store(&err)
		}
	})
	select {
	case <-s.looked:
	case <-time.After(s.how.patience):
		s.work.Go(s.tellLate)
	}
	if err := s.hurt.Load(); err != nil {
		return *err
	}
	return nil
}

// Whole waits until the examination is over, however large the file, and tells what it found.
func (s *Store) Whole(ctx context.Context) error {
	select {
	case <-s.looked:
	case <-ctx.Done():
	}
	return s.fine(ctx)
}

// tellLate logs what the examination found after Open had returned.
func (s *Store) tellLate() {
	<-s.looked
	if err := s.hurt.Load(); err != nil {
		slog.Error("store: damaged", "err", *err)
	}
}

func (s *Store) lookThrough(ctx context.Context) error {
	c, err := connect(s.path, "_pragma=busy_timeout(10000)&_pragma=query_only(1)")
	if err != nil {
		return err
	}
	return errors.Join(whole(ctx, c, "quick_check"), c.close())
}
