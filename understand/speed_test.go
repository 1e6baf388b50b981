package understand

import (
	"fmt"
	"testing"
	"time"

	"linli/community"
)

// deskOf lays a desk as full as a lively evening: 160 messages of talk, 40 requests.
func deskOf() *community.Scene {
	s := &community.Scene{Now: noon, Groups: map[community.GroupID]community.Group{"g1": {ID: "g1", Kind: community.BuildingGroup}}}
	for i := range 40 {
		s.Requests = append(s.Requests, community.Request{ID: community.RequestID(fmt.Sprint(i)), Category: community.Categories[i%20].Key, Group: "g1",
			Groups: []community.GroupID{"g1"}, Supporters: []community.PersonID{community.PersonID(fmt.Sprint("u", i))}, Summary: "二楼到三楼的楼道灯又不亮了，晚上摸黑", Touched: noon.Add(-time.Duration(i) * time.Hour), State: community.Recorded})
	}
	for i := range 160 {
		m := community.Message{ID: fmt.Sprint("m", i), Group: "g1", Sender: community.PersonID(fmt.Sprint("u", i%30)), Name: "冯姨 7-2-304", Kind: community.Text,
			Text: "今天下午那个快递柜又满了，我等了半天才放进去，真是的", At: noon.Add(time.Duration(i-160) * 3 * time.Minute)}
		h := community.Heard{Message: m, Reading: community.Reading{Intent: community.Chat}}
		if i%5 == 0 {
			h.Request = community.RequestID(fmt.Sprint(i / 5))
		}
		s.Recent = append(s.Recent, h)
	}
	return s
}

func BenchmarkReadOnAFullDesk(b *testing.B) {
	r, s := reader(), deskOf()
	m := community.Message{ID: "m", Group: "g1", Sender: "u3", Name: "冯姨 7-2-304", Kind: community.Text, Text: "二单元的声控灯坏了一个礼拜了，跟物业说了也没人来", At: noon}
	for b.Loop() {
		r.Read(b.Context(), s, m)
	}
}

func BenchmarkSearchThousandRows(b *testing.B) {
	var rows []community.Resource
	things := []string{"配药", "量血压", "换药", "打针", "理发", "修伞", "磨刀", "借书", "托管", "开锁", "疏通下水道", "律师咨询", "老年大学", "家电维修", "体检", "办居住证", "领残疾证", "收旧衣服"}
	for i := range 1000 {
		a, b, c := things[i%len(things)], things[i/7%len(things)], things[i/13%len(things)]
		rows = append(rows, community.Resource{ID: fmt.Sprint(i), Name: fmt.Sprintf("%s第%d服务点", a, i), Category: community.Categories[i%20].Name, Description: b + "、" + c, Keywords: []string{a, c, fmt.Sprint("窗口", i)}})
	}
	x := newIndex(rows)
	for b.Loop() {
		x.find([]rune("请问哪里可以给我妈换个药，最近的卫生站几点开门啊"))
	}
}
