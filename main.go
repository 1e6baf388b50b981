// Command linli is a neighbourhood's assistant: it listens in group chats,
// keeps what neighbours ask for as requests, and answers from the community's
// own list.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a bare machine has no zones
)

// A command is one word after linli.
type command struct {
	run  func(ctx context.Context, args []string, out io.Writer) error
	help string
}

const (
	replayHelp  = "replay --out FILE CASE | --out DIR --all CORPUS | --explain CASE  [--model-files DIR]  重放聊天记录"
	backupHelp  = "backup [--data DIR] FILE  把数据和照片备份成一个文件（不用停下 serve）"
	restoreHelp = "restore [--data DIR] FILE  从备份恢复到空的数据文件夹"
)

var commands = map[string]command{
	"serve":   {serve, "serve [--config FILE] [--data DIR] [--listen ADDR] [--behind-tls | --insecure-lan] [--demo] [--bind-new COMMUNITY]  启动"},
	"replay":  {replayCommand, replayHelp},
	"backup":  {backupCommand, backupHelp},
	"restore": {restoreCommand, restoreHelp},
	"read":    {readCommand, readHelp},
	"ask":     {askCommand, askHelp},
	"health":  {healthCommand, "health [ADDR]  查看是否在运行"},
	"check":   {checkCommand, checkHelp},
	"import": {func(ctx context.Context, args []string, out io.Writer) error {
		return importCommand(ctx, args, os.Stdin, out)
	}, importHelp},
	"export": {exportCommand, exportHelp},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "linli:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New(usage())
	}
	c, ok := commands[args[0]]
	if !ok {
		return fmt.Errorf("没有「%s」这个命令\n%s", args[0], usage())
	}
	return c.run(ctx, args[1:], out)
}

func usage() string {
	text := "用法："
	for _, name := range []string{"serve", "check", "import", "export", "replay", "backup", "restore", "read", "ask", "health"} {
		text += "\n  linli " + commands[name].help
	}
	return text
}
