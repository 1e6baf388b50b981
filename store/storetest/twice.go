package storetest

import (
	"context"
	"errors"

	"linli/community"
	"linli/store"
)

// Twice makes a store run every closure twice, what the first run writes being
// thrown away: a closure that appends to the outside, counts or sends is caught
// by the test that looks at what it did.
func Twice(st store.Store) store.Store { return twice{st} }

type twice struct{ store.Store }

var errAgain = errors.New("storetest: once more")

// Update implements store.Store.
func (s twice) Update(ctx context.Context, c community.ID, fn func(store.Tx)) error {
	s.Store.Update(ctx, c, func(tx store.Tx) { fn(tx); tx.Fail(errAgain) }) //nolint:errcheck // thrown away with its writes
	return s.Store.Update(ctx, c, fn)
}

// View implements store.Store.
func (s twice) View(ctx context.Context, c community.ID, fn func(store.Tx)) error {
	s.Store.View(ctx, c, fn) //nolint:errcheck // thrown away
	return s.Store.View(ctx, c, fn)
}
