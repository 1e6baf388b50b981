package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ErrBlobTooBig says that a photo or voice is larger than allowed.
var ErrBlobTooBig = errors.New("bot: blob is too big")

// SaveBlob keeps a photo or voice beside the store under the name of its SHA-256, which it returns.
// When it returns, the blob is on disk. The same blob twice is kept once.
func (b *Bot) SaveBlob(ctx context.Context, r io.Reader, max int64) (hash string, err error) {
	if b.blobs == "" {
		return "", errors.New("bot: no folder for blobs")
	}
	if err := os.MkdirAll(b.blobs, 0o700); err != nil {
		return "", fmt.Errorf("bot: blobs: %w", err)
	}
	f, err := os.CreateTemp(b.blobs, ".new-*")
	if err != nil {
		return "", fmt.Errorf("bot: blobs: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(r, max+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("bot: blobs: %w", err)
	case n > max:
		return "", ErrBlobTooBig
	case ctx.Err() != nil:
		return "", ctx.Err()
	}
	if err := f.Sync(); err != nil {
		return "", fmt.Errorf("bot: blobs: %w", err)
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	b.blobsMu.Lock()
	defer b.blobsMu.Unlock()
	if err := os.Rename(f.Name(), filepath.Join(b.blobs, hash)); err != nil {
		return "", fmt.Errorf("bot: blobs: %w", err)
	}
	return hash, syncFolder(b.blobs)
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// OpenBlob opens a blob by its name; fs.ErrNotExist if there is none.
func (b *Bot) OpenBlob(hash string) (io.ReadSeekCloser, error) {
	if raw, err := hex.DecodeString(hash); err != nil || len(raw) != sha256.Size || b.blobs == "" {
		return nil, os.ErrNotExist
	}
	return os.Open(filepath.Join(b.blobs, hash))
}
