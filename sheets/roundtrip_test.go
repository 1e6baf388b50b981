package sheets

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"linli/community"
)

// writers are the two ways out and back.
var writers = map[string]func(io.Writer, Table) error{"a.csv": WriteCSV, "a.xlsx": WriteXLSX}

// dice makes rows that a list can hold: any text that is not refused on the way in.
type dice struct{ *rand.Rand }

var shards = []string{"长者食堂", "电话", "=", "+", "-", "@", "'", "\"", ",", ";", "；", "\n", " ", "　", "_x0041_", "_x005F_", "_x", "&amp;", "<b>", "&", "\\", "％",
	"1", "007", "1e5", "TRUE", "2026-05-06", "😀", "👨\u200d👩\u200d👧", "𠮷", "é", "#N/A", "sep=;", "\u00a0", "[]", "＝", "%", "|", "0512-55500101"}

func (d dice) text(lines bool) string {
	var b strings.Builder
	for range d.IntN(5) {
		s := shards[d.IntN(len(shards))]
		if s != "\n" || lines {
			b.WriteString(s)
		}
	}
	return strings.TrimSpace(b.String())
}

// some is a text that is not empty.
func (d dice) some() string {
	if s := d.text(false); s != "" {
		return s
	}
	return "无名"
}

func (d dice) id(n int) string {
	return fmt.Sprintf("%s-%d", strings.Map(func(r rune) rune {
		if r == ' ' || r == '　' || r == '\u00a0' {
			return -1
		}
		return r
	}, d.text(false)), n)
}

func (d dice) phone() string {
	return []string{"", "0512-55500101", "13800138000", "110", "12345", "4008123456", "+8613800138000", "0512-55500101\n13800138000", "(0512) 65551234转8"}[d.IntN(9)]
}

func (d dice) resource(n int) community.Resource {
	r := community.Resource{ID: d.id(n), Name: d.some(), Kind: []string{public, governance}[d.IntN(2)], Category: d.text(false), Phone: d.phone(),
		Address: d.text(true), Hours: d.text(true), Audience: d.text(true), Description: d.text(true)}
	for range d.IntN(4) {
		if w := strings.TrimSpace(strings.NewReplacer(";", "", "；", "", "\n", "").Replace(d.some())); w != "" {
			r.Keywords = append(r.Keywords, w)
		}
	}
	if d.IntN(2) == 0 {
		r.Checked = time.Date(2000+d.IntN(100), time.Month(1+d.IntN(12)), 1+d.IntN(28), 0, 0, 0, 0, time.UTC)
	}
	return r
}

var someGroups = []community.Group{{ID: "g1", Name: "3号楼邻里群"}, {ID: "g2", Name: "大群"}, {ID: "g3", Name: "大群"}, {ID: "g4", Name: "甲、乙群"}, {ID: "g5", Name: "g1"}, {ID: "6", Name: "=公式群"}}

func (d dice) person(n int) community.Person {
	p := community.Person{ID: community.PersonID(d.id(n)), Name: d.some(), Role: roles[d.IntN(len(roles))], Title: d.text(false), Phone: strings.ReplaceAll(d.phone(), "\n", "/")}
	for range d.IntN(3) {
		p.Duties = append(p.Duties, community.Categories[d.IntN(len(community.Categories))].Key)
	}
	for range d.IntN(3) {
		p.Scope = append(p.Scope, someGroups[d.IntN(len(someGroups))].ID)
	}
	return p
}

func thereAndBack[T any](t *testing.T, l List[T], name string, rows []T) Filled[T] {
	t.Helper()
	var b bytes.Buffer
	must(t, writers[name](&b, l.Table(rows)))
	tables, err := Read(name, &b)
	must(t, err)
	f, err := l.Read(tables)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

func sameRows[T any](t *testing.T, name string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %d rows, want %d", name, len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("%s: row %d came back as\n%#v\nwant\n%#v", name, i, got[i], want[i])
		}
	}
}

func TestWhatIsWrittenComesBackExactly(t *testing.T) {
	for seed := range uint64(60) {
		d := dice{rand.New(rand.NewPCG(seed, 1))}
		var resources []community.Resource
		var people []community.Person
		for i := range 40 {
			resources, people = append(resources, d.resource(i)), append(people, d.person(i))
		}
		for name := range writers {
			f := thereAndBack(t, Resources(), name, resources)
			sameRows(t, name, f.Rows, resources)
			if c := Resources().Compare(resources, f); !c.Nothing() || c.Same != len(resources) || len(f.Absent) > 0 {
				t.Fatalf("%s: got changes %+v, absent %q", name, c, f.Absent)
			}
			sameRows(t, name, thereAndBack(t, People(someGroups), name, people).Rows, people)
		}
	}
}

// What Excel opens has only strings: neither a formula nor a number.
func TestNothingWrittenIsAFormula(t *testing.T) {
	rows := []community.Resource{{ID: "=1+1", Name: "=HYPERLINK(\"http://x\")", Kind: public, Phone: "051255500101", Description: "@SUM(A1)"}}
	var b bytes.Buffer
	must(t, WriteXLSX(&b, Resources().Table(rows)))
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	must(t, err)
	for _, cell := range []string{"A2", "B2", "E2", "I2"} {
		kind, err := f.GetCellType("资源清单", cell)
		must(t, err)
		formula, err := f.GetCellFormula("资源清单", cell)
		must(t, err)
		style, err := f.GetCellStyle("资源清单", cell)
		must(t, err)
		s, err := f.GetStyle(style)
		must(t, err)
		if kind != excelize.CellTypeInlineString || formula != "" || s.NumFmt != 49 {
			t.Errorf("%s: got type %v, formula %q, format %d, want a string formatted as text", cell, kind, formula, s.NumFmt)
		}
	}
}

func TestFiftyThousandRowsInSecondsAndLittleMemory(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(7, 7))}
	var rows []community.Resource
	for i := range manyRows {
		r := d.resource(i)
		r.Description = strings.Repeat("说明文字", 20) + r.Description
		rows = append(rows, r)
	}
	for name, write := range writers {
		var b bytes.Buffer
		must(t, write(&b, Resources().Table(rows)))
		size := b.Len()
		runtime.GC()
		start, peak := time.Now(), watchHeap()
		tables, err := Read(name, &b)
		must(t, err)
		f, err := Resources().Read(tables)
		took, most := time.Since(start), peak()
		if err != nil || len(f.Rows) != len(rows) {
			t.Fatalf("%s: got %d rows, %v", name, len(f.Rows), err)
		}
		t.Logf("%s: %d KB read in %v, %d MB at most", name, size>>10, took.Round(time.Millisecond), most>>20)
		if took > 30*time.Second || most > 512<<20 {
			t.Errorf("%s: took %v and %d MB", name, took, most>>20)
		}
	}
}

// watchHeap notes the largest heap until the function it returns is called.
func watchHeap() func() uint64 {
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		var top uint64
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				most <- top
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				top = max(top, m.HeapAlloc)
			}
		}
	}()
	return func() uint64 { close(stop); return <-most }
}
