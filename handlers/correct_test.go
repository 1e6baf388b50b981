package handlers

import (
	"regexp"
	"testing"
	"unicode/utf8"

	"linli/community"
)

func TestPlacesAreReadAsStaffWriteThem(t *testing.T) {
	for _, x := range []struct {
		args map[string]string
		want community.Place
		ok   bool
	}{
		{map[string]string{"building": " 5号楼 ", "unit": "１单元", "floor": "3楼", "room": "302室"}, community.Place{Building: "5", Unit: "1", Floor: "3", Room: "302"}, true},
		{map[string]string{"building": "a5", "unit": "东单元"}, community.Place{Building: "A5", Unit: "东"}, true},
		{map[string]string{"building": "甲1", "place": "地下车库B区。"}, community.Place{Building: "甲1", Name: "地下车库B区"}, true},
		{map[string]string{"floor": "-1"}, community.Place{Floor: "-1"}, true},
		{map[string]string{"building": "五号楼往东"}, community.Place{}, false},
		{map[string]string{"room": "张阿姨家"}, community.Place{}, false},
		{map[string]string{"place": "打13812345678"}, community.Place{}, false},
		{map[string]string{"place": "东门\n西门"}, community.Place{}, false},
		{nil, community.Place{}, false},
	} {
		got, err := placeOf(x.args)
		if (err == nil) != x.ok || x.ok && got != x.want {
			t.Errorf("%v: got %#v %v, want %#v", x.args, got, err, x.want)
		}
	}
}

var longNumber = regexp.MustCompile(`\d{6}|[\x00-\x1f]`)

func FuzzPlaceOf(f *testing.F) {
	f.Add("5号楼", "1单元", "3", "302室", "东门")
	f.Add("１２", "", "-1", "", "138 1234")
	f.Fuzz(func(t *testing.T, building, unit, floor, room, name string) {
		p, err := placeOf(map[string]string{"building": building, "unit": unit, "floor": floor, "room": room, "place": name})
		if err != nil {
			return
		}
		for _, s := range []string{p.Building, p.Unit, p.Floor, p.Room, p.Name} {
			if utf8.RuneCountInString(s) > longestPart || longNumber.MatchString(s) {
				t.Fatalf("got %#v", p)
			}
		}
	})
}
