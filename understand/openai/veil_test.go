package openai

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"linli/community"
	"linli/understand"
)

// An invented day: who says what, as nicknames and sentences really look.
var day = []struct{ name, text string }{
	{"唐美玲 3-402", "大家好我是三号楼的唐美玲，三号楼二单元楼道灯又不亮了"},
	{"健哥（602）", "唐美玲你打物业周经理电话 0512-65551234 或者 139-1234-5678"},
	{"物业-小孟", "唐姐您好，我是物业小孟，工单已派给王师傅，他手机13700001111"},
	{"芳芳妈 6-103", "请问老年食堂几点开门，我婆婆身份证320502194801011234能办卡吗"},
	{"8号楼 老秦 301", "老秦：车牌苏EA12345和苏U·88K66堵在消防通道了"},
	{"阿芳", "帮忙转：本人姓名：欧阳海，住7栋2单元1503，微信haige_1503，邮箱 hai.ouyang@mail.com"},
	{"赵建平", "#接龙\n义务理发 周六\n1. 赵建平\n2. 沈玉珍 5-201\n3、 马老师"},
	{"唐美玲 3-402", "503那户陆志远家又在装修，我家孩子8岁发烧了，卡号6222021602012345678"},
	{"静静", "健哥说得对，找七〇二的许医生，她QQ 123456789"},
	{"赵建平", "张桂英奶奶早上说了，502和1102也没水"},
}

var hidden = []string{"唐美玲", "402", "健哥", "602", "6555", "139", "5678", "小孟", "1370", "芳芳妈", "3205", "老秦", "301", "12345", "88k66", "88K66",
	"欧阳海", "1503", "haige", "ouyang", "mail.com", "赵建平", "沈玉珍", "201", "马老师", "503", "6222", "静静", "七〇二", "许医生", "123456789", "张桂英", "502", "1102", "周经理", "王师傅"}

// Every message of the day is asked about; what the server was sent is searched.
func TestServerNeverSeesWhoAndWhere(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { says(lamp)(w, r) })
	c, _ := client(t, s, 5*time.Second)
	noon := time.Date(2026, 5, 11, 12, 0, 0, 0, time.UTC)
	groups := map[community.GroupID]community.Group{"g1": {ID: "g1", Name: "银杏苑3号楼群", Kind: community.BuildingGroup}}
	rd := understand.New(community.Profile{ID: "t", Type: "old"}, []community.Group{groups["g1"]}, []community.Resource{{ID: "R1", Name: "长者食堂", Category: "养老助餐", Phone: "0512-55500101"}})
	scene := &community.Scene{Now: noon, Groups: groups}
	for i, l := range day {
		m := community.Message{ID: fmt.Sprint("m", i), Group: "g1", Sender: community.PersonID("wx_" + l.name), Name: l.name, Kind: community.Text, Text: l.text, At: noon.Add(time.Duration(i) * time.Minute)}
		if i > 0 {
			m.ReplyTo = fmt.Sprint("m", i-1)
		}
		first := rd.Read(t.Context(), scene, m)
		first.Confidence, first.Urgency = 0.1, ""
		if got := rd.Second(t.Context(), c, scene, m, first); got.By != "model" {
			t.Errorf("%d: got %+v, want the model's reading", i, got)
		}
		scene.Recent = append(scene.Recent, community.Heard{Message: m})
		scene.Requests = append(scene.Requests, community.Request{ID: community.RequestID(fmt.Sprint(i + 1)), Category: "lighting", State: community.Recorded,
			Where: community.Place{Building: "3", Room: "402"}, Summary: l.text, Group: "g1", Opened: m.At, Touched: m.At, Lines: []community.Line{{Message: m.ID}}})
	}
	if s.hits() != len(day) {
		t.Fatalf("got %d questions, want %d", s.hits(), len(day))
	}
	for _, sent := range s.sent {
		_, talk, _ := strings.Cut(sent, `"role":"user"`)
		for _, x := range hidden {
			if strings.Contains(talk, x) {
				t.Errorf("%q was sent: %s", x, talk)
			}
		}
	}
	if !strings.Contains(s.sent[0], "楼道灯又不亮了") || !strings.Contains(s.sent[9], "没水") {
		t.Errorf("got %s, want the words themselves", s.sent[0])
	}
}
