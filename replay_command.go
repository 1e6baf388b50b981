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
	"linli/understand"
)

// replayCommand runs recorded talk on a fresh store in memory.
func replayCommand(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	to := flags.String("out", "", "写到这个文件（--all 时是文件夹）")
	every := flags.Bool("all", false, "重放文件夹里的每一个案例")
	files := flags.String("model-files", "", "放大模型问答的文件夹：问题写进去，答案从里面读")
	explain := flags.Bool("explain", false, "在屏幕上逐句解释")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 || *to == "" && !*explain {
		return errors.New("用法：linli " + replayHelp)
	}
	play := player{to: *to, explain: *explain, out: out}
	if *files == "" {
		return play.replay(ctx, flags.Arg(0), *every)
	}
	answers, err := replay.OpenAnswers(*files)
	if err != nil {
		return err
	}
	play.asker = answers
	return errors.Join(play.replay(ctx, flags.Arg(0), *every), answers.Report(out))
}

// A player replays cases in one way.
type player struct {
	to      string // file, or folder for many
	explain bool
	asker   understand.Asker // nil: none
	out     io.Writer
}

func (p player) replay(ctx context.Context, from string, every bool) error {
	if !every {
		return p.one(ctx, from, p.to)
	}
	folders, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(p.to, 0o755); err != nil {
		return err
	}
	done := 0
	for _, f := range folders {
		dir := filepath.Join(from, f.Name())
		if _, err := os.Stat(filepath.Join(dir, "transcript.jsonl")); err != nil {
			continue
		}
		if err := p.one(ctx, dir, filepath.Join(p.to, f.Name()+".json")); err != nil {
			return err
		}
		done++
	}
	if done == 0 {
		return fmt.Errorf("%s 里没有带 transcript.jsonl 的文件夹", from)
	}
	return nil
}

func (p player) one(ctx context.Context, dir, to string) error {
	c, err := replay.ReadCase(os.DirFS(dir))
	if err != nil {
		return fmt.Errorf("%s：%w", dir, err)
	}
	r, err := replay.RunWith(ctx, store.NewMemory(), c, replay.Asking(c, p.asker))
	if err != nil {
		return err
	}
	if p.explain {
		if err := replay.Explain(p.out, r, screen(p.out)); err != nil {
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
