package console_test

import (
	"strings"
	"testing"
	"time"

	"linli/community"
	"linli/store"
)

func TestTheDayIsCountedOnTheFirstPage(t *testing.T) {
	w := newTown(t)
	w.lamp()
	b := w.as("c1")
	b.taps("/staff/r/1", "/staff/r/1/move", "to", "unproved", "why", "换了灯泡")
	b.taps("/staff/r/1", "/staff/r/1/move", "to", "solved", "why", "唐阿姨看过")
	w.update(func(tx store.Tx) { store.Ignored(tx, "g3", w.house.Now()); store.Ignored(tx, "all", w.house.Now()) })
	_, body := b.get("/staff/")
	for _, want := range []string{"今天新增 1 件", "已解决 1 件", "关着的群里有 2 句没有听"} {
		if !strings.Contains(body, want) {
			t.Errorf("got no %q on the first page", want)
		}
	}
	if _, body = w.as("p1").get("/staff/"); strings.Contains(body, "今天新增") {
		t.Error("物业 is told figures of the whole community")
	}
}

func TestOtherRequestsOfANeighbourStandBesideOne(t *testing.T) {
	w := newTown(t)
	w.lamp()
	first := w.request("1")
	w.says(words{id: "b1", group: "g3", sender: string(first.Supporters[0]), name: "唐阿姨 3-402", text: "单元门关不上了", ago: 30 * time.Minute,
		read: asks("access", "单元门关不上了", community.Place{Building: "3"})})
	private := asks("aid", "家里困难想申请救助", community.Place{})
	private.Private = true
	w.says(words{id: "b2", sender: string(first.Supporters[0]), name: "唐阿姨", text: "家里困难想申请救助", ago: 20 * time.Minute, read: private})
	w.settled()
	chair, property := w.as("c1"), w.as("p1")
	_, body := chair.get("/staff/r/1")
	if !strings.Contains(body, "同一位邻居的别的事") || !strings.Contains(body, `href="/staff/r/2"`) || !strings.Contains(body, `href="/staff/r/3"`) {
		t.Errorf("the chair does not see the neighbour's other requests:\n%s", body)
	}
	chair.taps("/staff/r/1", "/staff/r/1/assign", "to", "p1")
	if _, body = property.get("/staff/r/1"); strings.Contains(body, "同一位邻居的别的事") || strings.Contains(body, "家里困难") {
		t.Error("物业 sees what was not handed to it")
	}
}
