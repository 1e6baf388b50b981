// Package store keeps the papers of communities, transactionally: what was
// heard (inbox), what is to be said (outbox), requests, rolls, resources and
// the lists people read. It never decides and never speaks.
package store

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"linli/community"
)

// Store keeps papers, each community apart from the others. All methods are safe for concurrent use.
type Store interface {
	// View runs fn on one consistent state of the community. Put, Delete and Fail in a View make it return an error.
	View(ctx context.Context, c community.ID, fn func(Tx)) error
	// Update runs fn and writes what it put, all or nothing; when Update returns nil it is durable.
	// fn may run again, so it only reads, puts, and assigns to outer variables.
	// A panic in fn writes nothing and reaches the caller; as a *Panic if fn ran on another goroutine.
	Update(ctx context.Context, c community.ID, fn func(Tx)) error
	// Communities lists every community that has papers, in order.
	Communities(ctx context.Context) ([]community.ID, error)
	// Close waits for what is under way. Later calls return ErrClosed.
	Close() error
}

// Tx is a transaction in the hand. It never fails there: the first error sticks,
// reads then return nothing, and Update returns it. Values read must not be changed.
// A Tx sees its own writes and is not to be used after fn returned or by two goroutines.
type Tx interface {
	// Get returns the paper or nil if there is none. An empty paper is not nil.
	Get(key string) []byte
	// Scan gives the papers with from <= key < to in the order of their bytes; to "" means no upper bound.
	Scan(from, to string) iter.Seq2[string, []byte]
	// Put writes a paper. Keys are 1 to 1024 bytes of any kind; values up to MaxValue.
	Put(key string, val []byte)
	// Delete removes a paper; removing none is no error.
	Delete(key string)
	// Fail makes the transaction fail with err and write nothing.
	Fail(err error)
}

// MaxValue is the largest paper in bytes.
const MaxValue = 16 << 20

// MaxKey is the longest key in bytes.
const MaxKey = 1024

// House is the partition for what belongs to no community: which group is bound to which community, sessions, tokens.
const House community.ID = "_house"

// A Panic is a panic of a closure that ran on another goroutine than its caller's.
type Panic struct {
	Value any
	Stack []byte // where it happened
}

// Error tells the kind of the value and the place; the value itself may hold a resident's words.
func (p *Panic) Error() string { return fmt.Sprintf("%T in a transaction\n%s", p.Value, p.Stack) }

// The errors that callers branch on.
var (
	ErrClosed   = errors.New("store: closed")
	ErrReadOnly = errors.New("store: written in a View")
	ErrKey      = errors.New("store: a key must have 1 to 1024 bytes")
	ErrTooBig   = errors.New("store: a paper is larger than 16 MiB")
)
