package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"linli/community"
	"linli/replay"
	"linli/understand"
)

const (
	readHelp = "read  从标准输入逐行读群里的话，逐行写出读懂了什么（JSON）"
	askHelp  = "ask --resources FILE  从标准输入逐行读问题，逐行写出清单里最像的几行（JSON）"
)

// readLine is what read writes for one line; the names are part of the command's contract.
type readLine struct {
	Text       string            `json:"text"`
	Intent     community.Intent  `json:"intent"`
	Category   string            `json:"category"`
	Urgency    community.Urgency `json:"urgency"`
	Building   string            `json:"building"`
	Unit       string            `json:"unit"`
	Floor      string            `json:"floor"`
	Room       string            `json:"room"`
	Place      string            `json:"place"`
	Confidence float64           `json:"confidence"`
	Why        string            `json:"why"`
}

// readCommand reads each line as if a neighbour had said it out of the blue.
func readCommand(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("read", flag.ContinueOnError)
	if _, err := words(out, flags, readHelp, args, 0, 0); err != nil {
		return err
	}
	r := understand.New(community.Profile{}, nil, nil)
	enc := plainJSON(out)
	return eachLine(os.Stdin, func(text string) error {
		m := community.Message{ID: "1", Group: "g", Sender: "u", Kind: community.Text, Text: community.Cut(text, community.MaxText), At: time.Unix(0, 0)}
		rd := r.Read(ctx, &community.Scene{Now: m.At}, m)
		w := rd.Where
		return enc.Encode(readLine{text, rd.Intent, rd.Category, rd.Urgency, w.Building, w.Unit, w.Floor, w.Room, w.Name, rd.Confidence, rd.Why})
	})
}

// askLine is what ask writes for one question.
type askLine struct {
	Question string            `json:"question"`
	Sure     bool              `json:"sure"` // sure enough to answer somebody who did not ask 小邻
	Rows     []community.Match `json:"rows"` // the ten nearest, best first, whether sure or not
	Why      string            `json:"why"`
}

func askCommand(_ context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("ask", flag.ContinueOnError)
	file := flags.String("resources", "", "资源清单（.csv）")
	if _, err := words(out, flags, askHelp, args, 0, 0); err != nil {
		return err
	}
	if *file == "" {
		return misused("没有说是哪一份资源清单", askHelp)
	}
	f, err := os.Open(*file)
	if err != nil {
		return fmt.Errorf("资源清单打不开：%w", err)
	}
	rows, err := replay.ReadResources(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("资源清单 %s 有误：%w", *file, err)
	}
	r := understand.New(community.Profile{}, nil, rows)
	enc := plainJSON(out)
	return eachLine(os.Stdin, func(q string) error {
		found := r.Ask(q)
		return enc.Encode(askLine{q, found.Sure, found.Rows, found.Why})
	})
}

func plainJSON(out io.Writer) *json.Encoder {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc
}

// eachLine calls do for every line, also a last one without an end and one of many megabytes.
func eachLine(in io.Reader, do func(string) error) error {
	rd := bufio.NewReaderSize(in, 1<<16)
	for {
		line, err := rd.ReadString('\n')
		if n := len(line); n > 0 && line[n-1] == '\n' {
			line = line[:n-1]
			if n > 1 && line[n-2] == '\r' {
				line = line[:n-2]
			}
		} else if line == "" && err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if err := do(line); err != nil {
			return err
		}
	}
}
