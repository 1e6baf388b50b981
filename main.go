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

	"linli/community"
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
	healthHelp  = "health [ADDR]  查看是否在运行"
	serveHelp   = "serve [--config FILE] [--data DIR] [--listen ADDR] [--behind-tls | --insecure-lan] [--demo] [--bind-new COMMUNITY] [--model-record DIR]  启动"
)

var commands = map[string]command{
	"serve":   {serve, serveHelp},
	"replay":  {replayCommand, replayHelp},
	"backup":  {backupCommand, backupHelp},
	"restore": {restoreCommand, restoreHelp},
	"read":    {readCommand, readHelp},
	"ask":     {askCommand, askHelp},
	"health":  {healthCommand, healthHelp},
	"check":   {checkCommand, checkHelp},
	"import": {func(ctx context.Context, args []string, out io.Writer) error {
		return importCommand(ctx, args, os.Stdin, out)
	}, importHelp},
	"export": {exportCommand, exportHelp},
	"learn": {func(ctx context.Context, args []string, out io.Writer) error {
		return learnCommand(ctx, args, os.Stdin, out)
	}, learnHelp},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "linli:", err)
		os.Exit(exitCode(err))
	}
}

// exitCode is 2 for a command that was misused, and 1 for one that failed.
func exitCode(err error) int {
	if errors.As(err, &misuse{}) {
		return 2
	}
	return 1
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		return misuse{usage()}
	}
	if askedForHelp[args[0]] {
		if len(args) == 1 {
			_, err := fmt.Fprintln(out, usage())
			return err
		}
		args = []string{args[1], "--help"}
	}
	c, ok := commands[args[0]]
	if !ok {
		return misuse{unknown(args[0])}
	}
	err := c.run(ctx, args[1:], out)
	if err == errHelped {
		return nil
	}
	return err
}

var askedForHelp = map[string]bool{"help": true, "--help": true, "-help": true, "-h": true}

func unknown(name string) string {
	why := "没有「" + name + "」这个命令"
	if near := community.Nearest(name, inOrder); near != "" {
		why += "，是不是「" + near + "」？"
	}
	return why + "\n" + usage()
}

// inOrder are the commands in the order in which they are told.
var inOrder = []string{"serve", "check", "import", "export", "learn", "replay", "backup", "restore", "read", "ask", "health"}

func usage() string {
	text := "用法："
	for _, name := range inOrder {
		text += "\n  linli " + commands[name].help
	}
	return text
}
