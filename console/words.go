package console

import (
	"linli/community"
)

// The words that stand on the pages for what the program calls by keys.

var roleNames = map[community.Role]string{community.Resident: "居民", community.Volunteer: "志愿者", community.Property: "物业",
	community.Staff: "社区", community.Chair: "书记", community.Admin: "管理员"}

// jobOf is what stands beside a name: the title of the list, or the role in words.
func jobOf(p community.Person) string {
	if p.Title != "" {
		return p.Title
	}
	return roleNames[p.Role]
}

var urgencyNames = map[community.Urgency]string{community.Emergency: "危急", community.Urgent: "紧急"}

// partNames say how a message belongs to its request.
var partNames = map[community.Intent]string{community.Asks: "提出", community.More: "补充", community.Same: "也遇到", community.Done: "说好了"}

var kindNames = map[community.GroupKind]string{community.BuildingGroup: "楼栋群", community.EstateGroup: "小区群", community.VolunteerGroup: "志愿者群",
	community.PropertyGroup: "物业群", community.InterestGroup: "兴趣群", community.StaffGroup: "工作群"}

// kindsOffered is the order in which a new group's kinds are offered.
var kindsOffered = []community.GroupKind{community.EstateGroup, community.BuildingGroup, community.VolunteerGroup, community.PropertyGroup,
	community.InterestGroup, community.StaffGroup}

// flagName is a flag's heading and its colour.
type flagName struct{ Name, Tone string }

var flagNames = map[string]flagName{
	"danger": {"有危险", "red"}, "private": {"要私下联系", "blue"}, "quarrel": {"争执或难过", "amber"}, "unsure": {"把握不大", "amber"}, "unanswered": {"没答上来", "green"},
	"panic": {"处理出错", "red"}, "perhaps_said": {"不确定发出没有", "amber"}, "refused": {"没发出去", "amber"}, "still_open": {"居民说还没好", "amber"},
	"command": {"还不会的指令", "grey"}, "suggest_merge": {"像是同一件", "blue"},
}

func flagNameOf(kind string) flagName {
	if n, ok := flagNames[kind]; ok {
		return n
	}
	return flagName{"提醒", "grey"}
}

// fateNames are what became of something 小邻 wanted to say, and its colour.
var fateNames = map[community.Fate]flagName{
	community.HandedOver: {"说了", "green"}, community.PerhapsSaid: {"可能没发出", "amber"},
	community.Refused: {"没发出去", "red"}, community.Dropped: {"没有说", "grey"},
}

var channelNames = map[string]string{"web": "网页聊天", "onebot": "OneBot", "wecom": "企业微信", "mp": "公众号"}

func channelName(c string) string {
	if n, ok := channelNames[c]; ok {
		return n
	}
	return c
}

// denials are what something may have been that was taken for a request and was none.
var denials = []choice{{Value: string(community.Chat), Name: "闲聊，没有要办的"}, {Value: string(community.Question), Name: "在打听事情"}, {Value: string(community.Answer), Name: "在回答别人"}}

// moveHints tell what a move means and which words it needs.
var moveHints = map[community.State]string{
	community.Recorded: "退回，等着派人", community.InHand: "有人在办了", community.Unproved: "说是办好了，等居民确认；写明怎么办好的",
	community.Solved: "有凭据才能结案；写明谁确认的", community.Unsolvable: "写明为什么", community.Referred: "交给外面的单位；写明交给谁",
	community.Withdrawn: "居民不要求了；写明为什么",
}
