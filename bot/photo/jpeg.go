package photo

import (
	"bytes"
	"encoding/binary"
)

// bareJPEG keeps what a picture is drawn from, its colours and how it is turned.
// Whatever follows the picture (a second one, a film) is left out.
func bareJPEG(raw []byte) ([]byte, error) {
	if !bytes.HasPrefix(raw, []byte{0xff, 0xd8}) {
		return nil, ErrNotPhoto
	}
	var body []byte
	turned, drawn := uint16(1), false
	for rest := raw[2:]; ; {
		for len(rest) > 1 && rest[0] == 0xff && rest[1] == 0xff {
			rest = rest[1:] // fill
		}
		switch {
		case len(rest) < 2 && drawn: // cut off at the end: browsers show it all the same
			return sealJPEG(body, turned), nil
		case len(rest) < 2 || rest[0] != 0xff:
			return nil, ErrNotPhoto
		case rest[1] == 0xd9:
			if !drawn {
				return nil, ErrNotPhoto
			}
			return sealJPEG(body, turned), nil
		case rest[1] == 0x01 || rest[1] >= 0xd0 && rest[1] <= 0xd7:
			rest = rest[2:]
			continue
		case len(rest) < 4:
			return nil, ErrNotPhoto
		}
		mark, n := rest[1], 2+int(binary.BigEndian.Uint16(rest[2:]))
		if n < 4 || n > len(rest) {
			return nil, ErrNotPhoto
		}
		if exif, ok := bytes.CutPrefix(rest[4:n], []byte("Exif\x00\x00")); ok && mark == 0xe1 {
			turned = turnOf(exif)
		}
		if mark == 0xda {
			n += scanned(rest[n:])
			drawn = true
		}
		if keepsJPEG(mark, rest[4:]) {
			body = append(body, rest[:n]...)
		}
		rest = rest[n:]
	}
}

// keepsJPEG tells by its mark and beginning whether a segment is needed to draw the picture.
func keepsJPEG(mark byte, body []byte) bool {
	begins := map[byte]string{0xe0: "JFIF\x00", 0xe2: "ICC_PROFILE\x00", 0xee: "Adobe"}
	if mark < 0xe0 || mark > 0xef && mark != 0xfe {
		return true
	}
	return begins[mark] != "" && bytes.HasPrefix(body, []byte(begins[mark]))
}

// scanned is the length of the drawn data until the next mark.
func scanned(data []byte) int {
	for i := 0; i+1 < len(data); i++ {
		if m := data[i+1]; data[i] == 0xff && m != 0 && m != 0xff && (m < 0xd0 || m > 0xd7) {
			return i
		}
	}
	return len(data)
}

func sealJPEG(body []byte, turned uint16) []byte {
	out := []byte{0xff, 0xd8}
	if turned != 1 {
		exif := append([]byte("Exif\x00\x00"), turnOnly(turned)...)
		out = append(out, 0xff, 0xe1, 0, byte(2+len(exif)))
		out = append(out, exif...)
	}
	return append(append(out, body...), 0xff, 0xd9)
}

// turnOf reads from EXIF how the camera was held, 1 to 8; 1 when it does not say.
func turnOf(exif []byte) uint16 {
	if len(exif) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if exif[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(exif[4:]))
	if at+2 > int64(len(exif)) {
		return 1
	}
	rows := exif[at+2:]
	for range order.Uint16(exif[at:]) {
		if len(rows) < 12 {
			return 1
		}
		if order.Uint16(rows) == 0x0112 {
			if v := order.Uint16(rows[8:]); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
		rows = rows[12:]
	}
	return 1
}

// turnOnly is EXIF that says how the camera was held and nothing else.
func turnOnly(turned uint16) []byte {
	return []byte{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(turned), 0, 0, 0, 0, 0, 0}
}
