package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"linli/community"
	"linli/store"
)

func (w *town) corrections() (out []community.Correction) {
	w.t.Helper()
	w.view(func(tx store.Tx) { out = store.Corrections(tx) })
	return out
}

func TestPlaceIsPutRight(t *testing.T) {
	w := newTown(t)
	w.lamp()
	b := w.as("s1")
	if _, body := b.get("/staff/r/1"); !strings.Contains(body, `name="building" maxlength="8" autocomplete="off" placeholder="3" value="3"`) {
		t.Error("the form does not begin with the place as it stands")
	}
	body := b.taps("/staff/r/1", "/staff/r/1/place", "building", "5号楼", "unit", "", "floor", "", "room", "房", "place", "东门")
	if !strings.Contains(body, "没有做成：房号写得不对") || !strings.Contains(body, `value="5号楼"`) || !strings.Contains(body, `value="东门"`) {
		t.Error("a refused place does not come back with what was written")
	}
	if body := b.taps("/staff/r/1", "/staff/r/1/place", "building", "5号楼", "unit", "1", "room", "302"); !strings.Contains(body, "位置由「3号楼2单元」改为「5号楼1单元」。") {
		t.Error("the notice does not say what was changed")
	}
	if at := w.request("1").Where; at != (community.Place{Building: "5", Unit: "1", Room: "302"}) {
		t.Errorf("got %+v", at)
	}
	if all := w.corrections(); len(all) != 1 || all[0].Kind != community.FixPlace || all[0].Message != "m1" || all[0].Right.Where.Building != "5" || all[0].By != "s1" {
		t.Errorf("got %+v", all)
	}
}

func TestWhatWasNoRequestIsWithdrawn(t *testing.T) {
	w := newTown(t)
	w.lamp()
	b := w.as("s1")
	if body := b.taps("/staff/r/1", "/staff/r/1/none", "as", "answer"); !strings.Contains(body, "本来就不是诉求，是在回答别人。") {
		t.Error("the notice does not say what was done")
	}
	if all := w.corrections(); w.request("1").State != community.Withdrawn || len(all) != 1 || all[0].Right.Intent != community.Answer || all[0].Read.Intent != community.Asks {
		t.Errorf("got %s, %+v", w.request("1").State, all)
	}
	if _, body := b.get("/staff/r/1"); strings.Contains(body, "/staff/r/1/none") {
		t.Error("it is offered again")
	}
	b.taps("/staff/r/1", "/staff/r/1/move", "to", "recorded")
	if all := w.corrections(); len(all) != 0 {
		t.Errorf("got %+v after it was put back, want none", all)
	}
}

func TestStaffTeachWhichRowAnswers(t *testing.T) {
	for _, x := range []struct {
		form      []string
		says      string
		row       string // of the correction
		lowered   bool
		corrected bool
	}{
		{[]string{"row", "悦枫长者食堂（R001）"}, "记下了：这个问题由清单的「悦枫长者食堂」来答。", "R001", true, true},
		{[]string{"row", "R002"}, "来答。", "R002", true, true},
		{[]string{"row", "活动室"}, "来答。", "R002", true, true},
		{[]string{"row", "", "no", "1"}, "记下了：清单里没有这个问题的答案。", "", true, true},
		{[]string{"row", "一碗面"}, "没有认出是哪一行", "", false, false},
	} {
		t.Run(strings.Join(x.form, " "), func(t *testing.T) {
			w := newTown(t)
			w.update(func(tx store.Tx) {
				store.PutResources(tx, []community.Resource{{ID: "R001", Name: "悦枫长者食堂"}, {ID: "R002", Name: "活动室"}})
			})
			w.says(words{id: "q1", group: "all", sender: "r4", name: "芳芳妈 6-103", text: "我妈想去吃饭，去哪", read: community.Reading{Intent: community.Question}})
			b := w.as("s1")
			if _, body := b.get("/staff/"); !strings.Contains(body, "教小邻答") || !strings.Contains(body, "悦枫长者食堂（R001）") {
				t.Fatal("the rows are not offered")
			}
			f := b.form("/staff/")
			f.Set("flag", "unanswered/all/q1")
			for i := 0; i < len(x.form); i += 2 {
				f.Set(x.form[i], x.form[i+1])
			}
			_, body := follow(b, "/staff/answer", f)
			if !strings.Contains(body, x.says) {
				t.Errorf("the page does not say %q", x.says)
			}
			all := w.corrections()
			if (len(all) == 1) != x.corrected || len(all) == 1 && strings.Join(all[0].Right.Rows, " ") != x.row {
				t.Errorf("got %+v, want row %q", all, x.row)
			}
			if _, body := b.get("/staff/"); strings.Contains(body, "教小邻答") == x.lowered {
				t.Errorf("the question is still shown: %v", !x.lowered)
			}
		})
	}
}

// follow sends a form and, if it leads on, reads the page it leads to.
func follow(b *browser, path string, f url.Values) (*http.Response, string) {
	res, body := b.post(path, f)
	if res.StatusCode != http.StatusSeeOther {
		return res, body
	}
	to, _, _ := strings.Cut(res.Header.Get("Location"), "#")
	return b.get(to)
}

func TestOtherFlagsAreNoQuestions(t *testing.T) {
	w := newTown(t)
	busyMorning(w)
	b := w.as("s1")
	f := b.form("/staff/")
	f.Set("flag", "danger/5")
	f.Set("no", "1")
	before := w.papers()
	if res, _ := b.post("/staff/answer", f); res.StatusCode != http.StatusNotFound || w.papers() != before {
		t.Errorf("got %d, or something was written", res.StatusCode)
	}
}
