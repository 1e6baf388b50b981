package bot

import (
	"context"
	"errors"
	"time"

	"linli/community"
	"linli/store"
	"linli/understand"
)

// A Reader tells what a message means, given what lies on the desk. It must not change the scene.
type Reader interface {
	Read(ctx context.Context, s *community.Scene, m community.Message) community.Reading
}

// readWithin is how long the embedded understanding of one message may take.
const readWithin = 5 * time.Second

var errTooSlow = errors.New("bot: understanding took too long")

// read asks the reader with a deadline. One that never comes back is left
// behind in its goroutine: it cannot be stopped, but it must not stop the street.
func read(ctx context.Context, r Reader, s *community.Scene, m community.Message) (community.Reading, error) {
	limited, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	var rd community.Reading
	done := make(chan error, 1)
	go func() {
		done <- guard(func() error { rd = r.Read(limited, s, m); return nil })
	}()
	if err, ok := within(limited, done); ok {
		return rd, err
	}
	return community.Reading{}, errTooSlow
}

// within waits for an answer until the deadline, and a moment longer for those who heed it.
func within(limited context.Context, done <-chan error) (err error, ok bool) {
	select {
	case err = <-done:
		return err, true
	case <-limited.Done():
	}
	select {
	case err = <-done:
		return err, true
	case <-time.After(time.Second):
		return nil, false
	}
}

// reading is one community's understanding, built anew when its profile, groups or list have changed.
type reading struct {
	reader   Reader
	revision int // of the resource list
	config   int // of profile and groups
}

func (b *Bot) readerOf(ctx context.Context, c community.ID, p *pen, s *community.Scene, revision int) Reader {
	have := p.reader
	if have.reader != nil && have.revision == revision && have.config == p.desk.Config() {
		return have.reader
	}
	var rows []community.Resource
	if err := b.st.View(ctx, c, func(tx store.Tx) { rows = store.Resources(tx) }); err != nil {
		rows, revision = nil, -1 // the reading is poorer, the message is not lost; the next one reads the list again
		b.log.Error("resource list not read", "community", c, "err", err)
	}
	p.reader = reading{b.understand(s.Profile, groupsOf(s), rows), revision, p.desk.Config()}
	return p.reader.reader
}

// embedded is understanding as it comes with the house.
func embedded(p community.Profile, groups []community.Group, rows []community.Resource) Reader {
	return understand.New(p, groups, rows)
}
