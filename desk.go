package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"linli/community"
	"linli/configs"
	"linli/sheets"
	"linli/store"
	"linli/store/sqlite"
)

// A desk is what import and export work at: one community's papers and one file.
type desk struct {
	st   *sqlite.Store
	c    community.ID
	name string // of the community
	file string
	yes  bool // every question is answered
	in   io.Reader
	out  io.Writer
}

// A listing is one of the lists in the store, and its form on paper.
type listing[T any] struct {
	sheets.List[T]
	get  func(store.Tx) []T
	put  func(store.Tx, []T)
	warn func([]T) string // of a list as it would be; "" if nothing
}

func resourceList() listing[community.Resource] {
	return listing[community.Resource]{sheets.Resources(), store.Resources, store.PutResources, func([]community.Resource) string { return "" }}
}

func peopleList(groups []community.Group) listing[community.Person] {
	return listing[community.Person]{sheets.People(groups), store.People, store.PutPeople, func(people []community.Person) string {
		if len(onCall(people)) > 0 {
			return ""
		}
		return "这份名单里没有工作人员，也没有主任：出了危险，小邻没有人可以叫"
	}}
}

// onCall are the people who are rung in an emergency.
func onCall(people []community.Person) (out []community.Person) {
	for _, p := range people {
		if p.Role == community.Staff || p.Role == community.Chair {
			out = append(out, p)
		}
	}
	return out
}

// atDesk reads a command's words, opens the papers and runs the work on the list that is named.
func atDesk(ctx context.Context, help string, args []string, in io.Reader, out io.Writer, onResources, onPeople func(context.Context, *desk) error) error {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	data := flags.String("data", configs.Default().Data, "数据文件夹")
	which := flags.String("community", "", "社区")
	yes := flags.Bool("yes", false, "不问，直接改")
	told, err := words(out, flags, help, args, 2, 2)
	if err != nil {
		return err
	}
	work := map[string]func(context.Context, *desk) error{"resources": onResources, "people": onPeople}[told[0]]
	if work == nil {
		return misused("没有「"+told[0]+"」这份清单，只有 resources（资源）和 people（人员）", help)
	}
	st, err := openData(*data)
	if err != nil {
		return err
	}
	d := &desk{st: st, file: told[1], yes: *yes, in: in, out: out}
	if d.c, d.name, err = pickCommunity(ctx, st, community.ID(*which)); err == nil {
		err = work(ctx, d)
	}
	return errors.Join(err, st.Close())
}

// openData opens papers that are there; it makes none.
func openData(dir string) (*sqlite.Store, error) {
	path := filepath.Join(dir, storeName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s 里还没有数据：用 --data 指到放数据的文件夹，或先运行一次 linli serve", dir)
	}
	st, err := sqlite.Open(path)
	if held(err) {
		return nil, fmt.Errorf("数据正在被另一个 linli 使用%s：请先停下它（在它的窗口里按 Ctrl-C），再运行这个命令", holder(path))
	}
	return st, err
}

// pickCommunity finds the community that is meant: the named one, or the only one.
func pickCommunity(ctx context.Context, st store.Store, want community.ID) (community.ID, string, error) {
	all, err := profiles(ctx, st)
	if err != nil {
		return "", "", err
	}
	var ids []string
	for _, p := range all {
		if p.ID == want || want == "" && len(all) == 1 {
			return p.ID, p.Name, nil
		}
		ids = append(ids, string(p.ID))
	}
	switch {
	case len(all) == 0:
		return "", "", errors.New("数据里还没有社区，请先运行一次 linli serve")
	case want == "":
		return "", "", fmt.Errorf("有 %d 个社区，请用 --community 说明是哪一个：%s", len(all), strings.Join(ids, "、"))
	}
	hint := ""
	if near := community.Nearest(string(want), ids); near != "" {
		hint = "，是不是「" + near + "」？"
	}
	return "", "", fmt.Errorf("没有「%s」这个社区%s；现有的：%s", want, hint, strings.Join(ids, "、"))
}

// profiles lists the communities of a store.
func profiles(ctx context.Context, st store.Store) ([]community.Profile, error) {
	ids, err := st.Communities(ctx)
	if err != nil {
		return nil, err
	}
	var out []community.Profile
	for _, c := range ids {
		var p community.Profile
		if err := st.View(ctx, c, func(tx store.Tx) { p = store.Profile(tx) }); err != nil {
			return nil, err
		}
		if c != store.House && p.ID != "" {
			out = append(out, p)
		}
	}
	return out, nil
}

// groups reads the groups a person may answer for.
func (d *desk) groups(ctx context.Context) (out []community.Group, err error) {
	err = d.st.View(ctx, d.c, func(tx store.Tx) { out = store.Groups(tx) })
	return out, err
}
