package bot

import (
	"bytes"
	"errors"
	"image"
	_ "image/gif"  // so that a photo's frame can be read
	_ "image/jpeg" // so that a photo's frame can be read
	_ "image/png"  // so that a photo's frame can be read
	"io"
	"net/http"
)

// MaxPhoto is the largest photo a channel takes, in bytes.
const MaxPhoto = 10 << 20

// maxPixels is what a phone can still show.
const maxPixels = 120_000_000

// ErrNotPhoto says that a file is none of the kinds of picture that a chat shows.
var ErrNotPhoto = errors.New("bot: not a photo")

// PhotoKind looks into a file and leaves it rewound: what a file is, is told by its content, never by its name.
func PhotoKind(f io.ReadSeeker) (string, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", ErrNotPhoto
	}
	head = head[:n]
	kind := http.DetectContentType(head)
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	switch kind {
	case "image/jpeg", "image/png", "image/gif":
		frame, _, err := image.DecodeConfig(f)
		if err != nil || frame.Width*frame.Height > maxPixels || frame.Width*frame.Height == 0 {
			return "", ErrNotPhoto
		}
	case "image/webp": // the standard library has no reader for it; its header is checked above
		if !bytes.HasPrefix(head, []byte("RIFF")) {
			return "", ErrNotPhoto
		}
	default:
		return "", ErrNotPhoto
	}
	_, err = f.Seek(0, io.SeekStart)
	return kind, err
}
