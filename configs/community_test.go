package configs

import (
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"linli/community"
)

var wantProfile = community.Profile{ID: "t", Name: "测试社区", Type: "old", Estates: []community.Estate{{Name: "悦枫苑", Buildings: "1-12"}}}

var wantGroups = []community.Group{{ID: "g1", Name: "3号楼, 邻里群", Kind: community.BuildingGroup}, {ID: "g2", Name: "大群: 全体", Kind: community.EstateGroup}}

func TestCommunityInEveryStyle(t *testing.T) {
	for name, text := range map[string]string{
		"flow": "id: t\nname: 测试社区\ntype: old\nestates: [{name: 悦枫苑, buildings: \"1-12\"}]\ngroups: [{id: g1, name: \"3号楼, 邻里群\", kind: building}, {id: g2, name: '大群: 全体', kind: estate}]\n",
		"block with remarks": "# 社区\nid: t   # 拼音\nname: 测试社区\ntype: old\n\nestates:\n  - name: 悦枫苑   # 主小区\n    buildings: 1-12\n" +
			"groups:\n  # 楼栋\n  - kind: building\n    id: g1\n    name: \"3号楼, 邻里群\"\n  - id: g2\n    name: \"大群: 全体\"\n    kind: estate\n",
		"anchors": "type: &kind old\nid: t\nname: 测试社区\nestates:\n- {name: 悦枫苑, buildings: [1-12]}\n" +
			"groups:\n- &first {id: g1, name: \"3号楼, 邻里群\", kind: building}\n- id: g2\n  <<: *first\n  name: '大群: 全体'\n  kind: estate\npopulation: 3200\n",
		"quoted keys, crlf, bom": "\ufeff\"id\": t\r\nname: 测试社区\r\ntype: old\r\nestates:\r\n- name: 悦枫苑\r\n  buildings: 1-12\r\ngroups:\r\n- id: g1\r\n  name: \"3号楼, 邻里群\"\r\n  kind: building\r\n- id: g2\r\n  name: \"大群: 全体\"\r\n  kind: estate\r\n",
	} {
		p, g, err := ReadCommunity(strings.NewReader(text))
		if err != nil || !reflect.DeepEqual(p, wantProfile) || !reflect.DeepEqual(g, wantGroups) {
			t.Errorf("%s: got %+v %+v %v, want %+v %+v", name, p, g, err, wantProfile, wantGroups)
		}
	}
}

func TestCommunityFaultsNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"name: x\n": "没有 id",
		"id: t\ngroups:\n- id: g1\n  name: a\n- name: b\n  kind: estate\n": "第 5 行：这个群没有 id",
		"id: t\ngroups: [{id: g1},\n {id: g1}]\n":                          "第 3 行：群 id「g1」写了两次",
		"id: t\nname: x\ngruops: []\n":                                     "第 3 行：没有「gruops」这个键，是不是「groups」",
		"id: t\ngroups:\n- {id: g1, nmae: x}\n":                            "第 3 行：没有「nmae」",
		"id: t\ngroups: none\n":                                            "第 2 行：「groups」应是列表",
		"id: t\n\tname: x\n":                                               "第 2 行：写法有误",
		"":                                                                 "没有 id",
	} {
		if _, _, err := ReadCommunity(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q in it", text, err, want)
		}
	}
}

func FuzzReadCommunity(f *testing.F) {
	sample, err := fs.ReadFile(Sample(), "community.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(sample))
	f.Add("id: &a t\ngroups:\n- <<: *a\n")
	f.Add("id: *id\n")
	f.Fuzz(func(t *testing.T, s string) {
		p, groups, err := ReadCommunity(strings.NewReader(s))
		if err != nil {
			return
		}
		if p.ID == "" {
			t.Fatal("a community without id got through")
		}
		for _, g := range groups {
			if g.ID == "" {
				t.Fatalf("a group without id got through: %+v", g)
			}
		}
	})
}
