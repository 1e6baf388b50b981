package understand

import (
	"regexp"

	"linli/community"
)

var orderVerb = regexp.MustCompile(`发(?:个|一?条|布)?(?:通知|公告)|通知(?:一下|大家|各群)|查?(?:看)?进度|排(?:个)?班|结案|关闭|关单|统计|汇总|名单|安排|提醒|发起|吃讲茶|茶话|议事|帮助|逾期|派|催|转发|群发|公布|登记|置顶|合并|状态|安静|说话`)

// order reads what 小邻 is told to do, and for when.
func (l *look) order(rd *community.Reading) {
	rd.Intent, rd.Verb = community.Command, orderVerb.FindString(l.t)
	rd.Why = "给小邻的指令"
	if rd.Verb != "" {
		rd.Why += "「" + rd.Verb + "」"
	}
	if m, ok := When(l.t, l.m.At, nil); ok {
		rd.When = m.At
		rd.Why += "，时间 " + m.At.Format("1月2日15:04")
	}
}
