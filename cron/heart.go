package cron

import (
	"context"

	robfig "github.com/robfig/cron/v3"
)

// Beat calls fn at once and then at every full minute until ctx ends, never twice at a time; it returns when the last call has.
func Beat(ctx context.Context, fn func()) error {
	heart := robfig.New(robfig.WithLocation(shanghai), robfig.WithChain(robfig.SkipIfStillRunning(robfig.DiscardLogger)))
	if _, err := heart.AddFunc("* * * * *", fn); err != nil {
		return err
	}
	fn()
	heart.Start()
	<-ctx.Done()
	<-heart.Stop().Done()
	return nil
}
