package understand

import (
	"strings"
	"testing"

	"linli/community"
)

// where writes a place as building/unit/floor/room/name.
func where(p community.Place) string {
	return strings.TrimRight(strings.Join([]string{p.Building, p.Unit, p.Floor, p.Room, p.Name}, "/"), "/")
}

func TestPlacesInWords(t *testing.T) {
	for text, want := range map[string]string{
		"三幢2单元的灯坏了":           "3/2",
		"A3座电梯又停":             "A3",
		"5-1203漏水":            "5///1203",
		"12号楼1单元502室":         "12/1//502",
		"十二栋门口全是垃圾":           "12",
		"12-2-301厨房返水":        "12/2//301",
		"3楼2单元门禁失灵":           "3/2",
		"我们3楼的灯":              "//3",
		"二十一号楼三单元六楼":          "21/3/6",
		"地下车库B区好黑":            "////地下车库B区",
		"东门的杆子撞断了":            "////东门",
		"楼上403又在浇花":           "///403",
		"我202先不洗了":            "///202",
		"1703能不能把鞋柜收一收":       "///1703",
		"一零一卫生间往外冒水":          "///101",
		"打110了吗":              "",
		"上午9点到10点停水":          "",
		"物业费涨到3.5元每平":         "",
		"26幢1单元门口断了一根线，离地一米五": "26/1",
		"南浜12号门口路塌了":          "12////南浜",
		"石板巷18号的下水道":          "18////石板巷",
		"3#楼大堂":               "3////大堂",
		"3#2单元":               "3/2",
		"住在7号楼1201":           "7///1201",
		"2026年3月15日停电通知":      "",
		"8幢601室":              "8///601",
		"B座1808":              "B///1808",
		"东3幢楼下":               "东3",
		"甲1号楼二门洞":             "甲1/2",
		"浙江省杭州市余杭区文一西路969号3幢2单元501室":  "3/2//501",
		"苏州工业园区星湖街328号创意产业园5栋1单元1102": "5/1//1102",
		"北京市朝阳区望京西园四区407号楼1门502":      "407/1//502",
		"这个月水费120，太贵":                 "",
		"员村二横路9号之二3栋2梯1203房":          "3/2//1203",
		"3-2电梯又停了":                    "3/2",
		"9-10点开会":                     "",
		"7幢甲单元水压低":                    "7/甲",
		"2栋B座317没电":                   "2/B//317",
		"7幢乙1102在滴水":                  "7/乙//1102",
		"2-B-613拍球":                   "2/B//613",
		"一栋楼都没水":                      "",
		"两幢楼之间":                       "",
		"车牌尾号302的挪一下":                 "",
		"13812345678打这个":              "",
		"15栋3003":                     "15///3003",
		"5号楼一单元":                      "5/1",
		"5号楼一单元9楼":                    "5/1/9",
		"五号楼十楼":                       "5//10",
		"4杠302":                       "4///302",
		"21幢-2单元-101":                 "21/2//101",
		"３号楼２单元":                      "3/2",
		"我家在16栋, 1902阳台玻璃炸了":          "16///1902",
		"群里有500人":                     "",
		"三号线地铁口":                      "",
		"12号下午开会":                     "",
		"11月27日晚7点":                   "",
		"A12楼下":                       "A12",
	} {
		if got := where(placeIn(Normalise(text))); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestHomesInNicknames(t *testing.T) {
	for name, want := range map[string]string{
		"张阿姨 3-502": "3///502", "小马 3-2-601": "3/2//601", "12幢王": "12", "5-1203房东": "5///1203", "A3-1806 Kevin": "A3///1806", "14幢老邢": "14",
		"8-301知足常乐": "8///301", "静水流深": "", "996的老陶 8-2-1604": "8/2//1604", "5栋1单元-阿芳": "5/1", "老K 17-203": "17///203", "22幢302毛毛外婆": "22///302",
		"团购小鱼（9幢）": "9", "10幢-2单元小庞": "10/2", "王姐26-1-501": "26/1//501", "阿彭2号": "", "16-1703": "16///1703", "1806": "",
	} {
		if got := where(homeOf(name)); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestHousesAsTheirCommunityCallsThem(t *testing.T) {
	h := housesOf(community.Profile{Type: "new_village", Estates: []community.Estate{{Name: "渡口新村东区", Buildings: "1-60号"}, {Name: "竹行街", Buildings: "1-90"},
		{Name: "公寓", Buildings: "A1-A3, 西2"}, {Name: "排房", Buildings: "1-18排"}}})
	for text, want := range map[string]string{"东区30的桶满了": "30////东区", "竹行88号水压低": "88////竹行街", "a2门口": "A2", "咱西2的门禁": "西2", "西2-1-404": "西2/1//404",
		"8排那个变压器": "8", "13排2号漏水": "13///2", "往西3公里": "", "b7门口": "", "3号楼2单元": "3/2"} {
		if got := where(h.in(Normalise(text))); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	if got := where(h.home("咖啡店 竹行88")); got != "88////竹行街" {
		t.Errorf("got %q, want the lane and the number", got)
	}
}

func TestGroupsOfOneBuilding(t *testing.T) {
	for name, want := range map[string]string{"采莲新村3号楼邻里群": "3", "5栋业主群": "5", "悦枫苑业主大群": "", "十二幢的家": "12", "A3座邻居": "A3", "21幢、22幢互助群": "21"} {
		if got := BuildingOf(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func FuzzPlace(f *testing.F) {
	f.Add("3号楼2单元501 a3-1203 十二栋")
	f.Add("12a34-5b-678 百十 甲1#")
	f.Fuzz(func(t *testing.T, s string) {
		p := placeIn(Normalise(s))
		for _, v := range []string{p.Building, p.Unit, p.Floor, p.Room} {
			if len(v) > 40 || strings.ContainsAny(v, "\n ") {
				t.Errorf("%q: got %q", s, v)
			}
		}
	})
}
