package bot

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"linli/community"
	"linli/store"
)

const (
	tidyEvery = time.Hour
	freshBlob = time.Hour // one saved so lately may belong to a message that is still on its way to the door
)

// tidyBlobs takes away, every hour, the photos and voices that no message shows any more.
func (b *Bot) tidyBlobs(ctx context.Context) {
	if b.blobs == "" {
		return
	}
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		if err := b.freeBlobs(ctx); err != nil && ctx.Err() == nil {
			b.log.Error("blobs not tidied", "err", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (b *Bot) freeBlobs(ctx context.Context) error {
	all, err := b.st.Communities(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		var free []string
		if err := b.st.View(ctx, c, func(tx store.Tx) { free = store.FreeBlobs(tx, 1000) }); err != nil {
			return err
		}
		for _, hash := range free {
			if err := b.freeBlob(ctx, c, all, hash); err != nil {
				return err
			}
		}
	}
	return nil
}

// freeBlob removes one file if no community shows it, and crosses the note off.
func (b *Bot) freeBlob(ctx context.Context, c community.ID, all []community.ID, hash string) error {
	if raw, err := hex.DecodeString(hash); err != nil || len(raw) == 0 {
		return nil // not a name of ours
	}
	b.blobsMu.Lock()
	defer b.blobsMu.Unlock()
	needed := false
	for _, other := range all {
		if err := b.st.View(ctx, other, func(tx store.Tx) { needed = needed || store.NeedsBlob(tx, hash) }); err != nil {
			return err
		}
	}
	path := filepath.Join(b.blobs, hash)
	switch is, err := os.Stat(path); {
	case needed, errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case b.Now().Sub(is.ModTime()) < freshBlob:
		return nil // the next round looks again
	default:
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return b.st.Update(ctx, c, func(tx store.Tx) { store.BlobGone(tx, hash) })
}
