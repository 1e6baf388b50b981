package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"

	"linli/bot/onebot"
	"linli/community"
	"linli/configs"
	"linli/store"
)

// bridgeOf builds the channel to the bridge that the community runs itself; nil when none is set.
func bridgeOf(cfg configs.OneBot) (*onebot.Channel, error) {
	if cfg.Mode == "" {
		return nil, nil
	}
	token, err := cfg.Token()
	if err != nil {
		return nil, err
	}
	ch, err := onebot.New(onebot.Options{Mode: cfg.Mode, URL: cfg.URL, Token: token, SelfID: cfg.SelfID,
		Robots: configs.List(cfg.Robots), PhotoHosts: configs.List(cfg.PhotoHosts), Log: slog.Default()})
	if err != nil {
		return nil, fmt.Errorf("onebot 的设置用不了：%w", err)
	}
	return ch, nil
}

// withBridge lets a bridge link to its path beside the pages.
func withBridge(pages http.Handler, cfg configs.OneBot, ch *onebot.Channel) http.Handler {
	if ch == nil || cfg.Mode != onebot.Reverse {
		return pages
	}
	m := http.NewServeMux()
	m.Handle(cfg.Path, ch)
	m.Handle("/", pages)
	return m
}

// tellBridge prints where a bridge may link to.
func tellBridge(out io.Writer, addr string, cfg configs.OneBot) {
	switch cfg.Mode {
	case onebot.Reverse:
		fmt.Fprintf(out, "等 OneBot 桥接程序来连 ws://%s%s\n", addr, cfg.Path)
	case onebot.Forward:
		fmt.Fprintf(out, "去连 OneBot 桥接程序 %s\n", cfg.URL)
	}
}

// homeForNew checks that the community to which new groups are bound is there.
func homeForNew(ctx context.Context, st store.Store, id string) (community.ID, error) {
	all, err := st.Communities(ctx)
	if err != nil || id == "" {
		return "", err
	}
	if c := community.ID(id); c != store.House && slices.Contains(all, c) {
		return c, nil
	}
	all = slices.DeleteFunc(all, func(c community.ID) bool { return c == store.House })
	return "", fmt.Errorf("bind_new 写的社区「%s」不在数据里；现有：%v", id, all)
}
