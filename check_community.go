package main

import (
	"context"
	"fmt"
	"strings"

	"linli/community"
	"linli/sheets"
	"linli/store"
	"linli/understand"
)

// folder is what a community keeps, as a check looks at it.
type folder struct {
	profile   community.Profile
	groups    []community.Group
	resources []community.Resource
	people    []community.Person
}

func checkCommunities(ctx context.Context, st store.Store, demo bool) (found []finding) {
	all, err := profiles(ctx, st)
	if err != nil {
		return []finding{{fix, "数据读不出来：" + err.Error(), "用备份恢复，原文件不要删"}}
	}
	if len(all) == 0 {
		found = append(found, finding{warn, "数据里还没有社区", "第一次 linli serve 会放一个示例社区进来"})
	}
	for _, p := range all {
		f := folder{profile: p}
		err := st.View(ctx, p.ID, func(tx store.Tx) {
			f.groups, f.resources, f.people = store.Groups(tx), store.Resources(tx), store.People(tx)
		})
		if err != nil {
			found = append(found, finding{fix, "「" + p.Name + "」的数据读不出来：" + err.Error(), "用备份恢复，原文件不要删"})
			continue
		}
		found = append(found, f.check()...)
		if demo && !p.Sample {
			found = append(found, finding{warn, "demo 开着，网页访客可以扮演「" + p.Name + "」里的任何人", "真实社区请去掉 demo: true"})
		}
	}
	return found
}

// check looks at one community. In the sample nothing must be changed.
func (f folder) check() []finding {
	what := fmt.Sprintf("%s（%s）：%d 个群，%d 条资源，%d 个人", sheets.Printable(f.profile.Name), f.profile.ID, len(f.groups), len(f.resources), len(f.people))
	out := []finding{{good, what, ""}}
	for _, look := range []func(folder) []finding{checkGroups, checkResources, checkHotlines, checkPeople} {
		for _, x := range look(f) {
			if x.what = "　" + x.what; f.profile.Sample && x.level == fix {
				x.level = warn
			}
			out = append(out, x)
		}
	}
	return out
}

// A pile holds the rows of one kind of trouble; it makes a finding if there are any.
type pile struct {
	level      level
	what, todo string
	rows       []string
}

func (s *pile) add(yes bool, id, name string) {
	if yes {
		s.rows = append(s.rows, strings.TrimSpace(sheets.Printable(id)+" "+sheets.Printable(name)))
	}
}

// firstFew is how many rows of a pile are named.
const firstFew = 5

func tell(all ...*pile) (out []finding) {
	for _, s := range all {
		if len(s.rows) == 0 {
			continue
		}
		names := strings.Join(s.rows[:min(len(s.rows), firstFew)], "、")
		if len(s.rows) > firstFew {
			names += " 等"
		}
		out = append(out, finding{s.level, fmt.Sprintf(s.what, len(s.rows)) + "：" + names, s.todo})
	}
	return out
}

func checkGroups(f folder) []finding {
	if len(f.groups) == 0 {
		return []finding{{fix, "一个群也没有", "小邻听不到任何话，请先接上一个群"}}
	}
	house := &pile{level: warn, what: "%d 个楼栋群看不出是哪一栋", todo: "把楼号写进群名，例如「3号楼邻里群」"}
	deaf := &pile{level: warn, what: "%d 个群没有接上", todo: "小邻在那里听不到也说不了"}
	for _, g := range f.groups {
		house.add(g.Kind == community.BuildingGroup && g.Building == "" && understand.BuildingOf(g.Name) == "", string(g.ID), g.Name)
		deaf.add(len(g.Handles) == 0, string(g.ID), g.Name)
	}
	return tell(house, deaf)
}

func checkResources(f folder) []finding {
	if len(f.resources) == 0 {
		return []finding{{warn, "资源清单是空的", "居民问什么小邻都答不了；用 linli import resources 导入"}}
	}
	stale := &pile{level: warn, what: "%d 条资源从没核对过", todo: "核对后在「核对日期」列填上日期，再导入"}
	bare := &pile{level: warn, what: "%d 条资源既没有电话也没有地址", todo: "居民问到了也找不着，请补上"}
	twins := &pile{level: warn, what: "%d 条资源和别的重名", todo: "合成一条，或把名称写得分得开"}
	first := map[string]string{}
	for _, r := range f.resources {
		stale.add(r.Checked.IsZero(), r.ID, r.Name)
		bare.add(r.Phone == "" && r.Address == "", r.ID, r.Name)
		other, twice := first[r.Name]
		twins.add(twice, r.ID+"/"+other, r.Name)
		if !twice {
			first[r.Name] = r.ID
		}
	}
	return tell(stale, bare, twins)
}

// hotlines are the numbers that an emergency is answered with and that only the list can know.
var hotlines = []struct {
	name  string
	words []string
}{
	{"燃气抢修", []string{"燃气", "煤气", "天然气"}},
	{"电梯困人", []string{"电梯"}},
}

func checkHotlines(f folder) (out []finding) {
	for _, h := range hotlines {
		if !f.has(h.words) {
			out = append(out, finding{warn, "清单里没有" + h.name + "的电话", "出了危险小邻只能报 119、120、110，请加一条"})
		}
	}
	return out
}

// has reports whether a row with a phone number speaks of one of the words.
func (f folder) has(words []string) bool {
	for _, r := range f.resources {
		text := r.Name + r.Category + r.Description + strings.Join(r.Keywords, " ")
		for _, w := range words {
			if r.Phone != "" && strings.Contains(text, w) {
				return true
			}
		}
	}
	return false
}

func checkPeople(f folder) []finding {
	var out []finding
	if len(onCall(f.people)) == 0 {
		out = append(out, finding{fix, "没有工作人员，也没有主任：出了危险，小邻没有人可以叫", "用 linli import people 导入人员名单"})
	}
	known := map[community.GroupID]bool{}
	for _, g := range f.groups {
		known[g.ID] = true
	}
	mute := &pile{level: warn, what: "%d 个管事的人没有电话", todo: "急事找不到人，请在人员名单里补上"}
	idle := &pile{level: warn, what: "%d 个管事的人没有写分管什么", todo: "诉求不知道该派给谁，请在「分管」列填上"}
	lost := &pile{level: warn, what: "%d 个人负责的群已经没有了", todo: "在人员名单里改掉「负责的群」"}
	for _, p := range f.people {
		mute.add(p.Role.Serves() && p.Phone == "", string(p.ID), p.Name)
		idle.add(p.Role.Serves() && len(p.Duties) == 0, string(p.ID), p.Name)
		for _, g := range p.Scope {
			if !known[g] {
				lost.add(true, string(p.ID), p.Name)
				break
			}
		}
	}
	return append(out, tell(mute, idle, lost)...)
}
