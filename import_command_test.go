package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"linli/community"
	"linli/store"
	"linli/store/sqlite"
)

// office is a data folder with the sample community in it, and the commands an admin types there.
type office struct {
	*testing.T
	dir string
}

func newOffice(t *testing.T) office {
	t.Helper()
	o := office{t, t.TempDir()}
	o.papers(func(st *sqlite.Store) error { return settle(t.Context(), st, time.Now()) })
	return o
}

// papers opens the store for a moment.
func (o office) papers(do func(*sqlite.Store) error) {
	o.Helper()
	st, err := sqlite.Open(filepath.Join(o.dir, storeName))
	if err != nil {
		o.Fatal(err)
	}
	if err := errors.Join(do(st), st.Close()); err != nil {
		o.Fatal(err)
	}
}

func (o office) lists() (rows []community.Resource, people []community.Person) {
	o.papers(func(st *sqlite.Store) error {
		return st.View(o.Context(), "yuefeng", func(tx store.Tx) { rows, people = store.Resources(tx), store.People(tx) })
	})
	return rows, people
}

func (o office) path(name string) string { return filepath.Join(o.dir, name) }

func (o office) file(name, text string) string {
	o.Helper()
	if err := os.WriteFile(o.path(name), []byte(text), 0o600); err != nil {
		o.Fatal(err)
	}
	return o.path(name)
}

func (o office) imports(answer string, args ...string) (string, error) {
	var out bytes.Buffer
	err := importCommand(o.Context(), append(args, "--data", o.dir), strings.NewReader(answer), &out)
	return out.String(), err
}

func (o office) exports(args ...string) (string, error) {
	var out bytes.Buffer
	err := run(o.Context(), append(append([]string{"export"}, args...), "--data", o.dir), &out)
	return out.String(), err
}

const listHead = "编号,名称,类型,类别,电话,地址,时间,对象,说明,关键词\n"

func TestExportedListsComeBackUnchanged(t *testing.T) {
	o := newOffice(t)
	rows, people := o.lists()
	for _, ext := range []string{".csv", ".xlsx"} {
		for _, list := range []string{"resources", "people"} {
			file := o.path(list + ext)
			if out, err := o.exports(list, file); err != nil || strings.Contains(out, "注意") {
				t.Fatalf("export: %v\n%s", err, out)
			}
			if out, err := o.imports("", list, file); err != nil || !strings.Contains(out, "完全一样") {
				t.Errorf("import: %v\n%s", err, out)
			}
			if _, err := o.exports(list, file); err == nil || !strings.Contains(err.Error(), "不覆盖") {
				t.Errorf("got %v, want a refusal to overwrite", err)
			}
			// An emptied list comes back whole from the file.
			empty := o.file("empty.csv", listHead)
			if list == "people" {
				empty = o.file("empty.csv", "编号,姓名,角色\n")
			}
			if out, err := o.imports("是\n", list, empty); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if out, err := o.imports("是\n", list, file); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		}
		gotRows, gotPeople := o.lists()
		if !reflect.DeepEqual(gotRows, rows) || !reflect.DeepEqual(gotPeople, people) {
			t.Errorf("%s: the lists came back different", ext)
		}
	}
	info, err := os.Stat(o.path("people.csv"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v %v, want a file for its owner's eyes only", info.Mode(), err)
	}
}

func TestImportShowsChangesAndWaitsForYes(t *testing.T) {
	o := newOffice(t)
	before, _ := o.lists()
	file := o.file("new.csv", listHead+
		"R001,悦枫长者食堂,公共服务,养老助餐,0512-55500199,悦枫路18号一楼,每天10:30-12:30、16:30-18:00,60岁以上老人,堂食和送餐,老年食堂;老人吃饭;老年饭桌;助餐;送饭\n"+
		"R900,\x1b[31m红字,公共服务,,,,,,,\n")
	if out, err := o.imports("是\n", "resources", file); err == nil || !strings.Contains(err.Error(), "第 3 行 B 列（名称）") || strings.Contains(err.Error()+out, "\x1b") {
		t.Fatalf("got %v\n%s, want the control character refused and not shown", err, out)
	}
	o.file("new.csv", strings.Replace(mustRead(t, file), "\x1b[31m", "", 1))
	for _, answer := range []string{"否\n", "", "也许\n\n说不好\n", "no\n"} {
		out, err := o.imports(answer, "resources", file)
		if errors.Is(err, errNoAnswer) != (answer == "") || answer != "" && err != nil || !strings.Contains(out, "没有改动") {
			t.Errorf("%q: got %v\n%s", answer, err, out)
		}
		for _, want := range []string{"现有 40 行，文件里 2 行", "新增 1 行", "＋ R900 红字", "改动 1 行", "～ R001 悦枫长者食堂　电话：「0512-55500101」 → 「0512-55500199」", "删除 39 行", "－ R002", "……还有 9 行",
			"没有「核对日期」列", "会删除现有 40 行中的 39 行"} {
			if !strings.Contains(out, want) {
				t.Errorf("got no %q in\n%s", want, out)
			}
		}
		if now, _ := o.lists(); !reflect.DeepEqual(now, before) {
			t.Fatalf("%q: the list was changed", answer)
		}
	}
	if out, err := o.imports("嗯\n是\n", "resources", file); err != nil || !strings.Contains(out, "已导入：新增 1，改动 1，删除 39") {
		t.Fatalf("got %v\n%s", err, out)
	}
	now, _ := o.lists()
	if len(now) != 2 || now[0].Phone != "0512-55500199" || now[1].Name != "红字" {
		t.Errorf("got %+v", now)
	}
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestColumnThatIsNotInTheFileIsKept(t *testing.T) {
	o := newOffice(t)
	day := time.Date(2026, 5, 6, 9, 30, 0, 0, time.FixedZone("", 8*3600))
	o.papers(func(st *sqlite.Store) error {
		return st.Update(t.Context(), "yuefeng", func(tx store.Tx) {
			rows := store.Resources(tx)
			rows[0].Checked = day
			store.PutResources(tx, rows)
		})
	})
	if out, err := o.exports("resources", o.path("a.csv")); err != nil {
		t.Fatal(out, err)
	}
	raw := mustRead(t, o.path("a.csv"))
	if !strings.Contains(raw, "2026-05-06") {
		t.Fatal("the day it was checked is not in the file")
	}
	lines := strings.Split(raw, "\r\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = l[:strings.LastIndex(l, ",")] // the last column is cut off
		}
	}
	file := o.file("b.csv", strings.Replace(strings.Join(lines, "\r\n"), "0512-55500101", "0512-55500190", 1))
	if out, err := o.imports("", "resources", file, "--yes"); err != nil || !strings.Contains(out, "改动 1") {
		t.Fatal(out, err)
	}
	if rows, _ := o.lists(); rows[0].Phone != "0512-55500190" || !rows[0].Checked.Equal(day) {
		t.Errorf("got %+v, want a new number and the moment of the check as it was", rows[0])
	}
}

func TestEmptyingAListIsAskedWithAWarning(t *testing.T) {
	o := newOffice(t)
	file := o.file("none.csv", "编号,姓名,角色\n")
	out, err := o.imports("否\n", "people", file)
	if err != nil || !strings.Contains(out, "全部删除") || !strings.Contains(out, "没有人可以叫") || !strings.Contains(out, "没有改动") {
		t.Errorf("got %v\n%s", err, out)
	}
	if out, err = o.imports("", "people", file, "--yes"); err != nil || !strings.Contains(out, "全部删除") {
		t.Errorf("got %v\n%s", err, out)
	}
	if _, people := o.lists(); len(people) != 0 {
		t.Errorf("got %d people, want none", len(people))
	}
}

func TestPeopleAreReadByGroupAndDutyNames(t *testing.T) {
	o := newOffice(t)
	file := o.file("people.csv", "编号,姓名,角色,职务,电话,分管,负责的群\n"+
		"p01,周敏,书记,,13800138000,电梯、照明,悦枫苑3号楼邻里群；g2\np02,沈洁,网格员,,,noise,\n")
	if out, err := o.imports("是\n", "people", file); err != nil {
		t.Fatal(out, err)
	}
	_, people := o.lists()
	want := community.Person{ID: "p01", Name: "周敏", Role: community.Chair, Phone: "13800138000", Duties: []string{"elevator", "lighting"}, Scope: []community.GroupID{"g1", "g2"}}
	if len(people) != 2 || !reflect.DeepEqual(people[0], want) || people[1].Role != community.Staff || people[1].Duties[0] != "noise" {
		t.Errorf("got %+v, want %+v first", people, want)
	}
	bad := o.file("bad.csv", "编号,姓名,角色,分管,负责的群\np01,周敏,主仁,电踢,悦枫苑4号楼邻里群\n")
	_, err := o.imports("是\n", "people", bad)
	for _, want := range []string{"是不是「主任」", "是不是「电梯」", "没有「悦枫苑4号楼邻里群」这个群，是不是「悦枫苑", "什么也没有改"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

func TestImportSaysWhoHoldsTheData(t *testing.T) {
	o := newOffice(t)
	file := o.file("a.csv", listHead)
	o.papers(func(*sqlite.Store) error {
		_, err := o.imports("是\n", "resources", file)
		for _, want := range []string{"正在被另一个 linli 使用", fmt.Sprintf("进程 %d", os.Getpid()), "请先停下它"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q in it", err, want)
			}
		}
		if !held(fmt.Errorf("x: %w", syscall.EWOULDBLOCK)) {
			t.Error("a held lock is not known")
		}
		return nil
	})
}

func TestImportWithoutWhatItNeeds(t *testing.T) {
	o := newOffice(t)
	file := o.file("a.csv", listHead)
	for want, args := range map[string][]string{
		"用法：linli import":  {"resources"},
		"用法：linli import ": {"things", file},
		"还没有数据":            {"resources", file, "--data", o.path("nowhere")},
		"没有「yuefen」这个社区，是不是「yuefeng」": {"resources", file, "--community", "yuefen"},
		"文件打不开": {"resources", o.path("missing.csv")},
		"参数不对":  {"resources", file, "--force"},
	} {
		var out bytes.Buffer
		if !strings.Contains(strings.Join(args, " "), "--data") {
			args = append(args, "--data", o.dir)
		}
		if err := importCommand(t.Context(), args, strings.NewReader("是\n"), &out); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q in it", args, err, want)
		}
	}
	o.papers(func(st *sqlite.Store) error {
		return st.Update(t.Context(), "second", func(tx store.Tx) { store.PutProfile(tx, community.Profile{ID: "second", Name: "第二社区"}) })
	})
	if _, err := o.imports("是\n", "resources", file); err == nil || !strings.Contains(err.Error(), "有 2 个社区") {
		t.Errorf("got %v, want a question which community", err)
	}
	if out, err := o.imports("", "resources", file, "--community", "second"); err != nil || !strings.Contains(out, "完全一样") {
		t.Errorf("got %v\n%s, want the second community's empty list", err, out)
	}
}

func TestExportTellsWhatWouldNotComeBack(t *testing.T) {
	o := newOffice(t)
	o.papers(func(st *sqlite.Store) error {
		return st.Update(t.Context(), "yuefeng", func(tx store.Tx) {
			rows := store.Resources(tx)
			rows[3].Description = " 前面有空格"
			rows[4].Name = ""
			store.PutResources(tx, rows)
		})
	})
	out, err := o.exports("resources", o.path("a.xlsx"))
	if err != nil || !strings.Contains(out, "不能原样导入") || !strings.Contains(out, "第 6 行 B 列（名称）：没有填") {
		t.Errorf("got %v\n%s", err, out)
	}
	if _, err = o.exports("resources", o.path("a.txt")); err == nil || !strings.Contains(err.Error(), ".xlsx 结尾") {
		t.Errorf("got %v", err)
	}
	if _, err = o.exports("resources", o.path("no/such/a.csv")); err == nil || !strings.Contains(err.Error(), "文件建不了") {
		t.Errorf("got %v", err)
	}
}

func TestTenThousandRowsAreImportedInOneGo(t *testing.T) {
	o := newOffice(t)
	var b strings.Builder
	b.WriteString(listHead)
	for i := range 10_000 {
		fmt.Fprintf(&b, "N%05d,服务%d,公共服务,便民,0512-%08d,路%d号,每天,全体居民,说明,甲;乙\n", i, i, i, i)
	}
	start := time.Now()
	out, err := o.imports("", "resources", o.file("big.csv", b.String()), "--yes")
	if err != nil || !strings.Contains(out, "已导入：新增 10000，改动 0，删除 40") {
		t.Fatalf("got %v\n%s", err, out)
	}
	if rows, _ := o.lists(); len(rows) != 10_000 {
		t.Errorf("got %d rows", len(rows))
	}
	t.Logf("10,000 rows in %v", time.Since(start).Round(time.Millisecond))
}
