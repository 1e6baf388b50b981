package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"linli/community"
	"linli/store"
	"linli/store/sqlite"
)

func check(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), append([]string{"check"}, args...), &out)
	return out.String(), err
}

// settingsFor is a settings file with a free address, so that a linli on this machine does not matter.
func (o office) settingsFor(more string) string {
	return o.file("linli.yaml", "listen: 127.0.0.1:0\n"+more)
}

func wants(t *testing.T, out string, all ...string) {
	t.Helper()
	for _, w := range all {
		if !strings.Contains(out, w) {
			t.Errorf("got no %q in\n%s", w, out)
		}
	}
}

func TestCheckOfTheSampleFindsNothingToFix(t *testing.T) {
	o := newOffice(t)
	out, err := check(t, "--config", o.settingsFor(""), "--data", o.dir)
	if err != nil {
		t.Errorf("got %v", err)
	}
	wants(t, out, "好　设置文件", "好　数据文件夹", "好　磁盘还剩", "好　地址 127.0.0.1:0 空着", "好　数据文件", "好　悦枫社区（yuefeng）：6 个群，40 条资源，8 个人",
		"注意　　40 条资源从没核对过：R001 悦枫长者食堂", "5 个管事的人没有电话", "没有写分管什么")
	if strings.Contains(out, "要改") {
		t.Errorf("got something to fix:\n%s", out)
	}
	for _, f := range []string{".linli-check"} {
		if left, err := filepath.Glob(filepath.Join(o.dir, f+"*")); err != nil || len(left) > 0 {
			t.Errorf("the check left %q behind, %v", left, err)
		}
	}
}

func TestCheckOfARealCommunity(t *testing.T) {
	o := newOffice(t)
	day := time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)
	o.papers(func(st *sqlite.Store) error {
		return st.Update(t.Context(), "cailian", func(tx store.Tx) {
			store.PutProfile(tx, community.Profile{ID: "cailian", Name: "采莲社区"})
			h := []community.Handle{{Channel: "web", ID: "x"}}
			store.PutGroup(tx, community.Group{ID: "g1", Name: "采莲楼道群", Kind: community.BuildingGroup, Handles: h})
			store.PutGroup(tx, community.Group{ID: "g2", Name: "8号楼群", Kind: community.BuildingGroup})
			store.PutResources(tx, []community.Resource{
				{ID: "R1", Name: "食堂", Phone: "1", Checked: day}, {ID: "R2", Name: "食堂", Address: "x"}, {ID: "R3", Name: "燃气公司", Checked: day}})
			store.PutPeople(tx, []community.Person{{ID: "p1", Name: "甲", Role: community.Property, Phone: "1", Duties: []string{"power"}, Scope: []community.GroupID{"g9"}}})
		})
	})
	out, err := check(t, "--config", o.settingsFor("demo: true\n"), "--data", o.dir)
	if err == nil || !strings.Contains(err.Error(), "有 1 处要改") {
		t.Errorf("got %v, want one thing to fix", err)
	}
	wants(t, out, "采莲社区（cailian）：2 个群，3 条资源，1 个人", "要改　　没有工作人员，也没有主任", "1 个楼栋群看不出是哪一栋：g1 采莲楼道群", "1 个群没有接上：g2 8号楼群",
		"1 条资源从没核对过：R2 食堂", "1 条资源既没有电话也没有地址：R3 燃气公司", "1 条资源和别的重名：R2/R1 食堂", "没有燃气抢修的电话", "没有电梯困人的电话",
		"1 个人负责的群已经没有了：p1 甲", "demo 开着，网页访客可以扮演「采莲社区」里的任何人")
	if strings.Contains(out, "扮演「悦枫社区」") {
		t.Errorf("the sample is there to be played:\n%s", out)
	}
}

func TestCheckOfSettings(t *testing.T) {
	o := newOffice(t)
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	notFolder := o.file("plain", "x")
	for text, want := range map[string]string{
		"listne: 127.0.0.1:1\n":                          "第 1 行：没有「listne」这个键，是不是「listen」",
		"listen: 0.0.0.0:0\n":                            "behind_tls",
		"listen: " + busy.Addr().String() + "\n":         "用不了",
		"listen: 127.0.0.1:0\ndata: " + notFolder + "\n": "是一个文件，不是文件夹",
	} {
		args := []string{"--config", o.file("x.yaml", text)}
		if !strings.Contains(text, "data:") {
			args = append(args, "--data", o.dir)
		}
		out, err := check(t, args...)
		if err == nil || !strings.Contains(out, "要改　") || !strings.Contains(out, want) {
			t.Errorf("%q: got %v\n%s, want %q to be fixed", text, err, out, want)
		}
	}
	if _, err := check(t, "more"); err == nil || !strings.Contains(err.Error(), "用法：linli check") {
		t.Errorf("got %v", err)
	}
}

func TestCheckOfPapers(t *testing.T) {
	o := newOffice(t)
	settings := o.settingsFor("")
	out, err := check(t, "--config", settings, "--data", o.path("new"))
	if err != nil {
		t.Error(err)
	}
	wants(t, out, "注意　还没有数据文件夹", "注意　还没有数据。")
	if _, err := os.Stat(o.path("new")); err == nil {
		t.Error("the check made a folder")
	}
	o.papers(func(*sqlite.Store) error {
		out, err := check(t, "--config", settings, "--data", o.dir)
		if err != nil {
			t.Error(err)
		}
		wants(t, out, "注意　linli 正在运行（进程 ")
		return nil
	})
	if err := os.Chmod(o.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(o.path(storeName), bytes.Repeat([]byte("not a database "), 400), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err = check(t, "--config", settings, "--data", o.dir)
	if err == nil {
		t.Error("got no error for a damaged file")
	}
	wants(t, out, "要改　数据文件", "谁都能进（755）")
}

func TestSampleIsCleanEnoughToImport(t *testing.T) {
	c, people, err := sample(time.Date(2026, 5, 11, 12, 0, 0, 0, time.UTC))
	if err != nil || len(c.Resources) < 20 || len(people) < 8 || len(c.Messages) < 9 || len(c.Profile.Estates) != 1 {
		t.Errorf("got %d resources, %d people, %d messages, %+v, %v", len(c.Resources), len(people), len(c.Messages), c.Profile, err)
	}
}
