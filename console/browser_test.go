package console_test

import (
	"bytes"
	"context"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"

	"linli/bot"
	"linli/community"
	"linli/store"
)

var pictures = flag.String("pictures", "", "folder for pictures of the pages")

// A phone is a real browser looking at the town.
type phone struct {
	w   *town
	ctx context.Context
}

// phone starts a Chromium of its own, as wide as asked, and notes what the page complains about.
func (w *town) phone(wide, high int64) *phone {
	w.t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.WindowSize(int(wide), int(high)), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("lang", "zh-CN"))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	ctx, late := context.WithTimeout(ctx, 2*time.Minute)
	complaints := make(chan string, 64)
	chromedp.ListenTarget(ctx, func(e any) {
		if x, ok := e.(*log.EventEntryAdded); ok && x.Entry.Level == log.LevelError {
			select {
			case complaints <- x.Entry.Text + " " + x.Entry.URL:
			default:
			}
		}
	})
	w.t.Cleanup(func() {
		late()
		cancel()
		stop()
		select {
		case c := <-complaints:
			w.t.Errorf("the page complained: %s", c)
		default:
		}
	})
	p := &phone{w, ctx}
	p.do(log.Enable(), emulation.SetDeviceMetricsOverride(wide, high, 1, wide < 760), emulation.SetTouchEmulationEnabled(wide < 760))
	return p
}

func (p *phone) do(acts ...chromedp.Action) {
	p.w.t.Helper()
	if err := chromedp.Run(p.ctx, acts...); err != nil {
		p.w.t.Fatal(err)
	}
}

// logsIn opens a login link and presses its button.
func (p *phone) logsIn(person community.PersonID) {
	p.w.t.Helper()
	p.do(chromedp.Navigate(p.w.url+p.w.link(person)), chromedp.Click(`.primary`), chromedp.WaitVisible(`.figures`))
}

func (p *phone) opens(path string) {
	p.w.t.Helper()
	p.do(chromedp.Navigate(p.w.url+path), chromedp.WaitVisible(`main`))
}

func (p *phone) text(where string) (s string) {
	p.w.t.Helper()
	p.do(chromedp.Evaluate(`[...document.querySelectorAll(`+"`"+where+"`"+`)].map(e => e.textContent).join("\n")`, &s))
	return s
}

// sees waits until a place shows a text.
func (p *phone) sees(where, text string) {
	p.w.t.Helper()
	p.w.until(where+" shows "+text, func() bool { return strings.Contains(p.text(where), text) })
}

func (p *phone) truth(js string) (ok bool) {
	p.w.t.Helper()
	p.do(chromedp.Evaluate(js, &ok))
	return ok
}

// keeps writes a picture of the whole page, when pictures are wanted.
func (p *phone) keeps(name string) {
	p.w.t.Helper()
	if *pictures == "" {
		return
	}
	var shot []byte
	p.do(chromedp.FullScreenshot(&shot, 100))
	p.w.ok(os.WriteFile(filepath.Join(*pictures, name+".png"), shot, 0o644))
}

// busyMorning fills lan with what a community worker finds on a Monday.
func busyMorning(w *town) {
	w.t.Helper()
	hash, err := w.house.SaveBlob(context.Background(), bytes.NewReader(darkStairs(w.t)), 1<<20)
	w.ok(err)
	old := rubbish
	old.ago = 9 * 24 * time.Hour
	w.says(old)
	w.says(lamp)
	w.says(words{id: "m2", group: "g3", sender: "r1", name: "唐阿姨 3-402", blobs: []string{hash}, ago: 119 * time.Minute, read: community.Reading{Intent: community.More, Request: "2"}})
	w.says(words{id: "m3", group: "g3", sender: "r2", name: "阿健 3-602", text: "我们这也是，黑漆漆的", ago: 100 * time.Minute, read: community.Reading{Intent: community.Same, Request: "2"}})
	w.says(words{id: "q1", group: "all", sender: "r4", name: "芳芳妈 6-103", text: "请问老年食堂几点开门，我妈想去吃", ago: 80 * time.Minute, read: community.Reading{Intent: community.Question}})
	aid := asks("aid", "我家这个月实在交不起房租,大病刚出院,能申请救助吗", community.Place{})
	w.says(words{id: "h1", sender: "r5", name: "小何", text: "我家这个月实在交不起房租，大病刚出院，能申请救助吗", ago: 70 * time.Minute, read: aid})
	w.says(words{id: "k1", group: "all", sender: "r6", name: "贝贝爸 9-504", text: "9号楼1单元电梯又停了，老人下不去", ago: 50 * time.Minute,
		read: asks("elevator", "9号楼1单元电梯又停了,老人下不去", community.Place{Building: "9", Unit: "1"})})
	trapped := asks("elevator", "救命,有人困在电梯里了,2号楼2单元", community.Place{Building: "2", Unit: "2"})
	trapped.Urgency = community.Emergency
	w.says(words{id: "e1", group: "all", sender: "r7", name: "小孟 2-1101", text: "救命，有人困在电梯里了，2号楼2单元", ago: 3 * time.Minute, read: trapped})
	w.mouth.fails(&bot.Failure{Certain: true, Say: "群主把小邻禁言了", Err: errLost})
	w.says(gym)
	w.until("the mouth has failed", func() bool { return w.house.Stats().Refused > 0 })
	w.mouth.fails(nil)
	w.ok(w.mouth.hear(context.Background(), community.Message{ID: "x1", Handle: handle("wx-7731"), Sender: "u", Name: "7号楼楼长", Kind: community.Text, Text: "大家好", At: w.house.Now()}))
	setAside(w, "z1", "这条消息让程序出错了")
	w.settled()
}

// setAside gives an event up as the pen does after three tries.
func setAside(w *town, id, text string) {
	w.t.Helper()
	m := community.Message{ID: id, Group: "g3", Handle: handle("lan-g3"), Sender: "r3", Name: "陈师傅 3-302", Kind: community.Text, Text: text, At: w.house.Now()}
	key := community.MessageKey(m.Handle, m.ID)
	w.update(func(tx store.Tx) {
		// The pen would decide it at once, so it is received and given up in one stroke.
		store.Receive(tx, community.Event{Key: key, At: w.house.Now(), Message: &m})
		for range store.MaxTries {
			store.Tried(tx, key, "runtime.boundsError\ngoroutine 41 [running]:\nlinli/understand.(*Reader).Read(0xc0001a2000)\n\tunderstand/read.go:61 +0x1d4", w.house.Now())
		}
	})
}

func darkStairs(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 480, 360))
	for x := range 480 {
		for y := range 360 {
			step := uint8(12 + 10*((y+x/3)/40%4))
			img.Set(x, y, color.RGBA{step, step, step + 14, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tooWide lists what sticks out of the screen to the right.
const tooWide = `document.documentElement.scrollWidth > document.documentElement.clientWidth`

// TestAMorningAtTheDesk logs in by the link, finds the request, gives it to somebody, moves it and sees the history grow.
func TestAMorningAtTheDesk(t *testing.T) {
	w := newTown(t)
	busyMorning(w)
	p := w.phone(390, 844)
	p.do(chromedp.Navigate(w.url+"/staff/"), chromedp.WaitVisible(`.ways`))
	p.keeps("door-390")
	p.do(chromedp.Navigate(w.url + w.link("c1")))
	p.keeps("link-390")
	p.do(chromedp.Click(`.primary`), chromedp.WaitVisible(`.figures`))
	p.sees(`.hello`, "陈书记，早上好")
	p.sees(`.alarms`, "可能有生命危险")
	p.sees(`.rows li:first-child`, "危急")
	p.sees(`.rows`, "照明")
	p.keeps("desk-390")

	p.do(chromedp.Click(`//a[contains(@class,"row")][contains(.,"照明")]`, chromedp.BySearch), chromedp.WaitVisible(`.steps`))
	steps := strings.Count(p.text(`.step-head`), "\n") + 1
	p.sees(`.talk`, "摸黑上楼")
	w.until("the photo is shown", func() bool { return p.truth(`document.querySelector(".photo img").naturalWidth === 480`) })
	p.keeps("file-390-fresh")
	p.do(chromedp.SetValue(`select[name=to]`, "p1"), chromedp.Click(`//button[.="派给这位"]`, chromedp.BySearch), chromedp.WaitVisible(`.notice.good`))
	p.sees(`.notice`, "派给 钱师傅")
	p.do(chromedp.Click(`input[name=to][value=in_hand]`), chromedp.SendKeys(`textarea[name=why]`, "qian"), chromedp.Click(`//button[.="改进度"]`, chromedp.BySearch))
	p.sees(`.notice.good`, "改为「处理中」")
	p.sees(`.track .here`, "处理中")
	if now := strings.Count(p.text(`.step-head`), "\n") + 1; now != steps+2 {
		t.Errorf("got %d steps of history, want %d", now, steps+2)
	}
	p.keeps("moved-390")
	p.do(chromedp.Click(`input[name=to][value=unproved]`), chromedp.Click(`//button[.="改进度"]`, chromedp.BySearch))
	p.sees(`.notice.bad`, "请写明怎么办好的")
	if !p.truth(`document.querySelector("input[name=to][value=unproved]").checked`) {
		t.Error("after a refusal the form has forgotten what was chosen")
	}
	p.keeps("refused-390")
	if r := w.request("2"); r.State != community.InHand || r.Owner != "p1" {
		t.Errorf("got %s of %s, want in hand of p1", r.State, r.Owner)
	}
}

func TestPagesFitEveryScreen(t *testing.T) {
	w := newTown(t)
	busyMorning(w)
	for _, size := range []struct {
		name       string
		wide, high int64
	}{{"360", 360, 740}, {"390", 390, 844}, {"1280", 1280, 800}} {
		p := w.phone(size.wide, size.high)
		p.logsIn("c1")
		for name, path := range map[string]string{"desk": "/staff/", "filter": "/staff/?owner=-&group=g3", "empty": "/staff/?closed=1", "file": "/staff/r/2", "people": "/staff/people"} {
			p.opens(path)
			if name == "desk" {
				p.do(chromedp.Evaluate(`document.querySelectorAll(".strangers details, .stack").forEach(d => d.open = true)`, nil))
			}
			p.keeps(name + "-" + size.name)
			if p.truth(tooWide) {
				t.Errorf("%s at %s: the page is wider than the screen", path, size.name)
			}
			if bad := p.faint(); bad != "" {
				t.Errorf("%s at %s: too little contrast: %s", path, size.name, bad)
			}
			if bad := p.nameless(); bad != "" {
				t.Errorf("%s at %s: without a name: %s", path, size.name, bad)
			}
		}
		p.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}))
		for _, path := range []string{"/staff/", "/staff/r/2", "/staff/people"} {
			p.opens(path)
			p.keeps("dark" + strings.ReplaceAll(path, "/", "-") + "-" + size.name)
			if bad := p.faint(); bad != "" {
				t.Errorf("%s at %s in the dark: too little contrast: %s", path, size.name, bad)
			}
		}
	}
}

// faint names texts whose contrast with what is behind them is below 4.5, or 3 when large.
func (p *phone) faint() (bad string) {
	p.w.t.Helper()
	p.do(chromedp.Evaluate(`(() => {
		const lum = ([r, g, b]) => [r, g, b].map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 }).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
		const rgb = s => (s.match(/[\d.]+/g) || []).map(Number);
		const behind = e => { for (; e; e = e.parentElement) { const s = getComputedStyle(e); if (s.backgroundImage.startsWith("linear")) return null; const c = rgb(s.backgroundColor); if (c.length === 3 || c[3] === 1) return c } return [255, 255, 255] };
		const out = [];
		for (const e of document.querySelectorAll("body *")) {
			if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.checkVisibility() || e.closest(".sr, .skip, option")) continue;
			const s = getComputedStyle(e), bg = behind(e);
			if (!bg) continue;
			const a = lum(rgb(s.color).slice(0, 3)), b = lum(bg), ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
			const large = parseFloat(s.fontSize) >= 24 || parseFloat(s.fontSize) >= 18.66 && s.fontWeight >= 700;
			if (ratio < (large ? 3 : 4.5)) out.push(e.className + " " + e.textContent.trim().slice(0, 12) + " " + ratio.toFixed(2));
		}
		return out.slice(0, 4).join(" | ");
	})()`, &bad))
	return bad
}

// nameless names fields, buttons and pictures that a screen reader could not name, and double ids.
func (p *phone) nameless() (bad string) {
	p.w.t.Helper()
	p.do(chromedp.Evaluate(`(() => {
		const out = [];
		for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) if (!e.labels?.length || !e.labels[0].textContent.trim()) out.push(e.outerHTML.slice(0, 60));
		for (const e of document.querySelectorAll("button, a")) if (!(e.textContent.trim() || e.getAttribute("aria-label") || e.querySelector("img[alt]"))) out.push(e.outerHTML.slice(0, 60));
		for (const e of document.querySelectorAll("img")) if (!e.alt) out.push(e.outerHTML.slice(0, 60));
		const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
		if (new Set(ids).size !== ids.length) out.push("an id twice");
		if (document.querySelectorAll("h1").length !== 1) out.push("not one h1");
		return out.slice(0, 4).join(" | ");
	})()`, &bad))
	return bad
}
