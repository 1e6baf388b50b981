package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"linli/community"
	"linli/store"
)

var learnAll = flag.Bool("learn-all", false, "learn from all the talk that comes with the program and not from a small part of it: minutes")

// What neighbours say, and what staff make of it: names and jokes that only this neighbourhood knows.
const (
	goose  = "3号楼那只大鹅又堵在单元门口了"
	lion   = "门口那个石狮子歪了"
	knives = "请问阿贵那里几点有人"
)

// plainWords are understood before and after.
var plainWords = []struct {
	group, text string
	intent      community.Intent
	category    string
}{
	{"g1", "7号楼2单元电梯停了，上不去", community.Asks, "elevator"}, {"g1", "10号楼楼道的灯全灭了", community.Asks, "lighting"},
	{"g2", "早上好", community.Chat, ""}, {"g3", "谢谢大家", community.Chat, ""}, {"g3", "请问图书角几点关门", community.Question, ""},
}

// TestWhatStaffPutRightIsLearnt lets neighbours talk to the real program, corrects it by its pages, learns, and lets them say the same again.
func TestWhatStaffPutRightIsLearnt(t *testing.T) {
	h := newSchool(t)
	h.open()
	h.say()
	h.desk("大鹅", "石狮子", "阿贵")
	h.tap(h.path("大鹅"), "recategorise", "category", "pets")
	h.tap(h.path("大鹅"), "move", "to", "withdrawn", "why", "大鹅回家了")
	h.tap(h.path("石狮子"), "none", "as", "chat")
	h.answer(h.flag("阿贵"), "R011")
	h.close()
	before := h.readings()
	if got := before[goose]; got.Category == "pets" || before[knives].Intent != community.Question || len(before[knives].Rows) > 0 || before[lion].Intent != community.Asks {
		t.Fatalf("before anything is learnt: the test teaches nothing: %+v", before)
	}

	out := h.learn("")
	t.Log(out)
	for _, want := range []string{"「悦枫社区」：3 条改正（改类别 1，不是诉求 1，补答案 1）", "学之前 → 学之后", "句话重听一遍", "＋ 登记「养犬」3号楼", "清单 R011", "已换上"} {
		if !strings.Contains(out, want) {
			t.Errorf("the program does not say %q", want)
		}
	}
	h.open()
	for _, x := range plainWords {
		h.says(x.group, x.text)
	}
	h.say()
	h.desk("大鹅")
	h.close()
	after := h.readings()
	if got := after[goose]; got.Category != "pets" || got.Intent != community.Asks {
		t.Errorf("got %s %s, want the goose among the pets", got.Intent, got.Category)
	}
	if got := after[lion]; got.Intent != community.Chat {
		t.Errorf("got %s, want chat", got.Intent)
	}
	if got := after[knives]; got.Intent != community.Question || len(got.Rows) == 0 || got.Rows[0].ID != "R011" {
		t.Errorf("got %s %v, want the row R011", got.Intent, got.Rows)
	}
	for _, x := range plainWords {
		if got := after[x.text]; got.Intent != x.intent || x.category != "" && got.Category != x.category {
			t.Errorf("%s: got %s %s, want %s %s", x.text, got.Intent, got.Category, x.intent, x.category)
		}
	}
}

// say lets three neighbours say what is misunderstood.
func (h *school) say() {
	h.t.Helper()
	h.says("g3", knives)
	h.says("g2", lion)
	h.says("g3", goose)
}

// A school is the real program with somebody of its staff logged in.
type school struct {
	*childHouse
	training string
	chair    *http.Client
	said     int
}

func newSchool(t *testing.T) *school {
	t.Helper()
	h := &school{childHouse: newHouse(t)}
	if !*learnAll {
		h.training = smallTalk(t)
	}
	return h
}

// open starts the program and logs the chair in by the link it prints.
func (h *school) open() {
	h.t.Helper()
	h.cmd = exec.Command(h.bin, "serve", "--data", h.data, "--listen", "127.0.0.1:0")
	h.cmd.Stderr = h.log
	out, err := h.cmd.StdoutPipe()
	h.ok(err)
	h.ok(h.cmd.Start())
	lines := bufio.NewScanner(out)
	lines.Scan()
	h.addr.Store(regexp.MustCompile(`http://\S+:\d+`).FindString(lines.Text()))
	lines.Scan()
	link := regexp.MustCompile(`http://\S+/staff/in/\w+`).FindString(lines.Text())
	if link == "" {
		h.t.Fatalf("got %q, want a login link", lines.Text())
	}
	h.chair = h.client()
	res, err := h.chair.PostForm(link, nil)
	h.ok(err)
	res.Body.Close()
}

// close stops the program in good order.
func (h *school) close() {
	h.t.Helper()
	h.ok(h.cmd.Process.Signal(syscall.SIGTERM))
	h.ok(h.cmd.Wait())
}

func (h *school) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *school) client() *http.Client {
	jar, err := cookiejar.New(nil)
	h.ok(err)
	return &http.Client{Jar: jar, Timeout: 20 * time.Second}
}

func (h *school) url(path string) string { return h.addr.Load().(string) + path }

// says lets a neighbour who has not spoken before say something.
func (h *school) says(group, words string) {
	h.t.Helper()
	h.said++
	b := h.client()
	name := string([]rune("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉")[h.said%20]) + "阿姨"
	for _, f := range []struct {
		path string
		form url.Values
	}{{"/who/join", url.Values{"community": {string(sampleTown)}, "name": {name}}}, {"/chat/" + group + "/say", url.Values{"text": {words}, "token": {fmt.Sprintf("token-%08d", h.said)}}}} {
		h.sent(b, f.path, f.form)
	}
}

// sent sends a neighbour's form; the program listens a moment before it hears.
func (h *school) sent(b *http.Client, path string, form url.Values) {
	h.t.Helper()
	pause := time.NewTicker(20 * time.Millisecond)
	defer pause.Stop()
	for range 500 {
		req, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.url(path), strings.NewReader(form.Encode()))
		h.ok(err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Accept", "application/json") // as the page's script asks
		res, err := b.Do(req)
		h.ok(err)
		res.Body.Close()
		switch {
		case res.StatusCode < 300:
			return
		case res.StatusCode != http.StatusServiceUnavailable:
			h.t.Fatalf("%s: got %s", path, res.Status)
		}
		<-pause.C
	}
	h.t.Fatalf("%s: never taken", path)
}

// page reads one of the staff's pages.
func (h *school) page(path string) string {
	h.t.Helper()
	res, err := h.chair.Get(h.url(path))
	h.ok(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	h.ok(err)
	return string(body)
}

// desk waits until the first page shows all the words.
func (h *school) desk(words ...string) {
	h.t.Helper()
	pause := time.NewTicker(50 * time.Millisecond)
	defer pause.Stop()
	enough := time.Now().Add(30 * time.Second)
	for {
		body := h.page("/staff/")
		missing := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.Contains(body, w) })
		if len(missing) == 0 {
			return
		}
		if time.Now().After(enough) {
			h.close()
			h.t.Fatalf("the first page never showed %q; what was heard: %+v", missing, h.readings())
		}
		<-pause.C
	}
}

// path is the page of the request with these words.
func (h *school) path(words string) string {
	h.t.Helper()
	for _, row := range strings.Split(h.page("/staff/"), `<a class="row`)[1:] {
		if strings.Contains(row, words) {
			return regexp.MustCompile(`/staff/r/\d+`).FindString(row)
		}
	}
	h.t.Fatalf("no request says %q", words)
	return ""
}

// flag is the key of the flag with these words.
func (h *school) flag(words string) string {
	h.t.Helper()
	for _, f := range strings.Split(h.page("/staff/"), `<li class="flag`)[1:] {
		if strings.Contains(f, words) {
			return regexp.MustCompile(`name="flag" value="([^"]+)"`).FindStringSubmatch(f)[1]
		}
	}
	h.t.Fatalf("no flag says %q", words)
	return ""
}

var sealIn = regexp.MustCompile(`name="(csrf|key)" value="(\w+)"`)

// post sends a form with the seal of a page.
func (h *school) post(page, path string, pairs ...string) {
	h.t.Helper()
	form := url.Values{}
	for _, f := range sealIn.FindAllStringSubmatch(h.page(page), -1) {
		form.Set(f[1], f[2])
	}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	res, err := h.chair.PostForm(h.url(path), form)
	h.ok(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	h.ok(err)
	if !bytes.Contains(body, []byte(`class="notice good`)) {
		h.t.Fatalf("%s %v: got %s", path, pairs, res.Status)
	}
}

func (h *school) tap(page, verb string, pairs ...string) {
	h.t.Helper()
	h.post(page, page+"/"+verb, pairs...)
}

func (h *school) answer(flag, row string) {
	h.t.Helper()
	h.post("/staff/", "/staff/answer", "flag", flag, "row", row)
}

// readings are how everything was read, by its words, the newest where they were said twice; the program is stopped meanwhile.
func (h *school) readings() map[string]community.Reading {
	h.t.Helper()
	out := map[string]community.Reading{}
	h.papers(func(tx store.Tx) {
		for _, m := range slices.Backward(store.Since(tx, time.Time{}, 0)) {
			out[m.Message.Text] = m.Reading
		}
	})
	return out
}

// learn runs the command with an answer on its standard input; without one it is told --yes.
func (h *school) learn(answer string, args ...string) string {
	h.t.Helper()
	out, err := h.tryLearn(answer, args...)
	if err != nil {
		h.t.Fatalf("learn: %v\n%s", err, out)
	}
	return out
}

func (h *school) tryLearn(answer string, args ...string) (string, error) {
	args = append([]string{"learn", "--data", h.data}, args...)
	if h.training != "" {
		args = append(args, "--training", h.training)
	}
	if answer == "" {
		args = append(args, "--yes")
	}
	cmd := exec.CommandContext(h.t.Context(), h.bin, args...)
	cmd.Stdin = strings.NewReader(answer)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// smallTalk is a small part of the talk to learn from: some communities' first days, and what is said out of the blue.
func smallTalk(t *testing.T) string {
	t.Helper()
	from, to := filepath.Join("understand", "training"), t.TempDir()
	for _, c := range []string{"gucheng", "heping", "jiangan", "jinxi", "lanting", "taoyuan", "yunhe"} {
		if err := os.Mkdir(filepath.Join(to, c), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, f := range []string{"community.yaml", "gold.json", "resources.csv", "transcript.jsonl"} {
			raw, err := os.ReadFile(filepath.Join(from, c, f))
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if f == "transcript.jsonl" {
				lines := bytes.SplitAfter(raw, []byte("\n"))
				raw = bytes.Join(lines[:min(len(lines), 160)], nil)
			}
			if err = errors.Join(err, os.WriteFile(filepath.Join(to, c, f), raw, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.CopyFS(filepath.Join(to, "singles"), os.DirFS(filepath.Join(from, "singles"))); err != nil {
		t.Fatal(err)
	}
	return to
}
