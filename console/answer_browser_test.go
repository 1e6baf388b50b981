package console_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"linli/community"
	"linli/store"
)

// TestStaffTeachOnAPhone puts right a place, withdraws what was none and teaches an answer with a thumb, in a real browser.
func TestStaffTeachOnAPhone(t *testing.T) {
	w := newTown(t)
	w.update(func(tx store.Tx) {
		store.PutResources(tx, []community.Resource{{ID: "R001", Name: "悦枫长者食堂"}, {ID: "R002", Name: "活动室"}})
	})
	w.says(rubbish)
	w.lamp2()
	w.says(words{id: "q1", group: "all", sender: "r4", name: "芳芳妈 6-103", text: "我妈想去吃饭，去哪", read: community.Reading{Intent: community.Question}})
	p := w.phone(390, 844)
	p.logsIn("s1")
	opens := func(name string) chromedp.Action {
		return chromedp.Click(`//details[contains(@class,"act")]/summary[.="`+name+`"]`, chromedp.BySearch)
	}
	p.opens("/staff/r/1")
	p.do(opens("改位置"), chromedp.WaitVisible(`input[name=unit]`), chromedp.SetValue(`input[name=building]`, "6号楼"), chromedp.SetValue(`input[name=unit]`, "2"))
	p.fits()
	p.keeps("place")
	p.do(chromedp.Click(`//button[.="改位置"]`, chromedp.BySearch), chromedp.WaitVisible(`.notice.good`))
	p.sees(".notice", "位置由「5号楼」改为「6号楼2单元」")

	p.opens("/staff/r/2")
	p.do(opens("不是诉求"), chromedp.WaitVisible(`input[name=as]`), chromedp.Click(`input[name=as][value=chat]`))
	p.fits()
	p.keeps("none")
	p.do(chromedp.Click(`//button[.="不是诉求"]`, chromedp.BySearch), chromedp.WaitVisible(`.notice.good`))
	p.sees(".notice", "本来就不是诉求，是闲聊")

	p.opens("/staff/")
	p.do(opens("教小邻答"), chromedp.WaitVisible(`input[name=row]`), chromedp.SendKeys(`input[name=row]`, "活动室"))
	p.fits()
	p.keeps("answer")
	p.do(chromedp.Click(`//button[.="这一行能答"]`, chromedp.BySearch), chromedp.WaitVisible(`.notice.good`))
	p.sees(".notice", "由清单的「活动室」来答")
	if n := len(w.corrections()); n != 3 {
		t.Errorf("got %d corrections, want 3", n)
	}
}

// lamp2 opens request #2, about a light.
func (w *town) lamp2() {
	w.t.Helper()
	w.says(lamp)
	if r := w.request("2"); r.Category != "lighting" {
		w.t.Fatalf("got %+v, want #2 about lighting", r)
	}
}

// fits checks that nothing sticks out to the side.
func (p *phone) fits() {
	p.w.t.Helper()
	if p.truth(tooWide) {
		p.w.t.Error("the page is wider than the screen")
	}
}
