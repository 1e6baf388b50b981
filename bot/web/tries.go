package web

import (
	"strings"

	"linli/bot"
	"linli/community"
)

// A try is something a newcomer may say with one tap, so that the first words are not the hardest.
type try struct{ Hint, Text string }

// tries are offered on a stage until one has said something, and in any talk nobody has begun.
func (k look) tries(talk []line) []try {
	quiet, spoke := true, false
	for _, l := range talk {
		quiet = quiet && l.System
		spoke = spoke || l.Mine && !l.System
	}
	if spoke || !quiet && !k.open() {
		return nil
	}
	if k.room.Private {
		return []try{{"问一问", "社区食堂几点开饭？"}, {"求助", "我家老人一个人住，想申请助餐"}}
	}
	switch k.room.Group.Kind {
	case community.VolunteerGroup:
		return []try{{"报名", "周六的活动算我一个"}, {"问一问", "@" + bot.OwnName + " 社区活动室怎么借？"}}
	case community.StaffGroup, community.PropertyGroup:
		return nil
	case community.BuildingGroup:
		return []try{{"报修", house(k.room.Group) + "的电梯又停了"}, {"问一问", "@" + bot.OwnName + " 社区食堂几点开饭？"}, {"聊一句", "大家早上好，今天降温了"}}
	}
	return []try{{"报修", "小区南门的路灯不亮了"}, {"问一问", "@" + bot.OwnName + " 社区食堂几点开饭？"}, {"聊一句", "大家早上好，今天降温了"}}
}

// house is how neighbours call the building of a group: 3号楼.
func house(g community.Group) string {
	b := g.HouseOf()
	if b == "" {
		return "我们楼"
	}
	if strings.HasSuffix(b, "楼") || strings.HasSuffix(b, "栋") {
		return b
	}
	return b + "号楼2单元"
}
