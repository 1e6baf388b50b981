package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is asked for is told on the way out and is no failure; what was
// misunderstood has the exit code 2 and leaves nothing behind.
func TestHelpIsToldAndMisuseIsExplained(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range append([]string{""}, inOrder...) {
		for _, args := range [][]string{{name, "--help"}, {name, "-h"}, {"help", name}} {
			args = strings.Fields(strings.Join(args, " "))
			var out bytes.Buffer
			if err := run(t.Context(), args, &out); err != nil || !strings.HasPrefix(out.String(), "用法：") || !strings.Contains(out.String(), "linli "+name) {
				t.Errorf("%q: got %v %q, want how it is used", args, err, out.String())
			}
		}
	}
	for line, want := range map[string]string{
		"":                              "linli serve",
		"serv":                          "没有「serv」这个命令，是不是「serve」？",
		"dance":                         "没有「dance」这个命令\n用法：",
		"serve extra":                   "多写了「extra」\n用法：linli serve",
		"serve --lisen 127.0.0.1:1":     "没有 --lisen 这个选项，是不是 --listen？",
		"serve --listen":                "--listen 后面要写一个值",
		"check extra":                   "多写了「extra」",
		"backup":                        "用法：linli backup",
		"backup a b":                    "多写了「b」",
		"restore --date x b.zip":        "是不是 --data？",
		"import":                        "用法：linli import",
		"import resources":              "少写了东西",
		"import things a.csv":           "没有「things」这份清单",
		"export resources a.csv b.csv":  "多写了「b.csv」",
		"replay " + dir:                 "--out",
		"replay --explain --all " + dir: "--out",
		"replay --out x":                "用法：linli replay",
		"read words":                    "多写了「words」",
		"ask":                           "没有说是哪一份资源清单",
		"health a b":                    "多写了「b」",
	} {
		err := run(t.Context(), strings.Fields(line), io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) || exitCode(err) != 2 {
			t.Errorf("linli %s: got %v, want %q and exit code 2", line, err, want)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestFailureIsASentenceWithAnotherCode(t *testing.T) {
	dir := t.TempDir()
	for line, want := range map[string]string{
		"replay --out x " + dir:                             "community.yaml",
		"replay --out " + dir + "/o --all " + dir + "/none": "打不开",
		"replay --out " + dir + "/o --all " + dir:           "没有带 transcript.jsonl",
		"ask --resources " + dir + "/none.csv":              "资源清单打不开",
		"health 127.0.0.1:1":                                "没有 linli 应答",
		"serve --config " + dir + "/none.yaml":              "设置文件打不开",
	} {
		err := run(t.Context(), strings.Fields(line), io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) || exitCode(err) != 1 {
			t.Errorf("linli %s: got %v, want %q and exit code 1", line, err, want)
		}
	}
}

func TestAFindingReadsAsASentence(t *testing.T) {
	for want, f := range map[string]finding{
		"要改　是不是「listen」？改好再来": {fix, "是不是「listen」？", "改好再来"},
		"注意　没有群。接上一个":         {warn, "没有群", "接上一个"},
		"好　都好":                {good, "都好", ""},
	} {
		if got := f.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// One case that cannot be read does not keep the others from being replayed.
func TestReplayOfManyGoesOnAfterABadCase(t *testing.T) {
	all, out := t.TempDir(), t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := os.CopyFS(filepath.Join(all, name), os.DirFS("replay/testdata/day")); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(all, "a", "transcript.jsonl"), []byte("{\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := run(t.Context(), []string{"replay", "--out", out, "--all", all}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "第 1 行") {
		t.Errorf("got %v, want the bad line", err)
	}
	made, err := filepath.Glob(filepath.Join(out, "*"))
	if want := filepath.Join(out, "b.json"); err != nil || len(made) != 1 || made[0] != want {
		t.Errorf("got %v %v, want %s", made, err, want)
	}
}
