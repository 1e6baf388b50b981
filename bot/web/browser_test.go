package web_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"linli/bot/web"
)

// A phone is a real browser with its own cookies, looking at the town.
type phone struct {
	w   *town
	ctx context.Context
}

// browsers starts one Chromium for a test; each phone is a window with cookies of its own.
func browsers(t *testing.T) context.Context {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.WindowSize(390, 844), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("lang", "zh-CN"))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	return ctx
}

// phone opens a fresh window, as wide as asked, and notes what the page complains about.
func (w *town) phone(all context.Context, wide, high int64) *phone {
	w.t.Helper()
	ctx, cancel := chromedp.NewContext(all, chromedp.WithTargetID(w.window(all)))
	ctx, late := context.WithTimeout(ctx, 2*time.Minute)
	p := &phone{w, ctx}
	complaints := make(chan string, 64)
	chromedp.ListenTarget(ctx, func(e any) {
		text := ""
		switch x := e.(type) {
		case *runtime.EventExceptionThrown:
			text = x.ExceptionDetails.Error()
		case *runtime.EventConsoleAPICalled:
			if x.Type == runtime.APITypeError {
				text = string(x.Args[0].Value)
			}
		}
		if text != "" {
			select {
			case complaints <- text:
			default:
			}
		}
	})
	w.t.Cleanup(func() {
		cancel()
		late()
		select {
		case c := <-complaints:
			w.t.Errorf("the page complained: %s", c)
		default:
		}
	})
	p.do(emulation.SetFocusEmulationEnabled(true), emulation.SetDeviceMetricsOverride(wide, high, 1, wide < 760), emulation.SetTouchEmulationEnabled(wide < 760))
	return p
}

// window opens a window with cookies of its own. It must be a window: headless Chromium opens no tab where it has none.
func (w *town) window(all context.Context) (id target.ID) {
	w.t.Helper()
	err := chromedp.Run(all, chromedp.ActionFunc(func(ctx context.Context) error {
		ctx = cdp.WithExecutor(ctx, chromedp.FromContext(ctx).Browser)
		own, err := target.CreateBrowserContext().Do(ctx)
		if err == nil {
			id, err = target.CreateTarget("about:blank").WithBrowserContextID(own).WithNewWindow(true).Do(ctx)
		}
		return err
	}))
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (p *phone) do(acts ...chromedp.Action) {
	p.w.t.Helper()
	if err := chromedp.Run(p.ctx, acts...); err != nil {
		p.w.t.Fatal(err)
	}
}

// enters takes on a role by the page, as a visitor would.
func (p *phone) enters(name string) {
	p.w.t.Helper()
	p.do(chromedp.Navigate(p.w.url+"/who"), chromedp.Click(`//button[contains(@class,"role")][contains(.,"`+name+`")]`, chromedp.BySearch), chromedp.WaitVisible("#rooms"))
}

func (p *phone) opens(g string) {
	p.w.t.Helper()
	p.do(chromedp.Navigate(p.w.url+"/chat/"+g), chromedp.WaitVisible("html.js #words"))
}

func (p *phone) says(text string) {
	p.w.t.Helper()
	p.types(text)
	p.do(chromedp.Click("#send"))
	p.w.until("the words are sent", func() bool { return p.value("#words") == "" })
}

// types writes as an input method does: chromedp has no keys for Chinese.
func (p *phone) types(text string) {
	p.w.t.Helper()
	p.do(chromedp.Focus("#words"), input.InsertText(text))
}

// presses sends one key to the composer as the page sees it: headless Chromium answers no key event of its own in a second window.
func (p *phone) presses(key string) {
	p.w.t.Helper()
	p.do(chromedp.Evaluate(`document.getElementById("words").dispatchEvent(new KeyboardEvent("keydown", {key: "`+key+`", bubbles: true, cancelable: true}))`, nil))
}

// sees waits until a place shows a text.
func (p *phone) sees(where, text string) {
	p.w.t.Helper()
	p.w.until(where+" shows "+text, func() bool { return strings.Contains(p.text(where), text) })
}

func (p *phone) text(where string) (s string) {
	p.w.t.Helper()
	p.do(chromedp.Evaluate(`[...document.querySelectorAll(`+"`"+where+"`"+`)].map(e => e.textContent).join("\n")`, &s))
	return s
}

func (p *phone) value(where string) (s string) {
	p.w.t.Helper()
	p.do(chromedp.Evaluate(`document.querySelector("`+where+`").value`, &s))
	return s
}

func (p *phone) truth(js string) (ok bool) {
	p.w.t.Helper()
	p.do(chromedp.Evaluate(js, &ok))
	return ok
}

// act opens the menu of the newest bubble with that text and taps an entry.
func (p *phone) act(words, entry string) {
	p.w.t.Helper()
	p.do(chromedp.Evaluate(`[...document.querySelectorAll("#log .line")].filter(l => l.textContent.includes("`+words+`")).at(-1).querySelector(".more").click()`, nil),
		chromedp.Click(`//*[@id="menu"]/button[.="`+entry+`"]`, chromedp.BySearch))
}

func TestTwoPhonesInOneGroup(t *testing.T) {
	w := newTown(t, web.Options{})
	all := browsers(t)
	a, b := w.phone(all, 390, 844), w.phone(all, 360, 740)
	a.enters("张阿姨")
	b.enters("孙老师")
	a.opens("g3")
	b.opens("g3")
	a.sees("#tries", "3号楼2单元的电梯又停了")

	a.says("今天好冷啊")
	b.sees("#log", "今天好冷啊")
	b.act("今天好冷啊", "引用")
	b.says("是呀，多穿点")
	a.sees("#log .quote", "今天好冷啊")
	a.sees("#log .line:not(.mine) .bubble", "是呀，多穿点")
	a.says("这句说错了")
	b.sees("#log", "这句说错了")
	a.act("这句说错了", "撤回")
	b.sees("#log .notice", "撤回了一条消息")
	if strings.Contains(b.text("#log"), "这句说错了") {
		t.Error("the recalled words are still on the other phone")
	}
	a.sees("#log .notice", "重新编辑")

	b.says(`<b id="evil">粗体</b><img src=x onerror="window.evil=1">`)
	a.sees("#log .bubble", `<b id="evil">`)
	if a.truth(`!!document.getElementById("evil") || !!window.evil`) {
		t.Error("words became markup")
	}
}

func TestPhotoAppearsOnTheOtherPhone(t *testing.T) {
	w := newTown(t, web.Options{})
	all := browsers(t)
	a, b := w.phone(all, 390, 844), w.phone(all, 390, 844)
	a.enters("张阿姨")
	b.enters("物业李工")
	a.opens("g3")
	b.opens("g3")
	file := filepath.Join(t.TempDir(), "灯.png")
	if err := os.WriteFile(file, picture(t, 320, 240), 0o600); err != nil {
		t.Fatal(err)
	}
	a.do(chromedp.SetUploadFiles("#photo", []string{file}))
	w.until("the photo is shown", func() bool {
		return b.truth(`(document.querySelector("#log .photo img")?.naturalWidth ?? 0) === 320`)
	})
}

func TestPanelShowsTheRequest(t *testing.T) {
	w := newTown(t, web.Options{})
	all := browsers(t)
	a, b := w.phone(all, 1280, 800), w.phone(all, 390, 844)
	a.enters("张阿姨")
	b.enters("孙老师")
	a.opens("g3")
	b.opens("g3")
	a.says("三号楼二单元楼道的灯又不亮了")
	for _, p := range []*phone{a, b} {
		p.sees("#panel .card", "照明")
		p.sees("#panel .card", "已记录")
		p.sees("#log .tag", "照明")
	}
	b.says("大家早上好呀")
	a.sees("#panel .thought.silent", "大家早上好呀")
	a.sees("#panel .thought.silent", "没有出声")
	b.do(chromedp.Click("#peek"), chromedp.WaitVisible("#mind.up .card"))
	if !b.truth(`document.documentElement.scrollWidth <= innerWidth`) {
		t.Error("the page is wider than the phone")
	}
}

func TestListCountsWhatIsUnread(t *testing.T) {
	w := newTown(t, web.Options{})
	p := w.phone(browsers(t), 390, 844)
	p.enters("张阿姨")
	other := w.as("v1")
	other.says("g3", "有人在吗")
	other.says("g3", "周六包饺子")
	p.sees(`#rooms a[data-conv="g3"] .badge`, "2")
	p.sees(`#rooms a[data-conv="g3"] .room-last`, "周六包饺子")
	p.opens("g3")
	w.until("it is read", func() bool {
		p.do(chromedp.Navigate(w.url+"/"), chromedp.WaitVisible("#rooms"))
		if p.text(`#rooms a[data-conv="g3"] .badge`) == "" {
			return true
		}
		p.opens("g3")
		return false
	})
}

func TestMissedLinesComeAfterTheNetwork(t *testing.T) {
	w := newTown(t, web.Options{})
	p := w.phone(browsers(t), 390, 844)
	p.enters("张阿姨")
	p.opens("g3")
	other := w.as("v1")
	other.says("g3", "断网前的话")
	p.sees("#log", "断网前的话")
	p.do(offline(true))
	other.says("g3", "断网时的话")
	p.do(offline(false))
	p.sees("#log", "断网时的话")
	if n := strings.Count(p.text("#log .words"), "断网前的话"); n != 1 {
		t.Errorf("a line heard before is shown %d times, want once", n)
	}
}

func TestCompletionAndRoll(t *testing.T) {
	w := newTown(t, web.Options{})
	p := w.phone(browsers(t), 1280, 800)
	p.enters("张阿姨")
	w.as("v1").says("g3", "#接龙\n周六包饺子\n\n1. 孙老师")
	p.opens("g3")
	p.types("@小")
	p.do(chromedp.WaitVisible("#names li"))
	p.presses("Enter")
	if got := p.value("#words"); got != "@小邻 " {
		t.Errorf("completion: got %q", got)
	}
	p.do(chromedp.Click(".join-roll"))
	if got := p.value("#words"); !strings.HasSuffix(got, "1. 孙老师\n2. 张阿姨 3-502") {
		t.Errorf("接龙: got %q", got)
	}
}
