package learn

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	_ "embed"
	"errors"
	"io"
	"io/fs"
)

// ownTalk is the labelled talk that the weights come from, packed by the training program: whoever
// corrects learns from it too, for from corrections alone the rest would be forgotten.
//
//go:embed training.zip
var ownTalk []byte

// Own is the labelled talk that comes with the program, without the communities named in hold.
func Own(hold []string) (Material, error) {
	z, err := zip.NewReader(bytes.NewReader(ownTalk), int64(len(ownTalk)))
	if err != nil {
		return Material{}, err
	}
	return Read(z, hold)
}

// Pack packs a folder of labelled talk; the same folder gives the same bytes.
func Pack(dir fs.FS) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(dir, name)
		if err != nil {
			return err
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err == nil {
			_, err = w.Write(raw)
		}
		return err
	})
	if err = errors.Join(err, z.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
