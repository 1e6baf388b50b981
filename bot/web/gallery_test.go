package web_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"linli/bot/web"
)

var picturesPath = flag.String("pictures", "", "folder for a picture of every page and state, at every width")

// A morning is a town whose people have talked since ten, with a clock that can be set ahead.
type morning struct {
	*town
	ahead atomic.Int64
}

func (m *morning) later(d time.Duration) { m.ahead.Add(int64(d)) }

// newMorning lets the people of lan talk: a request, a second voice, a question, a 接龙, a photo, words taken back.
func newMorning(t *testing.T) *morning {
	t.Helper()
	start, ten := time.Now(), time.Date(2026, 5, 11, 2, 6, 0, 0, time.UTC) // 10:06 in China, a Monday
	m := &morning{}
	m.town = newTown(t, web.Options{Clock: func() time.Time { return ten.Add(time.Since(start) + time.Duration(m.ahead.Load())) }})
	zhang, zhou, wang, sun := m.as("web-neighbour-1"), m.as("web-neighbour-2"), m.as("s1"), m.as("v1")
	sun.says("vol", "#接龙\n周六包饺子（上午9点，活动室）\n\n1. 孙老师\n2. 李奶奶 3-101")
	sun.says("all", "今天降温，出门多穿点")
	zhou.says("all", "@张阿姨 3-502 您的快递在门口，我帮您拿上来")
	zhang.says("g3", "三号楼二单元楼道的灯又不亮了，昨晚我下楼差点摔一跤")
	first := m.said("g3")[0].ID
	zhang.sends(t, "g3", "灯.jpg", stairs(t))
	m.later(3 * time.Minute)
	m.until("小邻 acknowledges", m.answers("g3", 1))
	zhou.must("POST", "/chat/g3/say", url.Values{"token": {"same-here"}, "text": {"我们这层也不亮，灯黑了两天了"}, "reply": {first}})
	zhou.must("POST", "/chat/g3/say", url.Values{"token": {"by-voice"}, "mode": {"voice"}, "text": {"老人晚上下楼都要打手电，能不能快点修一修"}})
	wang.says("g3", "收到，下午请李工去看")
	sun.says("g3", "发错群了")
	lines := m.said("g3")
	sun.must("POST", "/chat/g3/recall", url.Values{"message": {lines[len(lines)-1].ID}})
	m.until("the words are taken back", func() bool { l := m.said("g3"); return l[len(l)-1].Recalled || l[len(l)-2].Recalled })
	m.later(9 * time.Minute)
	sun.says("g3", "#接龙\n周六包饺子（上午9点，活动室）\n\n1. 孙老师\n2. 李奶奶 3-101")
	zhang.says("g3", "大家早上好呀☀️ 今天降温，多穿点")
	m.later(time.Minute)
	zhou.says("g3", "@小邻 社区食堂几点开饭？")
	m.later(3 * time.Minute)
	m.until("小邻 answers the question", m.answers("g3", 2))
	return m
}

// answers reports whether 小邻 has spoken n times in a group.
func (m *morning) answers(g string, n int) func() bool {
	return func() bool {
		own := 0
		for _, l := range m.said("g3") {
			if l.Own {
				own++
			}
		}
		return own >= n
	}
}

// stairs is a photo of a dark staircase.
func stairs(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 600, 800))
	for x := range 600 {
		for y := range 800 {
			step := uint8(18 + 14*((y+x/3)/60%4))
			img.Set(x, y, color.RGBA{step + 6, step, step + 14, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// keeps writes a picture of the screen, when pictures are wanted.
func (p *phone) keeps(name string) {
	p.w.t.Helper()
	if *picturesPath == "" {
		return
	}
	var shot []byte
	p.do(chromedp.CaptureScreenshot(&shot))
	if err := os.WriteFile(filepath.Join(*picturesPath, name+".png"), shot, 0o644); err != nil {
		p.w.t.Fatal(err)
	}
}

// TestEveryStateOnEveryScreen goes through the pages as a resident does, and looks at each for what a picky eye would see.
func TestEveryStateOnEveryScreen(t *testing.T) {
	m := newMorning(t)
	all := browsers(t)
	for i, size := range []struct{ wide, high int64 }{{360, 740}, {390, 844}, {1280, 800}} {
		p := m.phone(all, size.wide, size.high)
		keep := func(state string) {
			p.keeps(fmt.Sprintf("%s-%d", state, size.wide))
			p.sound(state)
		}
		p.do(chromedp.Navigate(p.w.url+"/who"), chromedp.WaitVisible(".role"))
		keep("who")
		p.enters("张阿姨")
		keep("list")
		p.opens("g3")
		p.do(chromedp.WaitVisible("#log .own"))
		p.until("the photo is there", `document.querySelector("#log .photo img")?.naturalWidth > 0`)
		if !p.truth(`document.querySelector("#log .own a.call")?.href === "tel:010-55500142"`) {
			t.Error("the number in the answer cannot be called")
		}
		keep("talk")
		p.do(chromedp.Evaluate(`document.getElementById("scroll").scrollTop = 0`, nil))
		keep("talk-top")
		p.do(chromedp.Evaluate(`document.getElementById("scroll").scrollTop = 620`, nil))
		keep("talk-middle")
		p.types("@")
		p.do(chromedp.WaitVisible("#names li"))
		keep("completion")
		p.do(chromedp.Evaluate(`(() => { const w = document.getElementById("words"); w.value = ""; w.dispatchEvent(new Event("input")); })()`, nil))
		p.do(chromedp.Evaluate(`[...document.querySelectorAll("#log .line")].filter(l => l.textContent.includes("大家早上好")).at(-1).scrollIntoView({block: "center"})`, nil),
			settled(), chromedp.Evaluate(`[...document.querySelectorAll("#log .line")].filter(l => l.textContent.includes("大家早上好")).at(-1).querySelector(".more").click()`, nil), chromedp.WaitVisible("#menu button"))
		keep("menu")
		p.do(chromedp.Click(`//*[@id="menu"]/button[.="引用"]`, chromedp.BySearch))
		keep("quoting")
		p.do(chromedp.Click("#quoting button"), chromedp.Click("#plus"))
		keep("tray")
		p.do(chromedp.Click("#plus"))
		if size.wide < 1080 {
			p.do(chromedp.Click("#peek"), chromedp.WaitVisible("#mind.up .card"))
		}
		keep("mind")
		p.do(chromedp.Evaluate(`document.querySelector(".card details").open = true; document.querySelector(".thoughts").scrollIntoView()`, nil))
		keep("mind-thoughts")
		if size.wide < 1080 {
			// What slides is missed by a pointer now and then; this test is about looks, so the button is pressed itself.
			p.do(settled(), chromedp.Evaluate(`document.querySelector(".mind-close").click()`, nil))
			p.until("the panel is down", `!document.querySelector("#mind.up")`)
		}
		p.do(chromedp.Navigate(p.w.url+"/chat/not-there"), chromedp.WaitVisible(".door-main"))
		keep("lost")
		p.opens("vol")
		keep("roll")
		p.opens("@me")
		keep("private")
		m.as("v1").must("POST", "/chat/all/say", url.Values{"token": {fmt.Sprint("long-token-", i)}, "text": {strings.Repeat("各位邻居，今天下午两点到四点，三号楼加压泵检修，高层可能短时停水，请提前接好水；检修完毕会在群里告诉大家。", 12)}})
		p.opens("all")
		keep("long")
		p.types("没有网的时候说的话")
		p.do(offline(true), chromedp.Click("#send"), chromedp.WaitVisible(".toast.on"))
		keep("toast")
		p.until("the toast is gone", `!document.querySelector(".toast.on")`)
		p.do(chromedp.WaitVisible(".offline"))
		keep("offline")
		p.do(offline(false))
		p.until("it listens again", `document.querySelector(".offline").hidden`)
		p.joins(fmt.Sprint("新邻居", i))
		keep("newcomer-list")
		p.opens("g3")
		keep("newcomer-talk")
		p.opens("@me")
		keep("newcomer-private")
		p.opens("new")
		keep("empty")
		if size.wide < 1080 {
			p.do(chromedp.Click("#peek"), chromedp.WaitVisible("#mind.up .mind-empty"))
		}
		keep("empty-mind")
		p.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}))
		p.opens("g3")
		keep("dark-talk")
		p.do(chromedp.Navigate(p.w.url+"/"), chromedp.WaitVisible("#rooms"))
		keep("dark-list")
		p.do(chromedp.Navigate(p.w.url+"/who"), chromedp.WaitVisible(".role"))
		keep("dark-who")
	}
}

// joins walks in as somebody new.
func (p *phone) joins(name string) {
	p.w.t.Helper()
	p.do(chromedp.Navigate(p.w.url+"/who"), chromedp.WaitVisible(".newcomer"), chromedp.Focus(`.newcomer input[name="name"]`), input.InsertText(name),
		chromedp.Click(".newcomer .primary"), chromedp.WaitVisible("#rooms"))
}

// until polls the page.
func (p *phone) until(what, js string) {
	p.w.t.Helper()
	p.w.until(what, func() bool { return p.truth(js) })
}

// settled waits until what was scrolled has been drawn; the menu closes when the talk moves.
func settled() chromedp.Action {
	return chromedp.Evaluate(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`, nil,
		func(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) })
}
