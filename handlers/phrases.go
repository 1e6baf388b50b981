package handlers

import (
	"fmt"
	"strings"

	"linli/community"
)

// Every sentence 小邻 says stands in this file, for a community worker to proofread.
// %s and %d are filled in by the program; a number is always a request's number.
const (
	phraseAckPlaced  = "收到，%s%s已记下（#%s），转给社区跟进。"
	phraseAckNoPlace = "收到，%s已记下（#%s）。请问在几号楼几单元，或者什么位置？"
	phrasePlaced     = "收到，位置记为%s（#%s）。"
	phraseMany       = "#%s 已有 %d 位邻居反映，都记在这一件里。"
	phraseNoRow      = "这个清单里没有，我不知道。已记给社区工作人员，请他们在%s前回复您。"
	phraseHelp       = "可以对我说：进度、进度 12、逾期、结案 12、帮助。"
	phraseNotYet     = "这条指令我还不会，已记给社区工作人员。"
	phraseNoSuch     = "没有找到 #%s。"
	phraseNotYours   = "这条指令要由社区工作人员来下。您有事直接说就行。"
	phraseClosed     = "#%s 已改为待确认，等居民确认。"
	phraseLostNames  = "接龙里好像漏了：%s。以我记的名单为准，共 %d 位。"
	phraseNothing    = "眼下没有未办的事。"
	phraseNoneLate   = "眼下没有逾期的事。"
	phraseDigest     = "早上好，今天是%s。昨天以来新增 %d 件，未办 %d 件，其中逾期 %d 件。"
	phraseRing       = "【紧急】#%s %s：%s。请马上核实处理，回一句「接」。"
	phraseRingAgain  = "【紧急】#%s %s：%s。已过 %d 分钟没有人回应，请马上处理，回一句「接」。"
)

// phraseBundle stands around the items of several acknowledgements said in one line.
var phraseBundle = [2]string{"都记下了：", "，转给社区跟进。"}

func phraseBundleMany(n int, numbers string) string {
	return fmt.Sprintf("%d 件事都记下了（%s），转给社区跟进。", n, numbers)
}

// item is one request among others: "3号楼照明（#12）".
func item(r community.Request) string {
	return fmt.Sprintf("%s%s（#%s）", r.Where, what(r), r.ID)
}

// what a request is about, in a neighbour's word; a private matter is not named.
func what(r community.Request) string {
	if w, ok := spokenOf[r.Category]; ok {
		return w
	}
	return someThing
}

const someThing = "这件事"

var spokenOf = map[string]string{
	"elevator": "电梯问题", "lighting": "照明问题", "plumbing": "上下水问题", "power": "用电问题", "access": "门禁问题", "parking": "停车问题",
	"fire": "消防隐患", "sanitation": "卫生问题", "greening": "绿化问题", "noise": "噪音问题", "pets": "养犬问题", "building": "房屋问题",
	"public_space": "公共空间的事", "property": "物业服务的事", "elderly": "照顾老人的事",
}

// emergencyText says the number to ring and, if somebody is being rung, that they are. Only the national numbers are
// known here; a lift's or gas company's number is copied from the resource list.
func emergencyText(r community.Request, row community.Resource, ringing bool) string {
	text := "【紧急】"
	if where := r.Where.String(); where != "" && !r.Private {
		text += where + "，"
	}
	own := ""
	if row.Phone != "" {
		own = row.Name + " " + row.Phone + "；"
	}
	last := "（#" + string(r.ID) + "）"
	if ringing {
		last = "正在呼叫社区值班（#" + string(r.ID) + "）。"
	}
	return text + firstAid(r, own) + last
}

func firstAid(r community.Request, own string) string {
	switch {
	case r.Category == "elevator":
		return "请别扒门，按轿厢里的报警按钮。" + own + "打不通请拨119。"
	case strings.Contains(r.Summary, "燃气") || strings.Contains(r.Summary, "煤气") || strings.Contains(r.Summary, "天然气"):
		return "请关阀开窗，别开关电器，到室外再打电话。" + own + "着火请拨119。"
	case r.Category == "fire":
		return "请先撤到安全处，立即拨打119，不要坐电梯。"
	case r.Category == "elderly" || r.Category == "aid" || r.Category == "disability" || r.Category == "children":
		return "有人昏倒或受伤请立即拨打120；找人请拨打110。"
	}
	return "有生命危险请立即拨打120或110，起火拨119。"
}

func ackText(r community.Request) string {
	if r.Where.Empty() {
		return fmt.Sprintf(phraseAckNoPlace, what(r), r.ID)
	}
	where := r.Where.String()
	if what(r) == someThing {
		where += "的"
	}
	return fmt.Sprintf(phraseAckPlaced, where, what(r), r.ID)
}

// answerText copies a row of the resource list: nothing in it is made up.
func answerText(row community.Resource) string {
	var b strings.Builder
	b.WriteString(row.Name)
	sep := "："
	for _, part := range []struct{ label, val string }{{"电话", row.Phone}, {"地址", row.Address}, {"时间", row.Hours}, {"对象", row.Audience}} {
		if part.val != "" {
			b.WriteString(sep + part.label + part.val)
			sep = "，"
		}
	}
	out := []rune(b.String())
	if len(out) > 100 {
		out = append(out[:99], '…')
	}
	source := "（清单 " + row.ID
	if !row.Checked.IsZero() {
		source += "，" + row.Checked.Format("1月2日") + "核对"
	}
	return string(out) + source + "）"
}
