package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"linli/community"
	"linli/handlers"
	"linli/store"
	"linli/store/sqlite"
	"linli/understand"
)

// sampleData is a folder with the sample's papers, on which staff have tapped.
func sampleData(t *testing.T, taps ...community.Order) string {
	t.Helper()
	dir := t.TempDir()
	onSample(t, dir, func(st store.Store) {
		if err := settle(t.Context(), st, time.Now()); err != nil {
			t.Fatal(err)
		}
		for i, o := range taps {
			o.By, o.Role = "p02", community.Staff
			decided(t, st, community.Event{Key: fmt.Sprint("tap/", i), At: time.Now(), Order: &o})
		}
	})
	return dir
}

func onSample(t *testing.T, dir string, do func(store.Store)) {
	t.Helper()
	st, err := sqlite.Open(filepath.Join(dir, storeName))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	do(st)
}

// decided takes an event through the house's own deciding.
func decided(t *testing.T, st store.Store, e community.Event) {
	t.Helper()
	err := st.Update(t.Context(), sampleTown, func(tx store.Tx) {
		store.Receive(tx, e)
		store.Apply(tx, e, handlers.Decide(store.Scene(tx, e), e))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// learnSays runs the command in this process.
func learnSays(t *testing.T, answer string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := learnCommand(t.Context(), args, strings.NewReader(answer), &out)
	return out.String(), err
}

var rubbishIsNoise = community.Order{Verb: "recategorise", On: "2", Args: map[string]string{"category": "noise"}}

func TestNothingToLearnIsSaid(t *testing.T) {
	dir := sampleData(t)
	out, err := learnSays(t, "", "--data", dir)
	if err != nil || !strings.Contains(out, "「悦枫社区」：0 条改正") || !strings.Contains(out, "没有可学的") {
		t.Errorf("got %q %v", out, err)
	}
	if left, err := os.ReadDir(dir); err != nil || strings.Contains(fmt.Sprint(left), learntName) {
		t.Errorf("got %v %v, want nothing written", left, err)
	}
}

func TestCorrectionWhoseWordsAreGoneIsSkippedAndCounted(t *testing.T) {
	dir := sampleData(t, rubbishIsNoise)
	onSample(t, dir, func(st store.Store) {
		decided(t, st, community.Event{Key: "tick/prune", At: time.Now().Add(100 * 24 * time.Hour), Tick: &community.Tick{Job: "prune"}})
	})
	out, err := learnSays(t, "", "--data", dir)
	if err != nil || !strings.Contains(out, "1 条改正（改类别 1）；原话过了保存期或已撤回，跳过 1 条") || !strings.Contains(out, "没有可学的") {
		t.Errorf("got %q %v", out, err)
	}
}

func TestLearningNeedsTheStoreForItself(t *testing.T) {
	dir := sampleData(t)
	onSample(t, dir, func(store.Store) {
		for _, args := range [][]string{{"--data", dir}, {"--undo", "--data", dir}} {
			if _, err := learnSays(t, "", args...); err == nil || !strings.Contains(err.Error(), "请先停下它") {
				t.Errorf("%v: got %v, want to be told to stop the other one", args, err)
			}
		}
	})
	if _, err := learnSays(t, "", "--data", t.TempDir()); err == nil || !strings.Contains(err.Error(), "还没有数据") {
		t.Errorf("an empty folder: got %v", err)
	}
	if _, err := learnSays(t, "", "--data", dir, "--community", "yuefen"); err == nil || !strings.Contains(err.Error(), "是不是「yuefeng」") {
		t.Errorf("no such community: got %v", err)
	}
}

func TestOneCommunityTeachesAndAllAreHeardAgain(t *testing.T) {
	dir := sampleData(t, rubbishIsNoise)
	onSample(t, dir, func(st store.Store) {
		if err := st.Update(t.Context(), "lan", func(tx store.Tx) { store.PutProfile(tx, community.Profile{ID: "lan", Name: "兰亭社区"}) }); err != nil {
			t.Fatal(err)
		}
	})
	out, err := learnSays(t, "否\n", "--data", dir, "--training", fewWords(t), "--community", "yuefeng")
	for _, want := range []string{"「兰亭社区」：这次不学它的改正", "「悦枫社区」：1 条改正", "「兰亭社区」最近 14 天的 0 句话", "「悦枫社区」最近 14 天的 9 句话"} {
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("got no %q, %v:\n%s", want, err, out)
		}
	}
	if out, err := learnSays(t, "", "--data", dir, "--community", "lan"); err != nil || !strings.Contains(out, "没有可学的") {
		t.Errorf("a community that teaches nothing: got %v\n%s", err, out)
	}
}

// fewWords is talk that is learnt from in a moment.
func fewWords(t *testing.T) string {
	t.Helper()
	to := t.TempDir()
	for _, c := range []string{"heping", "taoyuan"} {
		if err := os.CopyFS(filepath.Join(to, c), os.DirFS(filepath.Join("understand", "training", c))); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(to, c, "transcript.jsonl")
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, bytes.Join(bytes.SplitAfter(raw, []byte("\n"))[:30], nil), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func TestOnlyAClearYesUsesWhatWasLearnt(t *testing.T) {
	dir, talk := sampleData(t, rubbishIsNoise), fewWords(t)
	for _, x := range []struct {
		answer, says string
		fails, kept  bool
	}{{"否\n", "没有换上，一切照旧", false, false}, {"也许\n", "没有换上，一切照旧", true, false}, {"", "没有换上，一切照旧", true, false}, {"是\n", "已换上", false, true}} {
		out, err := learnSays(t, x.answer, "--data", dir, "--training", talk)
		if (err != nil) != x.fails || !strings.Contains(out, x.says) || !strings.Contains(out, "没法拿没见过的小区来比") {
			t.Errorf("%q: got %v\n%s", x.answer, err, out)
		}
		if got := noteIn(t, dir); (got == "学自 1 条改正") != x.kept {
			t.Errorf("%q: got %s", x.answer, got)
		}
	}
	if got := checkLearnt(dir).String(); !strings.Contains(got, "学自 1 条改正") {
		t.Errorf("check says %q", got)
	}
}

func TestWhatIsWorseIsNotTakenUnseen(t *testing.T) {
	for _, x := range []struct {
		l     learner
		worse []string
		yes   bool
		fails bool
	}{
		{learner{yes: true}, nil, true, false}, {learner{yes: true}, []string{"读对从 85% 降到 80%"}, false, true},
		{learner{in: strings.NewReader("是\n")}, []string{"读对从 85% 降到 80%"}, true, false},
	} {
		var out bytes.Buffer
		x.l.out = &out
		yes, err := x.l.agreed(x.worse)
		if yes != x.yes || (err != nil) != x.fails || (len(x.worse) > 0) != strings.Contains(out.String(), "变差了") {
			t.Errorf("%v: got %v %v %q", x.worse, yes, err, out.String())
		}
	}
}

// knowing writes a file of knowledge that has a note.
func knowing(t *testing.T, note string) []byte {
	t.Helper()
	w, err := understand.Pack(nil, nil, nil, make([]float32, understand.PairWeights), note)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := understand.Knowledge{Weights: w}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func noteIn(t *testing.T, dir string) string {
	t.Helper()
	k, err := readLearnt(dir)
	if os.IsNotExist(err) {
		return "none"
	}
	if err != nil {
		t.Fatal(err)
	}
	return k.Weights.Note
}

func TestWhatWasLearntCanBeUndoneAndRedone(t *testing.T) {
	dir := sampleData(t)
	if _, err := learnSays(t, "", "--undo", "--data", dir); err == nil || !strings.Contains(err.Error(), "没有学过") {
		t.Errorf("got %v, want that there is nothing to go back to", err)
	}
	for _, x := range []struct{ do, says, then string }{
		{"keep", "", "first"}, {"undo", "程序自带的理解", "none"}, {"undo", "上一次学的", "first"}, {"keep", "", "second"},
		{"undo", "上一次学的", "first"}, {"undo", "上一次学的", "second"},
	} {
		switch x.do {
		case "keep":
			if err := keepLearnt(dir, knowing(t, x.then)); err != nil {
				t.Fatal(err)
			}
		case "undo":
			if out, err := learnSays(t, "", "--undo", "--data", dir); err != nil || !strings.Contains(out, x.says) {
				t.Errorf("got %q %v, want %q", out, err, x.says)
			}
		}
		if got := noteIn(t, dir); got != x.then {
			t.Fatalf("after %s: got %s, want %s", x.do, got, x.then)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "*model.bin*"))
	if err != nil || len(left) != 2 {
		t.Errorf("got %v, want the file and the one before", left)
	}
}

func TestFileThatCannotBeUsedIsNot(t *testing.T) {
	good := knowing(t, "learnt here")
	for what, x := range map[string]struct {
		raw   []byte
		check string
		log   string
	}{
		"whole":   {good, "好　用的是在这里学过的 model.bin（learnt here）", "as learnt here"},
		"damaged": {good[:len(good)-7], "注意　model.bin 坏了，用不了", "not a whole file"},
		"old":     {otherVersion(good), "注意　model.bin 是另一个版本的程序学的，用不了", "another version"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, learntName), x.raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := checkLearnt(dir).String(); !strings.Contains(got, x.check) {
			t.Errorf("%s: check says %q, want %q", what, got, x.check)
		}
		var log bytes.Buffer
		before := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
		r := learntReader(dir)(community.Profile{ID: "t"}, nil, nil)
		slog.SetDefault(before)
		if !strings.Contains(log.String(), x.log) {
			t.Errorf("%s: the log says %q, want %q", what, log.String(), x.log)
		}
		m := community.Message{ID: "1", Group: "g", Sender: "u", Kind: community.Text, Text: "3号楼2单元楼道灯坏了", At: time.Unix(0, 0)}
		own := r.Read(context.Background(), &community.Scene{Now: m.At}, m).Intent == community.Asks
		if own == (what == "whole") { // weights that know nothing see no request
			t.Errorf("%s: read by the program's own weights: %v", what, own)
		}
	}
	if got := checkLearnt(t.TempDir()).String(); !strings.Contains(got, "好　用的是程序自带的理解") {
		t.Errorf("nothing learnt: check says %q", got)
	}
}

// otherVersion is a file as another program would have sealed it.
func otherVersion(raw []byte) []byte {
	out := bytes.Clone(raw[:len(raw)-sha256.Size])
	out[len("linli-k1")+3]++
	sum := sha256.Sum256(out)
	return append(out, sum[:]...)
}
