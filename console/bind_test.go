package console_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"linli/community"
	"linli/store"
)

func TestStrangerIsBound(t *testing.T) {
	w := newTown(t)
	w.stranger("wx-1")
	w.stranger("wx-2")
	b := w.as("s1")
	if _, body := b.get("/staff/"); !strings.Contains(body, "wx-1") || !strings.Contains(body, "7号楼楼长") || strings.Contains(body, "石桥社区") {
		t.Fatal("the strangers are not shown, or another community is offered")
	}
	if body := b.taps("/staff/", "/staff/bind", "channel", "tape", "handle", "wx-1", "to", "lan/g3"); strings.Contains(body, "wx-1") || !strings.Contains(body, "接入到「3号楼邻里群」") {
		t.Error("binding to a known group did not work")
	}
	if body := b.taps("/staff/", "/staff/bind", "channel", "tape", "handle", "wx-2", "to", "lan/", "name", "", "kind", "building", "building", "7"); !strings.Contains(body, "请写上群名") || !strings.Contains(body, "wx-2") {
		t.Error("a new group without a name was not refused in words")
	}
	if body := b.taps("/staff/", "/staff/bind", "channel", "tape", "handle", "wx-2", "to", "lan/", "name", "7号楼邻里群", "kind", "building", "building", "7号楼"); !strings.Contains(body, "新建了「7号楼邻里群」并接入") {
		t.Error("binding to a new group did not work")
	}
	groups, err := w.house.Groups(context.Background(), lan)
	w.ok(err)
	i := slices.IndexFunc(groups, func(g community.Group) bool { return g.Name == "7号楼邻里群" })
	if i < 0 || groups[i].Building != "7" || groups[i].Kind != community.BuildingGroup {
		t.Fatalf("got %+v", groups)
	}
	w.hears(community.Message{ID: "x2", Handle: handle("wx-2"), Sender: "u", Name: "阿姨 7-101", Kind: community.Text, Text: "7号楼的楼道灯坏了", At: w.house.Now()})
	var heard bool
	w.view(func(tx store.Tx) { _, heard = store.HeardOf(tx, groups[i].ID, "x2") })
	if !heard {
		t.Error("what is said there now is not heard in the new group")
	}
	f := b.form("/staff/")
	for k, v := range map[string]string{"channel": "tape", "handle": "wx-1", "to": "lan/all"} {
		f.Set(k, v)
	}
	if res, _ := b.post("/staff/bind", f); res.StatusCode != http.StatusNotFound {
		t.Errorf("a handle bound already: got %d, want 404", res.StatusCode)
	}
}

func TestOnlyAnAdminBindsToAnotherCommunity(t *testing.T) {
	w := newTown(t)
	w.stranger("wx-1")
	b := w.as("c1")
	f := b.form("/staff/")
	for k, v := range map[string]string{"channel": "tape", "handle": "wx-1", "to": "shi/all"} {
		f.Set(k, v)
	}
	if res, _ := b.post("/staff/bind", f); res.StatusCode != http.StatusForbidden {
		t.Errorf("the chair: got %d, want 403", res.StatusCode)
	}
	admin := w.as("a1")
	if _, body := admin.get("/staff/"); !strings.Contains(body, "石桥社区大群") {
		t.Error("an admin is not offered the other community")
	}
	if body := admin.taps("/staff/", "/staff/bind", "channel", "tape", "handle", "wx-1", "to", "shi/all"); !strings.Contains(body, "接入到「石桥社区大群」") {
		t.Error("an admin could not bind to the other community")
	}
	if who, err := w.house.Unknown(context.Background()); err != nil || len(who) != 0 {
		t.Errorf("got %v %v, want nobody waiting", who, err)
	}
}

func TestPrivateStrangerIsBound(t *testing.T) {
	w := newTown(t)
	h := handle("dm-1")
	w.ok(w.mouth.hear(context.Background(), community.Message{ID: "x1", Handle: h, Sender: "u", Name: "某人", Kind: community.Text, Text: "在吗", Private: true, At: w.house.Now()}))
	body := w.as("s1").taps("/staff/", "/staff/bind", "channel", h.Channel, "handle", h.ID, "to", "lan/")
	if strings.Contains(body, "dm-1") || !strings.Contains(body, "一个私聊归到本社区") {
		t.Error("still waiting, or nothing is told")
	}
	w.hears(community.Message{ID: "x2", Handle: h, Sender: "u", Name: "某人", Kind: community.Text, Text: "灯坏了", Private: true, At: w.house.Now()})
}
