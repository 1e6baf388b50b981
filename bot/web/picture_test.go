package web_test

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"linli/bot"
	"linli/bot/web"
)

var picturePath = flag.String("picture", "", "where to keep the picture of a conversation, e.g. ../../docs/chat.png")

// TestPictureOfAConversation talks through a morning and looks at it; with -picture the README's picture is made anew.
func TestPictureOfAConversation(t *testing.T) {
	start, morning := time.Now(), time.Date(2026, 5, 11, 2, 6, 0, 0, time.UTC) // 10:06 in China, a Monday
	var ahead atomic.Int64
	w := newTown(t, web.Options{Clock: func() time.Time { return morning.Add(time.Since(start) + time.Duration(ahead.Load())) }})
	zhang, zhou, wang, sun := w.as("web-neighbour-1"), w.as("web-neighbour-2"), w.as("s1"), w.as("v1")
	sun.says("vol", "#接龙\n周六包饺子（上午9点，活动室）\n\n1. 孙老师\n2. 李奶奶 3-101")
	sun.says("all", "今天降温，出门多穿点")
	zhang.says("g3", "三号楼二单元楼道的灯又不亮了，昨晚我下楼差点摔一跤")
	ahead.Add(int64(3 * time.Minute))
	answered := func(n int) func() bool {
		return func() bool {
			own := 0
			for _, l := range w.said("g3") {
				if l.Own {
					own++
				}
			}
			return own >= n
		}
	}
	w.until("小邻 answers", answered(1))
	lines := w.said("g3")
	first := lines[slices.IndexFunc(lines, func(l bot.Line) bool { return !l.Own })].ID
	zhou.must("POST", "/chat/g3/say", map[string][]string{"token": {"same-here"}, "text": {"我们这层也不亮，灯黑了两天了"}, "reply": {first}})
	wang.says("g3", "收到，下午请李工去看")
	ahead.Add(int64(4 * time.Minute))
	zhou.says("g3", "@小邻 社区食堂几点开饭？")
	ahead.Add(int64(3 * time.Minute))
	w.until("小邻 answers the question", answered(2))

	p := w.phone(browsers(t), 1280, 800)
	p.enters("张阿姨")
	p.opens("g3")
	p.sees("#panel .card", "照明")
	p.sees("#log .own", "小邻")
	p.do(chromedp.WaitVisible("#log .tag"))
	var shot []byte
	p.do(chromedp.CaptureScreenshot(&shot))
	if img, err := png.Decode(bytes.NewReader(shot)); err != nil || img.Bounds().Dx() != 1280 {
		t.Fatalf("the picture: %v", err)
	}
	if *picturePath == "" {
		return
	}
	if len(shot) > 300<<10 {
		t.Errorf("the picture has %d bytes, want at most 300 KiB", len(shot))
	}
	if err := os.WriteFile(*picturePath, shot, 0o644); err != nil {
		t.Fatal(err)
	}
}
