package sheets

import (
	"strings"
	"time"

	"linli/community"
)

// The kinds of resource and their names.
const (
	public     = "public_service"
	governance = "governance_resource"
)

var kindNames = map[string][]string{public: {"公共服务", "公共服务资源"}, governance: {"治理资源"}}

// Resources is the list that answers are made from.
func Resources() List[community.Resource] {
	type r = community.Resource
	kind := field([]string{"类型", "资源类型", "kind"}, func(v *r) *string { return &v.Kind }, showKind, readKind)
	keywords := field([]string{"关键词", "关键字", "keywords"}, func(v *r) *[]string { return &v.Keywords }, showWords, words)
	checked := field([]string{"核对日期", "核对时间", "核对", "checked"}, func(v *r) *time.Time { return &v.Checked }, showDay, readDay)
	phone := field([]string{"电话", "联系电话", "电话号码", "联系方式", "phone"}, func(v *r) *string { return &v.Phone }, same, readPhone)
	return List[r]{Name: "资源清单", ID: func(v r) string { return v.ID }, Title: func(v r) string { return v.Name }, columns: []column[r]{
		field([]string{"编号", "资源编号", "id"}, func(v *r) *string { return &v.ID }, same, readID).needed(),
		text(func(v *r) *string { return &v.Name }, "名称", "资源名称", "服务名称", "name").needed(),
		kind.needed(),
		text(func(v *r) *string { return &v.Category }, "类别", "分类", "服务类别", "category").there(),
		phone.long(200),
		text(func(v *r) *string { return &v.Address }, "地址", "地点", "服务地点", "位置", "address").long(500),
		text(func(v *r) *string { return &v.Hours }, "时间", "服务时间", "开放时间", "营业时间", "办公时间", "hours").long(500),
		text(func(v *r) *string { return &v.Audience }, "对象", "服务对象", "audience").long(500),
		text(func(v *r) *string { return &v.Description }, "说明", "描述", "简介", "服务内容", "description").long(4000),
		keywords.long(2000),
		checked,
	}}
}

func same(s string) string { return s }

func showKind(k string) string {
	if names := kindNames[k]; names != nil {
		return names[0]
	}
	return k
}

func readKind(c Cell) (string, string) { return choice(kindNames, []string{public, governance}, c) }

func showWords(w []string) string { return strings.Join(w, ";") }

// readID: an id is a word that people say and type, so nothing may break it.
func readID(c Cell) (string, string) {
	if strings.ContainsAny(c.Text, " 　") {
		return c.Text, "编号里有空格，请去掉"
	}
	if len([]rune(c.Text)) > 64 {
		return c.Text, "编号太长了，最多 64 个字"
	}
	return plainText(c)
}

func showDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// dayForms are the ways people write a day.
var dayForms = []string{"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102", "2006-1-2 15:04:05", "2006/1/2 15:04:05", "2006/1/2 15:04"}

func readDay(c Cell) (time.Time, string) {
	for _, form := range dayForms {
		t, err := time.Parse(form, c.Text)
		if err == nil && t.Year() >= 2000 && t.Year() < 2100 {
			return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), ""
		}
	}
	why := "「" + printable(c.Text, 20) + "」不是日期，请写成 2026-05-06 这样"
	if c.Kind == Number {
		why = "这是 Excel 内部的日期数字，请把单元格格式设为「日期」再导入"
	}
	return time.Time{}, why
}
