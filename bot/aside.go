package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"linli/community"
	"linli/store"
)

// A panicked is a panic turned into an error, with the place where it happened.
type panicked struct {
	value any
	stack []byte
}

// Error names the kind of what was thrown and not the thing itself, which may hold a resident's words.
func (p *panicked) Error() string { return fmt.Sprintf("panic: %T", p.value) }

func guard(fn func() error) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *store.Panic:
			err = &panicked{v.Value, v.Stack} // from within a transaction
		default:
			err = &panicked{v, debug.Stack()}
		}
	}()
	return fn()
}

// itsOwnFault reports whether the event itself is what fails: it will not heal by waiting.
// Anything else is the store's trouble, and no event is set aside for that.
func itsOwnFault(err error) bool {
	var p *panicked
	return errors.As(err, &p) || errors.Is(err, errTooSlow) || errors.Is(err, store.ErrTooBig) || errors.Is(err, store.ErrKey)
}

// failed counts the try; after three the event is set aside for staff and the
// street goes on. While the store is in trouble (a full disk) nothing is
// counted: the error comes back and the event waits untouched.
func (b *Bot) failed(ctx context.Context, c community.ID, e community.Event, cause error) error {
	if !itsOwnFault(cause) {
		return cause
	}
	stack := cause.Error()
	var p *panicked
	if errors.As(cause, &p) {
		stack += "\n" + string(p.stack)
	}
	var aside bool
	err := b.st.Update(context.WithoutCancel(ctx), c, func(tx store.Tx) { aside = store.Tried(tx, e.Key, stack, b.Now()) })
	b.log.Error("event failed", "community", c, "key", e.Key, "aside", aside, "err", cause)
	if err != nil {
		return errors.Join(cause, err)
	}
	if aside {
		b.stats.aside.Add(1)
	}
	return nil // the next round tries again at once, or goes on with the next
}
