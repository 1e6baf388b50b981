package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"linli/replay"
	"linli/store"
)

// replayCommand runs recorded talk on a fresh store in memory.
func replayCommand(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	to := flags.String("out", "", "写到这个文件（--all 时是文件夹）")
	every := flags.Bool("all", false, "重放文件夹里的每一个案例")
	explain := flags.Bool("explain", false, "在屏幕上逐句解释")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 || *to == "" && !*explain {
		return errors.New("用法：linli " + replayHelp)
	}
	if !*every {
		return replayOne(ctx, flags.Arg(0), *to, *explain, out)
	}
	folders, err := os.ReadDir(flags.Arg(0))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*to, 0o755); err != nil {
		return err
	}
	done := 0
	for _, f := range folders {
		dir := filepath.Join(flags.Arg(0), f.Name())
		if _, err := os.Stat(filepath.Join(dir, "transcript.jsonl")); err != nil {
			continue
		}
		if err := replayOne(ctx, dir, filepath.Join(*to, f.Name()+".json"), *explain, out); err != nil {
			return err
		}
		done++
	}
	if done == 0 {
		return fmt.Errorf("%s 里没有带 transcript.jsonl 的文件夹", flags.Arg(0))
	}
	return nil
}

func replayOne(ctx context.Context, dir, to string, explain bool, out io.Writer) error {
	c, err := replay.ReadCase(os.DirFS(dir))
	if err != nil {
		return fmt.Errorf("%s：%w", dir, err)
	}
	r, err := replay.Run(ctx, store.NewMemory(), c)
	if err != nil {
		return err
	}
	if explain {
		if err := replay.Explain(out, r, screen(out)); err != nil {
			return err
		}
	}
	if to == "" {
		return nil
	}
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	return errors.Join(replay.WriteJSON(f, r), f.Close())
}
