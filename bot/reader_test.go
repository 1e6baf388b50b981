package bot_test

import (
	"context"
	"strings"

	"linli/bot"
	"linli/community"
)

// plain understands four things and takes all else for chat: these tests speak of the engine, not of understanding.
type plain struct{}

func plainly(community.Profile, []community.Group, []community.Resource) bot.Reader { return plain{} }

func (plain) Read(_ context.Context, _ *community.Scene, m community.Message) community.Reading {
	rd := community.Reading{Intent: community.Asks, Urgency: community.Normal, Where: community.Place{Building: "3", Unit: "2"}, Summary: "坏了", Why: "测试"}
	switch {
	case strings.Contains(m.Text, "救命"):
		rd.Category, rd.Urgency = "elevator", community.Emergency
	case strings.Contains(m.Text, "灯"):
		rd.Category = "lighting"
	case strings.Contains(m.Text, "电梯"):
		rd.Category = "elevator"
	default:
		return community.Reading{Intent: community.Chat, Why: "测试"}
	}
	return rd
}
