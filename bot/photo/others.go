package photo

import (
	"bytes"
	"encoding/binary"
	"slices"
)

var pngMark = []byte("\x89PNG\r\n\x1a\n")

// keptPNG are the chunks a picture is drawn from; comments, times and EXIF are not among them.
var keptPNG = []string{"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs", "acTL", "fcTL", "fdAT"}

func barePNG(raw []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(raw, pngMark)
	if !ok {
		return nil, ErrNotPhoto
	}
	out := slices.Clone(pngMark)
	for len(rest) >= 12 {
		n := 12 + int64(binary.BigEndian.Uint32(rest))
		if n > int64(len(rest)) {
			return nil, ErrNotPhoto
		}
		name := string(rest[4:8])
		if slices.Contains(keptPNG, name) {
			out = append(out, rest[:n]...)
		}
		if name == "IEND" {
			return out, nil
		}
		rest = rest[n:]
	}
	return nil, ErrNotPhoto
}

// bareGIF leaves out comments and what programs have noted; how often a film repeats stays.
func bareGIF(raw []byte) ([]byte, error) {
	if len(raw) < 13 || !bytes.HasPrefix(raw, []byte("GIF8")) {
		return nil, ErrNotPhoto
	}
	head := 13 + tableGIF(raw[10])
	if head > len(raw) {
		return nil, ErrNotPhoto
	}
	out, rest := slices.Clone(raw[:head]), raw[head:]
	for len(rest) > 0 {
		n, keep := 0, true
		switch {
		case rest[0] == 0x3b:
			return append(out, 0x3b), nil
		case rest[0] == 0x21 && len(rest) > 2:
			n = 2
			keep = rest[1] == 0xf9 || rest[1] == 0xff && (bytes.HasPrefix(rest[2:], []byte("\x0bNETSCAPE2.0")) || bytes.HasPrefix(rest[2:], []byte("\x0bANIMEXTS1.0")))
		case rest[0] == 0x2c && len(rest) > 10:
			n = 11 + tableGIF(rest[9])
		default:
			return nil, ErrNotPhoto
		}
		for { // sub-blocks, each with its length in front; an empty one is the last
			if n >= len(rest) {
				return nil, ErrNotPhoto
			}
			size := int(rest[n])
			n += 1 + size
			if size == 0 {
				break
			}
		}
		if n > len(rest) {
			return nil, ErrNotPhoto
		}
		if keep {
			out = append(out, rest[:n]...)
		}
		rest = rest[n:]
	}
	return append(out, 0x3b), nil
}

// tableGIF is the length of the colour table that these flags announce.
func tableGIF(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// The flags of a WebP's first chunk that announce EXIF and XMP.
const webpEXIF, webpXMP = 0x08, 0x04

func bareWebP(raw []byte) ([]byte, error) {
	parts, err := webpParts(raw)
	if err != nil {
		return nil, err
	}
	body, turned, drawn := []byte("WEBP"), uint16(1), false
	for _, p := range parts {
		switch p.name {
		case "EXIF":
			exif := bytes.TrimPrefix(p.data, []byte("Exif\x00\x00"))
			turned = turnOf(exif)
		case "VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP":
			body = appendWebP(body, p.name, p.data)
			drawn = drawn || slices.Contains([]string{"VP8 ", "VP8L", "ANMF"}, p.name)
		}
	}
	if !drawn {
		return nil, ErrNotPhoto
	}
	flags := len("WEBP") + 8 // of the first chunk, if it is the one that has flags
	if extended := parts[0].name == "VP8X" && len(parts[0].data) > 0; extended {
		body[flags] &^= webpEXIF | webpXMP
		if turned != 1 {
			body[flags] |= webpEXIF
			body = appendWebP(body, "EXIF", turnOnly(turned))
		}
	}
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...), nil
}

type webpPart struct {
	name string
	data []byte
}

func webpParts(raw []byte) (parts []webpPart, err error) {
	if len(raw) < 12 || string(raw[:4]) != "RIFF" || string(raw[8:12]) != "WEBP" {
		return nil, ErrNotPhoto
	}
	end := min(int64(len(raw)), 8+int64(binary.LittleEndian.Uint32(raw[4:])))
	for rest := raw[12:max(12, end)]; len(rest) >= 8; {
		n := int64(binary.LittleEndian.Uint32(rest[4:]))
		if 8+n > int64(len(rest)) {
			return nil, ErrNotPhoto
		}
		parts = append(parts, webpPart{string(rest[:4]), rest[8 : 8+n]})
		rest = rest[min(int64(len(rest)), 8+n+n%2):]
	}
	if len(parts) == 0 {
		return nil, ErrNotPhoto
	}
	return parts, nil
}

func appendWebP(out []byte, name string, data []byte) []byte {
	out = binary.LittleEndian.AppendUint32(append(out, name...), uint32(len(data)))
	out = append(out, data...)
	if len(data)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

// sizeWebP is the size that a WebP's first chunk announces.
func sizeWebP(raw []byte) (wide, high int, err error) {
	parts, err := webpParts(raw)
	if err != nil {
		return 0, 0, err
	}
	d := parts[0].data
	switch {
	case parts[0].name == "VP8X" && len(d) >= 10:
		return 1 + (int(d[4]) | int(d[5])<<8 | int(d[6])<<16), 1 + (int(d[7]) | int(d[8])<<8 | int(d[9])<<16), nil
	case parts[0].name == "VP8L" && len(d) >= 5 && d[0] == 0x2f:
		b := binary.LittleEndian.Uint32(d[1:])
		return 1 + int(b&0x3fff), 1 + int(b>>14&0x3fff), nil
	case parts[0].name == "VP8 " && len(d) >= 10 && bytes.Equal(d[3:6], []byte{0x9d, 0x01, 0x2a}):
		return int(binary.LittleEndian.Uint16(d[6:]) & 0x3fff), int(binary.LittleEndian.Uint16(d[8:]) & 0x3fff), nil
	}
	return 0, 0, ErrNotPhoto
}
