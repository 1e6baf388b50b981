package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"linli/configs"
	"linli/store/sqlite"
)

const checkHelp = "check [--config FILE] [--data DIR]  检查设置和数据，不启动"

// level is how bad a finding is.
type level string

const (
	good level = "好"
	warn level = "注意"
	fix  level = "要改"
)

// A finding is one line of a check: what is so, and what to do about it.
type finding struct {
	level      level
	what, todo string
}

func (f finding) String() string {
	s := fmt.Sprintf("%s　%s", f.level, strings.ReplaceAll(f.what, "\n", "\n　　"))
	if f.todo == "" {
		return s
	}
	if !strings.HasSuffix(s, "？") && !strings.HasSuffix(s, "。") {
		s += "。"
	}
	return s + f.todo
}

// checkCommand looks at everything serve would need, starts nothing, and fails if something must be changed.
func checkCommand(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	file := flags.String("config", "", "设置文件")
	data := flags.String("data", "", "数据文件夹")
	if _, err := words(out, flags, checkHelp, args, 0, 0); err != nil {
		return err
	}
	cfg, found := checkSettings(*file)
	if *data != "" {
		cfg.Data = *data
	}
	found = append(found, checkFolder(cfg.Data)...)
	found = append(found, checkModel(cfg.Model)...)
	found = append(found, checkLearnt(cfg.Data))
	papers, running := checkPapers(ctx, cfg)
	found = append(found, checkAddress(ctx, cfg.Listen, running)...)
	found = append(found, papers...)
	wrong := 0
	for _, f := range found {
		if f.level == fix {
			wrong++
		}
		if _, err := fmt.Fprintln(out, f); err != nil {
			return err
		}
	}
	if wrong > 0 {
		return fmt.Errorf("有 %d 处要改，见上面以「要改」开头的行", wrong)
	}
	return nil
}

func checkSettings(file string) (configs.Config, []finding) {
	cfg, err := configs.Load(file)
	if err != nil {
		return configs.Default(), []finding{{fix, err.Error(), "改好再运行一次；下面按默认设置检查"}}
	}
	if err := cfg.Check(); err != nil {
		return cfg, []finding{{fix, err.Error(), ""}}
	}
	if file == "" {
		return cfg, []finding{{good, "没有给设置文件，用默认设置", ""}}
	}
	return cfg, []finding{{good, "设置文件 " + file + " 没有错", ""}}
}

// checkPapers opens the store and looks into it; running says that a linli has it open right now.
func checkPapers(ctx context.Context, cfg configs.Config) (found []finding, running bool) {
	path := filepath.Join(cfg.Data, storeName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return []finding{{warn, "还没有数据", "第一次 linli serve 会放一个示例社区进来"}}, false
	}
	st, err := sqlite.Open(path)
	if held(err) {
		return []finding{{warn, "linli 正在运行" + holder(path) + "，数据里的内容这次没有查", "要查内容，先停下它再运行 linli check"}}, true
	}
	if err == nil {
		if err = st.Whole(ctx); err != nil {
			err = errors.Join(err, st.Close())
		}
	}
	if err != nil {
		return []finding{{fix, err.Error(), ""}}, false
	}
	found = append(found, finding{good, "数据文件 " + path + " 打得开，是完整的", ""})
	found = append(found, checkCommunities(ctx, st, cfg.Demo)...)
	if err := st.Close(); err != nil {
		found = append(found, finding{fix, "数据文件关不上：" + err.Error(), "检查磁盘"})
	}
	return found, false
}
