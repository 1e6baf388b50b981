package web_test

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var (
	picturePath = flag.String("picture", "", "where to keep the README's picture, e.g. ../../docs/chat.png")
	pictureOf   = flag.String("of", "http://127.0.0.1:8080", "the running linli serve that is looked at, with the sample community in it")
)

// TestPictureOfTheSample looks at a running linli as a resident of the sample community does.
func TestPictureOfTheSample(t *testing.T) {
	if *picturePath == "" {
		t.Skip("no -picture is wanted")
	}
	ctx, late := context.WithTimeout(browsers(t), time.Minute)
	defer late()
	var shot []byte
	err := chromedp.Run(ctx, emulation.SetDeviceMetricsOverride(1240, 760, 2, false), chromedp.Navigate(*pictureOf+"/who"),
		chromedp.Click(`//button[contains(@class,"role")][contains(.,"张阿姨")]`, chromedp.BySearch), chromedp.WaitVisible("#rooms"),
		chromedp.Navigate(*pictureOf+"/chat/g1"), chromedp.WaitVisible("#panel .card"), chromedp.WaitVisible("#log .own"), settled(), chromedp.CaptureScreenshot(&shot))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil || img.Bounds().Dx() != 2480 {
		t.Fatalf("the picture: %v", err)
	}
	shot = smaller(t, img)
	if len(shot) > 300<<10 {
		t.Errorf("the picture has %d bytes, want at most 300 KiB", len(shot))
	}
	if err := os.WriteFile(*picturePath, shot, 0o644); err != nil {
		t.Fatal(err)
	}
}

// smaller draws the picture in its 256 commonest colours.
func smaller(t *testing.T, img image.Image) []byte {
	t.Helper()
	count := map[color.Color]int{}
	box := img.Bounds()
	for y := range box.Dy() {
		for x := range box.Dx() {
			count[img.At(x, y)]++
		}
	}
	all := slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int { return cmp.Compare(count[b], count[a]) })
	few := color.Palette(all[:min(256, len(all))])
	nearest := map[color.Color]uint8{}
	for _, c := range all {
		nearest[c] = uint8(few.Index(c))
	}
	out := image.NewPaletted(box, few)
	for y := range box.Dy() {
		for x := range box.Dx() {
			out.SetColorIndex(x, y, nearest[img.At(x, y)])
		}
	}
	var buf bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&buf, out); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}
