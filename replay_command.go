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
	told, err := words(out, flags, replayHelp, args, 1, 1)
	if err != nil {
		return err
	}
	if *to == "" && (*every || !*explain) {
		return misused("没有说写到哪里（--out）", replayHelp)
	}
	play := player{to: *to, explain: *explain, out: out}
	if *files == "" {
		return play.replay(ctx, told[0], *every)
	}
	answers, err := replay.OpenAnswers(*files)
	if err != nil {
		return err
	}
	play.asker = answers
	return errors.Join(play.replay(ctx, told[0], *every), answers.Report(out))
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
		return fmt.Errorf("%s 打不开，应是放着一个个案例的文件夹：%w", from, err)
	}
	if err := os.MkdirAll(p.to, 0o755); err != nil {
		return fmt.Errorf("结果的文件夹建不了，请检查 --out：%w", err)
	}
	var failed error // one case that cannot be read does not keep the others from being replayed
	done := 0
	for _, f := range folders {
		dir := filepath.Join(from, f.Name())
		if _, err := os.Stat(filepath.Join(dir, "transcript.jsonl")); err != nil {
			continue
		}
		if err := p.one(ctx, dir, filepath.Join(p.to, f.Name()+".json")); err != nil {
			failed = errors.Join(failed, err)
		}
		done++
		if ctx.Err() != nil {
			break
		}
	}
	if done == 0 {
		return fmt.Errorf("%s 里没有带 transcript.jsonl 的文件夹", from)
	}
	return failed
}

func (p player) one(ctx context.Context, dir, to string) error {
	c, err := replay.ReadCase(os.DirFS(dir))
	if err != nil {
		return fmt.Errorf("%s 读不了，应是一个放着 community.yaml 和 transcript.jsonl 的文件夹：%w", dir, err)
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
		return fmt.Errorf("结果写不了，请检查 --out：%w", err)
	}
	if err := errors.Join(replay.WriteJSON(f, r), f.Close()); err != nil {
		return fmt.Errorf("结果 %s 没有写完，请检查磁盘：%w", to, err)
	}
	return nil
}
