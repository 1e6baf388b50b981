package web_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"linli/bot/web"
)

// sound looks at the page as somebody does who sees badly, has a thick thumb, or hears the page read out.
func (p *phone) sound(state string) {
	p.w.t.Helper()
	for what, js := range map[string]string{"too little contrast": faint, "without a name": nameless, "too small for a thumb": small, "sticks out": outside} {
		var bad string
		p.do(chromedp.Evaluate(js, &bad))
		if bad != "" {
			p.w.t.Errorf("%s: %s: %s", state, what, bad)
		}
	}
}

// faint names texts whose contrast with what is behind them is below 4.5, or 3 when large.
const faint = `(() => {
	const rgb = s => (s.match(/[\d.]+/g) || []).map(Number);
	const lum = c => c.slice(0, 3).map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
	const behind = e => { for (; e; e = e.parentElement) { const s = getComputedStyle(e); if (s.backgroundImage !== "none") return null; const c = rgb(s.backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
	const out = [];
	for (const e of document.querySelectorAll("body *")) {
		if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.checkVisibility({opacityProperty: true, visibilityProperty: true}) || e.closest(".sr, .skip, .av, .toast, .badge, .arriving")) continue;
		const s = getComputedStyle(e), bg = behind(e);
		if (!bg) continue;
		const a = lum(rgb(s.color)), b = lum(bg), ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		const large = parseFloat(s.fontSize) >= 24 || parseFloat(s.fontSize) >= 18.66 && s.fontWeight >= 700;
		if (ratio < (large ? 3 : 4.5)) out.push(e.className + " " + e.textContent.trim().slice(0, 12) + " " + ratio.toFixed(2));
	}
	return out.slice(0, 4).join(" | ");
})()`

// nameless names what a screen reader could not: fields, buttons, links and pictures; ids twice; headings and landmarks that are missing.
const nameless = `(() => {
	const out = [];
	const named = e => e.getAttribute("aria-label") || e.labels?.[0]?.textContent.trim() || e.textContent.trim() || e.querySelector("img[alt]")?.alt;
	for (const e of document.querySelectorAll("input:not([type=hidden]), textarea, button, a[href], [role=listbox], [role=menu], dialog")) if (!named(e)) out.push(e.outerHTML.slice(0, 70));
	for (const e of document.querySelectorAll("img")) if (!e.hasAttribute("alt")) out.push(e.outerHTML.slice(0, 70));
	const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
	if (new Set(ids).size !== ids.length) out.push("an id twice");
	for (const e of document.querySelectorAll("[aria-controls], [aria-labelledby]")) for (const a of ["aria-controls", "aria-labelledby"]) if (e.hasAttribute(a) && !document.getElementById(e.getAttribute(a))) out.push(a + " points nowhere");
	if (document.querySelectorAll("h1").length !== 1) out.push("not one h1");
	if (document.querySelectorAll("main").length !== 1) out.push("not one main");
	if (!document.documentElement.lang.startsWith("zh")) out.push("no language");
	if (document.querySelector("#log") && !document.querySelector("#log").closest('[role=log][aria-live=polite]')) out.push("the talk is not read out");
	if (document.querySelector("[tabindex]:not([tabindex='0']):not([tabindex='-1'])")) out.push("a focus order of its own");
	return out.slice(0, 4).join(" | ");
})()`

// small names what is to be tapped and has less than 44 pixels in height or width. Words in a line, like a telephone number, may be lower.
const small = `(() => {
	const out = [];
	for (const e of document.querySelectorAll("a[href], button, summary, textarea, input:not([type=hidden]):not(.sr), label.tile, [role=option]")) {
		if (!e.checkVisibility({visibilityProperty: true}) || e.matches(".skip, .call, .quote, .shade")) continue;
		const r = e.getBoundingClientRect(), more = getComputedStyle(e, "::after");
		const grow = more.content !== "none" && more.position === "absolute" ? [parseFloat(more.width) || 0, parseFloat(more.height) || 0] : [0, 0];
		if (Math.max(r.width, grow[0]) < 43.5 || Math.max(r.height, grow[1]) < 43.5) out.push((e.id || e.className) + " " + e.textContent.trim().slice(0, 8) + " " + Math.round(r.width) + "x" + Math.round(r.height));
	}
	return out.slice(0, 4).join(" | ");
})()`

// outside names what is cut off at the side of the screen.
const outside = `(() => {
	if (document.documentElement.scrollWidth > innerWidth) return "the page is wider than the screen";
	const out = [];
	for (const e of document.querySelectorAll(".bubble, .photo, .quote, .tag, .card, .peek, .keys, .menu, .names, .sheet, .side-head, .divider")) {
		if (!e.checkVisibility()) continue;
		const r = e.getBoundingClientRect();
		if (r.width && (r.left < -.5 || r.right > innerWidth + .5)) out.push(e.className + " " + Math.round(r.left) + "–" + Math.round(r.right));
	}
	return out.slice(0, 4).join(" | ");
})()`

// TestByKeyboardAlone chooses somebody, opens a group, speaks, quotes and takes it back without a pointer.
func TestByKeyboardAlone(t *testing.T) {
	w := newTown(t, web.Options{})
	p := w.phone(browsers(t), 1280, 800)
	p.do(chromedp.Navigate(w.url+"/who"), chromedp.WaitVisible(".role"))
	// reach walks as Tab does, in the order of the page, from where the focus is to something that fits.
	reach := func(what string) {
		t.Helper()
		if !p.truth(`(() => {
			const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, summary, [tabindex='0']")].filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true}));
			const to = document.querySelector(` + "`" + what + "`" + `);
			if (!all.includes(to)) return false;
			to.focus();
			return document.activeElement === to && getComputedStyle(to).outlineStyle !== "none";
		})()`) {
			t.Fatalf("%s cannot be reached by Tab, or does not show that it is", what)
		}
	}
	press := func(key string) {
		t.Helper()
		p.do(chromedp.Evaluate(`(() => {
			const e = document.activeElement;
			if (e.dispatchEvent(new KeyboardEvent("keydown", {key: "`+key+`", bubbles: true, cancelable: true})) && "`+key+`" === "Enter" && !e.matches("textarea")) e.click();
		})()`, nil))
	}
	reach(`.role`)
	press("Enter")
	p.do(chromedp.WaitVisible("#rooms"))
	reach(`#rooms a[data-conv="g3"]`)
	press("Enter")
	p.do(chromedp.WaitVisible("html.js #words"))
	reach("#words")
	p.types("用键盘说的话")
	press("Enter")
	p.sees("#log .mine", "用键盘说的话")
	reach("#log .mine .more")
	press("Enter")
	p.until("the menu has the focus", `document.activeElement.closest("#menu") !== null && document.activeElement.textContent === "引用"`)
	press("Escape")
	p.until("the focus is back", `document.activeElement.matches(".more") && document.getElementById("menu").hidden`)
	press("Enter")
	press("Enter")
	p.until("it is quoted", `!document.getElementById("quoting").hidden && document.activeElement.id === "words"`)
	p.types("引用着说")
	press("Enter")
	p.sees("#log .quote", "用键盘说的话")
	reach("#log .line:last-child .more")
	press("Enter")
	p.do(chromedp.Evaluate(`[...document.querySelectorAll("#menu button")].find(b => b.textContent === "撤回").focus()`, nil))
	press("Enter")
	p.sees("#log .notice", "你撤回了一条消息")
}

// TestNoOtherHostIsAsked listens to everything the browser asks for while somebody uses every page.
func TestNoOtherHostIsAsked(t *testing.T) {
	w := newTown(t, web.Options{})
	own, err := url.Parse(w.url)
	if err != nil {
		t.Fatal(err)
	}
	p := w.phone(browsers(t), 390, 844)
	var mu sync.Mutex
	asked, foreign := 0, []string{}
	chromedp.ListenTarget(p.ctx, func(e any) {
		if x, ok := e.(*network.EventRequestWillBeSent); ok && !strings.HasPrefix(x.Request.URL, "data:") && !strings.HasPrefix(x.Request.URL, "blob:") {
			mu.Lock()
			defer mu.Unlock()
			asked++
			if u, err := url.Parse(x.Request.URL); err != nil || u.Host != own.Host {
				foreign = append(foreign, x.Request.URL)
			}
		}
	})
	p.do(network.Enable())
	p.enters("张阿姨")
	p.opens("g3")
	p.says(`<img src="https://elsewhere.example/a.png"> https://elsewhere.example/ <link rel=prefetch href=//elsewhere.example>`)
	w.as("v1").sends(t, "g3", "灯.png", picture(t, 64, 48))
	p.do(chromedp.WaitVisible("#log .photo img"))
	p.opens("@me")
	p.do(chromedp.Navigate(w.url+"/nowhere"), chromedp.WaitVisible(".door-main"))
	mu.Lock()
	defer mu.Unlock()
	if asked < 20 || len(foreign) > 0 {
		t.Errorf("of %d requests these went to others: %v", asked, foreign)
	}
}

// TestNothingMovesForThoseWhoWantItStill: with prefers-reduced-motion nothing runs.
func TestNothingMovesForThoseWhoWantItStill(t *testing.T) {
	w := newTown(t, web.Options{})
	p := w.phone(browsers(t), 390, 844)
	p.do(stillMotion())
	p.enters("张阿姨")
	p.opens("g3")
	p.says("三号楼二单元楼道的灯又不亮了")
	p.sees("#panel .card", "照明")
	p.do(chromedp.Click("#peek"))
	if p.truth(`document.getAnimations().length > 0`) {
		t.Error("something moves")
	}
}
