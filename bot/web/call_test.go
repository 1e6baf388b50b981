package web

import (
	"strings"
	"testing"
)

func TestNumbersInAnswersCanBeCalled(t *testing.T) {
	for text, want := range map[string]string{
		"社区食堂，电话010-5550 0142，地址2号楼": "tel:010-55500142",
		"请立即拨打120；找人请拨打110。":         "tel:120 tel:110",
		"电梯：0512-55500105（清单 R005）":  "tel:0512-55500105",
		"3号楼1201室，5月18日 10:06，#1190": "",
	} {
		var got []string
		all := ""
		for _, p := range callable([]part{{Text: text}}) {
			all += p.Text
			if p.Call != "" {
				got = append(got, string(p.Call))
			}
		}
		if all != text || strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %s", text, got, want)
		}
	}
}
