package photo

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

const secret = "31.2304N,121.4737E"

// taken is a photo as a phone takes it: EXIF in the camera's order of bytes, turned, with where it was taken; XMP, a comment, and a second picture behind it.
func taken(t testing.TB, order binary.AppendByteOrder, turned uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20)), nil); err != nil {
		t.Fatal(err)
	}
	mark := "MM"
	if order.String() == "LittleEndian" {
		mark = "II"
	}
	exif := order.AppendUint32(order.AppendUint16([]byte(mark), 42), 8)
	exif = order.AppendUint16(exif, 2)
	exif = append(order.AppendUint32(order.AppendUint16(order.AppendUint16(exif, 0x0112), 3), 1), order.AppendUint16(nil, turned)...)
	exif = append(exif, 0, 0)
	exif = order.AppendUint32(order.AppendUint32(order.AppendUint16(order.AppendUint16(exif, 0x8825), 4), 1), 38)
	exif = append(order.AppendUint32(exif, 0), secret...)
	out := []byte{0xff, 0xd8}
	for _, s := range []struct {
		mark byte
		body string
	}{{0xe0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"}, {0xe1, "Exif\x00\x00" + string(exif)}, {0xe1, "http://ns.adobe.com/xap/1.0/\x00" + secret}, {0xe2, "ICC_PROFILE\x00\x01\x01colours"},
		{0xe2, "MPF\x00" + secret}, {0xed, secret}, {0xfe, secret}} {
		out = append(binary.BigEndian.AppendUint16(append(out, 0xff, s.mark), uint16(2+len(s.body))), s.body...)
	}
	out = append(out, b.Bytes()[2:]...)
	return append(out, "\xff\xd8"+secret+"\xff\xd9"...)
}

func TestPhotoForgetsWhereItWasTakenAndStaysTheRightWayUp(t *testing.T) {
	for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
		for turned := uint16(1); turned <= 8; turned++ {
			raw := taken(t, order, turned)
			got, err := bareJPEG(raw)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(got, []byte(secret)) {
				t.Errorf("turned %d: where it was taken is still in it", turned)
			}
			if !bytes.Contains(got, []byte("colours")) {
				t.Error("its colours are gone")
			}
			if now := turnIn(got); now != turned {
				t.Errorf("got turned %d, want %d", now, turned)
			}
			if img, err := jpeg.Decode(bytes.NewReader(got)); err != nil || img.Bounds().Dx() != 30 {
				t.Errorf("the picture itself: %v", err)
			}
			if again, err := bareJPEG(got); err != nil || !bytes.Equal(again, got) {
				t.Error("a bare photo is changed again")
			}
		}
	}
}

// turnIn finds how a JPEG says it is turned.
func turnIn(raw []byte) uint16 {
	_, exif, ok := bytes.Cut(raw, []byte("Exif\x00\x00"))
	if !ok {
		return 1
	}
	return turnOf(exif)
}

func TestOtherPhotosForgetToo(t *testing.T) {
	chunk := func(name, data string) []byte {
		out := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), name+data...)
		return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
	}
	var p, g bytes.Buffer
	img := image.NewPaletted(image.Rect(0, 0, 8, 6), color.Palette{color.Black, color.White})
	if err := png.Encode(&p, img); err != nil {
		t.Fatal(err)
	}
	if err := gif.EncodeAll(&g, &gif.GIF{Image: []*image.Paletted{img, img}, Delay: []int{5, 5}}); err != nil {
		t.Fatal(err)
	}
	ihdr := 8 + 25
	pngs := bytes.Join([][]byte{p.Bytes()[:ihdr], chunk("eXIf", secret), chunk("tEXt", "GPS\x00"+secret), p.Bytes()[ihdr:], []byte(secret)}, nil)
	head := bytes.Index(g.Bytes(), []byte("\x21\xff\x0bNETSCAPE"))
	gifs := bytes.Join([][]byte{g.Bytes()[:head], []byte("\x21\xfe\x12" + secret + "\x00"), []byte("\x21\xff\x0bXMP DataXMP\x12" + secret + "\x00"), g.Bytes()[head:], []byte(secret)}, nil)
	vp8x := append([]byte{webpEXIF | webpXMP, 0, 0, 0}, 7, 0, 0, 5, 0, 0)
	exif := append(turnOnly(6), secret...)
	body := appendWebP(appendWebP(appendWebP(appendWebP([]byte("WEBP"), "VP8X", vp8x), "VP8L", []byte{0x2f, 7, 64, 1, 0}), "EXIF", exif), "XMP ", []byte(secret))
	webp := append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
	for kind, raw := range map[string][]byte{"image/png": pngs, "image/gif": gifs, "image/webp": webp} {
		got, err := bared[kind](raw)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if bytes.Contains(got, []byte(secret)) {
			t.Errorf("%s: what was noted in it is still there", kind)
		}
		if k, err := kindOf(got); err != nil || k != kind {
			t.Errorf("%s: got %s %v afterwards", kind, k, err)
		}
	}
	if film, err := bareGIF(gifs); err == nil {
		if all, err := gif.DecodeAll(bytes.NewReader(film)); err != nil || len(all.Image) != 2 {
			t.Errorf("the film: %v", err)
		}
	}
	bare, _ := bareWebP(webp)
	if !bytes.Contains(bare, turnOnly(6)) {
		t.Error("the WebP does not stay the right way up")
	}
}

// FuzzBare: whatever comes in, the answer is a photo that is bare already, or a refusal.
func FuzzBare(f *testing.F) {
	f.Add(taken(f, binary.LittleEndian, 6))
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x00IEND\xae\x42\x60\x82"))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b"))
	f.Add([]byte("RIFF\x28\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x0c\x00\x00\x00\x07\x00\x00\x05\x00\x00VP8L\x05\x00\x00\x00\x2f\x07\x40\x01\x00\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, _ = kindOf(raw)
		for kind, bare := range bared {
			got, err := bare(raw)
			if err != nil {
				continue
			}
			if again, err := bare(got); err != nil || !bytes.Equal(again, got) {
				t.Errorf("%s: bare, and yet %v again", kind, err)
			}
		}
	})
}
