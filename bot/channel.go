package bot

import (
	"context"
	"fmt"
	"time"

	"linli/community"
)

// Hear is how a channel hands a message over. When it returns nil the message
// is on disk and cannot be lost: only then may the channel acknowledge it to
// its platform. The channel fills every field of Message but Group and Role,
// which Accept finds by the Handle. An error means: not taken, deliver it again.
type Hear func(ctx context.Context, m community.Message) error

// Channel is one way into and out of groups. All methods are safe for concurrent use.
type Channel interface {
	// Name is the channel's name in handles, keys and settings: "web", "onebot".
	Name() string
	// Caps says from memory what one handle can hear and how it can speak. It must not block.
	Caps(h community.Handle) community.Caps
	// Run is the ear. It hands every message to hear, reconnects by itself, and
	// returns when ctx ends (nil) or when it can never work (an error with the reason).
	Run(ctx context.Context, hear Hear) error
	// Send is the mouth; it is called at most once for each Outgoing.Key, unless it
	// answered with a Failure that is Certain. nil means that the platform took it.
	// Any error that is not a *Failure means that nobody knows.
	Send(ctx context.Context, h community.Handle, out community.Outgoing) error
}

// Failure is an honest error of Send.
type Failure struct {
	Certain bool          // we know that nobody has seen it
	After   time.Duration // worth another try after this long; 0 = never
	Say     string        // what staff should read, Chinese
	Err     error
}

// Error implements error.
func (f *Failure) Error() string { return fmt.Sprintf("%s: %v", f.Say, f.Err) }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }
