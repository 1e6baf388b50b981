package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"linli/bot"
	"linli/bot/web"
	"linli/community"
	"linli/configs"
	"linli/console"
)

// staffPages builds the console; what it cannot know of the web chat is handed to it.
func staffPages(cfg configs.Config, house *bot.Bot, chat *web.Channel) (*console.Console, error) {
	return console.New(console.Options{House: house, Secure: cfg.BehindTLS, Pass: chat.Pass,
		Invite: func(ctx context.Context, c community.ID, groups []community.GroupID, uses, days int) (string, error) {
			return chat.Invite(ctx, web.Invitation{Community: c, Groups: groups, Uses: uses, Until: house.Now().Add(time.Duration(days) * 24 * time.Hour)})
		}})
}

// greet prints where the pages are, and a fresh login link for each community.
func greet(ctx context.Context, out io.Writer, addr string, cfg configs.Config, desk *console.Console) error {
	base := welcome(out, addr, cfg)
	doors, err := desk.Doors(ctx)
	if err != nil {
		return err
	}
	for _, d := range doors {
		if d.Path == "" {
			fmt.Fprintf(out, "%s的名单里还没有工作人员，所以没有工作台登录链接\n", d.Community)
			continue
		}
		fmt.Fprintf(out, "%s工作台（%s，%s）：%s%s 只能用一次，15 分钟内有效\n", d.Community, d.Job, d.Person, base, d.Path)
	}
	return nil
}
