package learn

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/community"
	"linli/handlers"
	"linli/store"
	"linli/store/storetest"
	"linli/understand"
)

const town community.ID = "town"

var monday = time.Date(2026, 5, 11, 10, 0, 0, 0, shanghai)

// A lane is a community with a past: what was said, as it was read, and what staff then tapped.
type lane struct {
	t   *testing.T
	st  store.Store
	now time.Time
	n   int
}

func newLane(t *testing.T) *lane {
	t.Helper()
	l := &lane{t: t, st: storetest.Twice(store.NewMemory()), now: monday}
	l.update(func(tx store.Tx) {
		store.PutProfile(tx, community.Profile{ID: town, Name: "兰亭", Type: "old"})
		for _, g := range []community.Group{{ID: "g3", Name: "3号楼群", Kind: community.BuildingGroup, Building: "3"}, {ID: "all", Name: "大群", Kind: community.EstateGroup}} {
			g.Handles = []community.Handle{{Channel: "tape", ID: string(g.ID)}}
			store.PutGroup(tx, g)
		}
		store.PutResources(tx, []community.Resource{{ID: "R1", Name: "长者食堂", Phone: "0512-55500101"}, {ID: "R2", Name: "修补点"}})
	})
	return l
}

func (l *lane) update(fn func(store.Tx)) {
	l.t.Helper()
	if err := l.st.Update(context.Background(), town, fn); err != nil {
		l.t.Fatal(err)
	}
}

// happens takes an event through the house's own deciding, a minute after the one before.
func (l *lane) happens(e community.Event) {
	l.t.Helper()
	l.now = l.now.Add(time.Minute)
	e.At = l.now
	if e.Message != nil {
		m := *e.Message
		m.At, e.Message = l.now, &m
	}
	l.update(func(tx store.Tx) {
		store.Receive(tx, e)
		store.Apply(tx, e, handlers.Decide(store.Scene(tx, e), e))
	})
}

// says is one message with what was made of it; it returns the message's id.
func (l *lane) says(group, who, text string, rd community.Reading) string {
	l.t.Helper()
	l.n++
	id := fmt.Sprint("m", l.n)
	if rd.Confidence == 0 {
		rd.Confidence = 0.9
	}
	m := community.Message{ID: id, Group: community.GroupID(group), Handle: community.Handle{Channel: "tape", ID: group}, Sender: idOf(who), Name: who, Kind: community.Text, Text: text}
	l.happens(community.Event{Key: community.MessageKey(m.Handle, id), Message: &m, Reading: rd})
	return id
}

// idOf is how a channel knows somebody: not by the name.
func idOf(who string) community.PersonID { return community.PersonID(fmt.Sprintf("%x", who)) }

func (l *lane) taps(verb string, on community.RequestID, args ...string) {
	l.t.Helper()
	l.n++
	o := community.Order{Verb: verb, On: on, By: "s1", Role: community.Staff, Args: map[string]string{}}
	for i := 0; i < len(args); i += 2 {
		o.Args[args[i]] = args[i+1]
	}
	l.happens(community.Event{Key: fmt.Sprint("tap/", l.n), Order: &o})
}

func (l *lane) taught() Taught {
	l.t.Helper()
	t, err := FromStore(context.Background(), l.st, town)
	if err != nil {
		l.t.Fatal(err)
	}
	return t
}

// only is the one lesson that is taught, and how often.
func (l *lane) only() (Lesson, Taught) {
	l.t.Helper()
	t := l.taught()
	if len(t.Lessons) != correctedCounts+t.Around || t.Used() != 1 {
		l.t.Fatalf("got %d lessons and %d around, used %d, want one message", len(t.Lessons), t.Around, t.Used())
	}
	i := slices.IndexFunc(t.Lessons, func(x Lesson) bool {
		n := 0
		for _, y := range t.Lessons {
			if &y.Candidates[0] == &x.Candidates[0] {
				n++
			}
		}
		return n == correctedCounts
	})
	return t.Lessons[i], t
}

func act(x Lesson) understand.Act {
	if x.right < 0 {
		return 255
	}
	return x.Candidates[x.right].Act
}

func asks(category string, at community.Place) community.Reading {
	return community.Reading{Intent: community.Asks, Category: category, Urgency: community.Normal, Where: at}
}

func TestCategoryPutRightIsALesson(t *testing.T) {
	l := newLane(t)
	l.says("all", "丁叔 5-201", "大鹅堵在门口", asks("plumbing", community.Place{Building: "5"}))
	l.taps("recategorise", "1", "category", "pets")
	x, _ := l.only()
	if act(x) != understand.ActAsks || x.category != categoryNumber("pets") || x.urgency != 0 {
		t.Errorf("got %+v", x)
	}
}

func TestMergedRequestIsALessonFromTheDeskAsItWas(t *testing.T) {
	for _, from := range []community.RequestID{"1", "2"} { // whichever of the two is kept
		t.Run("kept "+string(from), func(t *testing.T) {
			l := newLane(t)
			l.says("all", "丁叔 5-201", "5号楼垃圾没人清", asks("sanitation", community.Place{Building: "5"}))
			l.says("all", "小王 5-302", "五号楼那边臭死了", asks("sanitation", community.Place{Building: "5"}))
			if from == "1" {
				l.taps("merge", "2", "into", "1")
			} else {
				l.taps("merge", "1", "into", "2")
			}
			x, _ := l.only()
			if act(x) != understand.ActSame || x.Candidates[x.right].Request != "1" {
				t.Errorf("got act %d of %s, want the second neighbour of #1", act(x), x.Candidates[x.right].Request)
			}
			if slices.ContainsFunc(x.Candidates, func(c understand.Candidate) bool { return c.Request == "2" }) {
				t.Error("the request that the message opened itself lies on its desk")
			}
		})
	}
}

func TestWhoAskedAlreadySaysMore(t *testing.T) {
	l := newLane(t)
	l.says("all", "丁叔 5-201", "5号楼垃圾没人清", asks("sanitation", community.Place{Building: "5"}))
	l.says("all", "丁叔 5-201", "臭死了", asks("sanitation", community.Place{}))
	l.taps("merge", "2", "into", "1")
	if x, _ := l.only(); act(x) != understand.ActMore {
		t.Errorf("got act %d, want more", act(x))
	}
}

func TestWhatWasNoneIsALesson(t *testing.T) {
	l := newLane(t)
	l.says("all", "丁叔", "石狮子歪了", asks("access", community.Place{}))
	l.taps("recategorise", "1", "category", "pets")
	l.taps("none", "1", "as", "chat")
	tt := l.taught()
	if len(tt.Lessons) != correctedCounts {
		t.Fatalf("got %d lessons", len(tt.Lessons))
	}
	if x := tt.Lessons[0]; act(x) != understand.ActChat || x.category != -1 {
		t.Errorf("got act %d, category %d, want chat and none", act(x), x.category)
	}
	l.taps("move", "1", "to", "recorded")
	if x := l.taught().Lessons[0]; act(x) != understand.ActAsks {
		t.Errorf("put back: got act %d, want a request", act(x))
	}
}

func TestPlaceTeachesWhatWasNotSaid(t *testing.T) {
	l := newLane(t)
	l.says("g3", "唐阿姨 3-2-402", "水管又漏了", asks("plumbing", community.Place{Building: "3"}))
	l.taps("place", "1", "building", "3", "unit", "2", "room", "402")
	x, _ := l.only()
	if x.home != [understand.Homes]int8{1, 1, 1, 1} {
		t.Errorf("got %v, want that it is her home", x.home)
	}
	if raw := fmt.Sprintf("%#v", corrections(t, l)); strings.Contains(raw, "402") {
		t.Errorf("the kept correction shows the room: %s", raw)
	}
	l = newLane(t)
	l.says("all", "丁叔", "5号楼1单元水管漏了", asks("plumbing", community.Place{Building: "5", Unit: "1"}))
	l.taps("place", "1", "building", "6", "unit", "1")
	if tt := l.taught(); tt.Idle != 1 || tt.Used() != 0 || len(tt.Lessons) != 0 {
		t.Errorf("got %+v, want nothing to learn from a place that the words say", tt)
	}
}

func corrections(t *testing.T, l *lane) (out []community.Correction) {
	t.Helper()
	if err := l.st.View(t.Context(), town, func(tx store.Tx) { out = store.Corrections(tx) }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnsweredQuestionIsALessonAndRemembered(t *testing.T) {
	for row, listed := range map[string]int8{"R2": 1, "": -1} {
		l := newLane(t)
		id := l.says("all", "丁叔", "阿贵今天出摊吗", community.Reading{Intent: community.Question})
		l.taps("answer", "", "key", "unanswered/all/"+id, "message", id, "group", "all", "sender", string(idOf("丁叔")), "row", row)
		x, tt := l.only()
		if act(x) != understand.ActQuestion || x.listed != listed || len(tt.Asked) != 1 || tt.Asked[0].Row != row {
			t.Errorf("%q: got act %d, listed %d, %+v", row, act(x), x.listed, tt.Asked)
		}
	}
}

func TestWhatStandsAroundStaysAsItWasRead(t *testing.T) {
	l := newLane(t)
	l.says("all", "甲", "早上好", community.Reading{Intent: community.Chat})
	l.says("all", "乙", "灯坏了", asks("lighting", community.Place{}))
	l.says("all", "丙", "不一定吧", community.Reading{Intent: community.Answer, Confidence: 0.4})
	l.says("all", "丁", "大鹅堵在门口", asks("plumbing", community.Place{}))
	l.says("all", "戊", "我也看见了大鹅", community.Reading{Intent: community.Same, Request: "2"})
	l.says("g3", "己", "谢谢", community.Reading{Intent: community.Chat})
	l.taps("recategorise", "2", "category", "pets")
	tt := l.taught()
	if tt.Around != 2 { // the greeting and the light; not what was unsure, not what belongs to the corrected request, not another group's
		t.Errorf("got %d around, want 2", tt.Around)
	}
}

func TestTheSamePapersGiveTheSameLessons(t *testing.T) {
	l := newLane(t)
	for i := range 6 {
		id := l.says("all", fmt.Sprint("邻居", i), fmt.Sprint("第", i, "个问题怎么办"), community.Reading{Intent: community.Question})
		l.taps("answer", "", "key", "unanswered/all/"+id, "message", id, "group", "all", "sender", string(idOf(fmt.Sprint("邻居", i))), "row", "R1")
	}
	m := tiny(t)
	var files [][]byte
	for range 2 {
		tt := l.taught()
		m.Taught = tt.Lessons
		w, err := Train(t.Context(), m, 0)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := understand.Knowledge{Weights: w, Asked: map[community.ID][]understand.Asked{town: tt.Asked}}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, raw)
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("the same store gave two files")
	}
}

// tiny is a small piece of one labelled community.
func tiny(t *testing.T) Material {
	t.Helper()
	l, err := readLabelled(os.DirFS("../training"), "taoyuan")
	if err != nil {
		t.Fatal(err)
	}
	l.Talk.Messages = l.Talk.Messages[:40]
	return Material{Cases: []Labelled{l}}
}

func TestPackedTalkIsTheTalk(t *testing.T) {
	want, err := Pack(os.DirFS("../training"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, ownTalk) {
		t.Error("training.zip is not what lies in understand/training: run `go run ./understand/train -pack-only`")
	}
	if len(ownTalk) > 1200<<10 {
		t.Errorf("got %d bytes of packed talk, want at most 1.2 MB", len(ownTalk))
	}
	m, err := Own([]string{"heping"})
	if err != nil || len(m.Cases) < 10 || len(m.Singles) < 300 || slices.ContainsFunc(m.Cases, func(l Labelled) bool { return l.Name == "heping" }) {
		t.Errorf("got %d communities and %d lines, %v", len(m.Cases), len(m.Singles), err)
	}
}

func TestRecentDaysTellApartWithoutNames(t *testing.T) {
	l := newLane(t)
	l.says("all", "唐阿姨 3-402", "三号楼二单元楼道灯又不亮了，老秦也说了，电话13812345678", asks("lighting", community.Place{}))
	l.says("g3", "小何", "我家这个月实在交不起房租，大病刚出院，能申请救助吗", asks("aid", community.Place{}))
	l.says("all", "老秦", "早上好", community.Reading{Intent: community.Chat})
	r, err := RecentOf(t.Context(), l.st, town)
	if err != nil || len(r.Case.Messages) != 3 {
		t.Fatalf("got %d messages, %v", len(r.Case.Messages), err)
	}
	blank, err := understand.Pack(nil, nil, nil, make([]float32, understand.PairWeights), "")
	if err != nil {
		t.Fatal(err)
	}
	same, err := r.Differences(t.Context(), understand.Embedded(), understand.Embedded())
	if err != nil || len(same) != 0 {
		t.Errorf("got %+v %v, want no difference", same, err)
	}
	found, err := r.Differences(t.Context(), understand.Embedded(), understand.Knowledge{Weights: blank})
	if err != nil || len(found) < 2 {
		t.Fatalf("got %+v %v, want differences", found, err)
	}
	var out strings.Builder
	Show(&out, found, 40)
	for _, never := range []string{"唐阿姨", "老秦", "1381", "大病"} {
		if strings.Contains(out.String(), never) {
			t.Errorf("it shows %q:\n%s", never, out.String())
		}
	}
	for _, want := range []string{"楼道灯又不亮了", "3号楼2单元，说「收到，", "＋ 闲聊，不说话", "私下处理的话，不显示", "5月11日10:01 大群"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not show %q:\n%s", want, out.String())
		}
	}
	if left := Show(&strings.Builder{}, found, 5); left != len(found)-1 {
		t.Errorf("five lines: got %d left, want %d", left, len(found)-1)
	}
}

func TestComparisonNeedsEnoughAndTellsWhatIsWorse(t *testing.T) {
	if _, ok, err := Compare(t.Context(), tiny(t)); ok || err != nil {
		t.Errorf("one community: got %v %v, want that nothing can be compared", ok, err)
	}
	fine := Score{Readings: 1000, Right: 850, Requests: 100, Categories: 85, Dangers: 8, Seen: 8, Questions: 50, Found: 45}
	for what, x := range map[string]struct {
		change func(*Score)
		worse  string
	}{
		"nothing": {func(*Score) {}, ""}, "a little": {func(s *Score) { s.Right -= 9; s.Found -= 2 }, ""},
		"much": {func(s *Score) { s.Right -= 20 }, "读对从 85.0% 降到 83.0%"}, "a danger": {func(s *Score) { s.Seen-- }, "1 件危险"}, "alarms": {func(s *Score) { s.False += 4 }, "误报"},
	} {
		c := Comparison{Before: fine, After: fine}
		x.change(&c.After)
		if got := strings.Join(c.Worse(), "；"); (got == "") != (x.worse == "") || !strings.Contains(got, x.worse) {
			t.Errorf("%s: got %q, want %q", what, got, x.worse)
		}
	}
}
