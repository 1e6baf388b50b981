package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"linli/community"
)

// A misuse is a command that was told something it does not know: nothing was
// tried, so it has an exit code of its own.
type misuse struct{ text string }

// Error says what is wrong, and how the command is used.
func (m misuse) Error() string { return m.text }

// errHelped ends a command that only told how it is used; no failure.
var errHelped = errors.New("helped")

func misused(why, help string) error {
	if why != "" {
		why += "\n"
	}
	return misuse{why + "用法：linli " + help}
}

// words reads a command's flags, wherever they stand among its other words,
// which it gives back. least and most are how many of these there may be.
func words(out io.Writer, flags *flag.FlagSet, help string, args []string, least, most int) ([]string, error) {
	flags.SetOutput(io.Discard)
	var rest []string
	for {
		err := flags.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			if err := tellUse(out, flags, help); err != nil {
				return nil, err
			}
			return nil, errHelped
		}
		if err != nil {
			return nil, misused("参数不对："+flagFault(err.Error(), flags), help)
		}
		if flags.NArg() == 0 {
			break
		}
		rest, args = append(rest, flags.Arg(0)), flags.Args()[1:]
	}
	switch {
	case len(rest) < least && len(rest) > 0:
		return nil, misused("少写了东西", help)
	case len(rest) < least:
		return nil, misused("", help)
	case len(rest) > most:
		return nil, misused("多写了「"+rest[most]+"」", help)
	}
	return rest, nil
}

// tellUse prints how a command is used, and what each of its flags is for.
func tellUse(out io.Writer, flags *flag.FlagSet, help string) (err error) {
	say := func(text string) {
		if err == nil {
			_, err = fmt.Fprintln(out, text)
		}
	}
	say("用法：linli " + help)
	flags.VisitAll(func(f *flag.Flag) {
		text := "  --" + f.Name + "　" + f.Usage
		if f.DefValue != "" && f.DefValue != "false" {
			text += "（不写就是 " + f.DefValue + "）"
		}
		say(text)
	})
	return err
}

// flagFault says in Chinese what package flag says in English.
func flagFault(text string, flags *flag.FlagSet) string {
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		name = strings.TrimLeft(name, "-")
		var known []string
		flags.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
		if near := community.Nearest(name, known); near != "" {
			return "没有 --" + name + " 这个选项，是不是 --" + near + "？"
		}
		return "没有 --" + name + " 这个选项"
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return "--" + strings.TrimLeft(name, "-") + " 后面要写一个值"
	}
	return text
}
