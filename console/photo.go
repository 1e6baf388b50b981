package console

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"time"

	"linli/community"
	"linli/store"
)

// photoKinds are the kinds that are shown; what a file is, is told by its content.
var photoKinds = []string{"image/jpeg", "image/png", "image/gif", "image/webp"}

// photo shows one photo of a request to those who may see the request.
func (c *Console) photo(w http.ResponseWriter, r *http.Request, m me) {
	q, ok := c.request(w, r, m, community.RequestID(r.PathValue("id")))
	if !ok {
		return
	}
	hash := r.PathValue("hash")
	var has bool
	err := c.house.Store().View(r.Context(), m.Community, func(tx store.Tx) {
		has = slices.ContainsFunc(lookAt(tx, q, c.house.Now()).heard, func(h community.Heard) bool {
			return !h.Recalled && slices.Contains(h.Message.Blobs, hash)
		})
	})
	if err != nil {
		c.broken(w, r, err)
		return
	}
	f, err := c.house.OpenBlob(hash)
	if errors.Is(err, fs.ErrNotExist) {
		http.NotFound(w, r)
		return
	}
	if err != nil {
		c.broken(w, r, err)
		return
	}
	defer f.Close()
	kind, err := kindOf(f)
	if !has || err != nil || !slices.Contains(photoKinds, kind) {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "private, max-age=600")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(w, r, "", time.Time{}, f)
}

// kindOf looks into a file and leaves it rewound.
func kindOf(f io.ReadSeeker) (string, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	_, err = f.Seek(0, io.SeekStart)
	return http.DetectContentType(head[:n]), err
}
