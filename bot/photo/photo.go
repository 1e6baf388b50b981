// Package photo tells whether a file is a photo that every phone can show, and takes out of it
// where, when, by whom and with what it was made. The picture itself is not touched. It knows
// no channel and keeps nothing.
package photo

import (
	"bytes"
	"errors"
	"image"
	_ "image/gif"  // so that a photo's frame can be read
	_ "image/jpeg" // so that a photo's frame can be read
	_ "image/png"  // so that a photo's frame can be read
	"io"
	"net/http"
	"slices"
)

// Max is the largest photo a channel takes, in bytes.
const Max = 10 << 20

// maxPixels is what a phone can still show.
const maxPixels = 80_000_000

// Why a file is not taken.
var (
	ErrNotPhoto = errors.New("photo: not a photo")
	ErrHEIC     = errors.New("photo: HEIC, which most phones cannot show")
	ErrTooBig   = errors.New("photo: larger than 10 MB")
)

// bared are the formats a photo may have, each with what takes out of it where,
// when, by whom and with what it was made. The picture itself is not touched.
var bared = map[string]func([]byte) ([]byte, error){"image/jpeg": bareJPEG, "image/png": barePNG, "image/gif": bareGIF, "image/webp": bareWebP}

// Read reads a photo to its end, at most Max bytes, and gives its kind ("image/jpeg" …) and its bytes without what it tells.
func Read(f io.Reader) (kind string, bare []byte, err error) {
	raw, err := io.ReadAll(io.LimitReader(f, Max+1))
	if err != nil {
		return "", nil, err
	}
	if len(raw) > Max {
		return "", nil, ErrTooBig
	}
	if kind, err = kindOf(raw); err != nil {
		return "", nil, err
	}
	bare, err = bared[kind](raw)
	return kind, bare, err
}

// kindOf tells by the content what a file is, never by its name.
func kindOf(raw []byte) (string, error) {
	kind := http.DetectContentType(raw)
	wide, high := 0, 0
	switch {
	case kind == "image/webp": // the standard library has no reader for it
		var err error
		if wide, high, err = sizeWebP(raw); err != nil {
			return "", ErrNotPhoto
		}
	case bared[kind] != nil:
		frame, _, err := image.DecodeConfig(bytes.NewReader(raw))
		if err != nil {
			return "", ErrNotPhoto
		}
		wide, high = frame.Width, frame.Height
	case len(raw) > 12 && string(raw[4:8]) == "ftyp" && slices.Contains([]string{"heic", "heix", "heif", "mif1", "msf1", "avif"}, string(raw[8:12])):
		return "", ErrHEIC
	default:
		return "", ErrNotPhoto
	}
	if wide <= 0 || high <= 0 || wide > maxPixels/high {
		return "", ErrNotPhoto
	}
	return kind, nil
}
