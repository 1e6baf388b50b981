package sqlite

import (
	"context"
	"log/slog"
	"time"
)

// quiet is how many looks without any writing make a pause.
const quiet = 4

// poke tells the mover that something was written.
func (s *Store) poke() {
	select {
	case s.wrote <- struct{}{}:
	default:
	}
}

// mover moves the log into the file beside the writer, never inside its commit:
// when the log is large, or when nobody has written for a moment. It sleeps
// until something is written.
func (s *Store) mover() {
	for {
		select {
		case <-s.closing:
			return
		case <-s.wrote:
		}
		for calm := 0; calm < quiet; {
			select {
			case <-s.closing:
				return
			case <-time.After(s.how.rest):
			}
			select {
			case <-s.wrote:
				calm = 0
			default:
				calm++
			}
			s.tidy(calm == quiet)
		}
	}
}

// tidy moves the log when it is large, or whatever there is of it in a pause.
// PASSIVE waits for nobody; but while writing goes on, new pages come behind
// those it moved, and the log would grow for ever. So one that is twice too
// large is started anew while the next commit waits: most of it has just been
// moved, what is left is short.
func (s *Store) tidy(pause bool) {
	pages, moved, err := s.move.log("NOOP")
	if err == nil && (pages-moved > s.how.large || pause && pages > moved) {
		pages, _, err = s.move.log("PASSIVE")
	}
	if err == nil && pages > 2*s.how.large {
		s.pause.Lock()
		_, _, err = s.move.log("RESTART")
		s.pause.Unlock()
	}
	if err != nil {
		slog.Warn("store: the log was not moved into the file; trying again", "err", err)
	}
}

// log runs a checkpoint and tells how many pages the log has and how many of them are moved.
// That somebody was in the way is no error: the next look comes soon.
func (c *conn) log(mode string) (pages, moved int, err error) {
	rows, err := c.query(context.Background(), "PRAGMA wal_checkpoint("+mode+")")
	if err != nil || len(rows) == 0 {
		return 0, 0, err
	}
	has, _ := rows[0][1].(int64)
	done, _ := rows[0][2].(int64)
	return int(has), int(done), nil
}
