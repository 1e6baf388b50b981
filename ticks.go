package main

import (
	"context"
	"log/slog"

	"linli/bot"
	"linli/cron"
)

// clockwork lets the house's jobs come until ctx ends: at once, for what was missed while it was down, and every minute.
func clockwork(ctx context.Context, house *bot.Bot) error {
	table, err := cron.New(cron.Jobs)
	if err != nil {
		return err
	}
	return cron.Beat(ctx, func() { fire(ctx, house, table) })
}

// fire hands every community the ticks that have come; the inbox keeps each of them once.
func fire(ctx context.Context, house *bot.Bot, table *cron.Table) {
	all, err := house.Communities(ctx)
	if err != nil && ctx.Err() == nil {
		slog.Error("clockwork", "err", err)
	}
	for _, p := range all {
		ticks, err := table.Fire(house.Now(), p.Times)
		if err != nil {
			slog.Error("clockwork", "community", p.ID, "err", err)
		}
		for _, e := range ticks {
			if err := house.Accept(ctx, p.ID, e); err != nil && ctx.Err() == nil {
				slog.Error("tick not accepted", "community", p.ID, "key", e.Key, "err", err)
			}
		}
	}
}
