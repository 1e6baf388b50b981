package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"linli/community"
	"linli/store"
	"linli/store/sqlite"
)

// TestNothingAcknowledgedIsLostOrDoubledByKilling starts the real program, lets a dozen browsers talk to it
// over HTTP, kills it with SIGKILL in the middle again and again, and lets every browser repeat what was not
// acknowledged, as its page does: with the same token. At the end the papers are read and everything counted.
func TestNothingAcknowledgedIsLostOrDoubledByKilling(t *testing.T) {
	messages, kills := 10_000, 50
	if testing.Short() {
		messages, kills = 600, 6
	}
	h := newHouse(t)
	h.start()
	crowd := make([]*browser, 12)
	for i := range crowd {
		crowd[i] = newBrowser(t, h, i+1)
		crowd[i].become(1)
	}
	var next atomic.Int64
	var talking sync.WaitGroup
	for _, b := range crowd {
		talking.Go(func() {
			for n := next.Add(1); n <= int64(messages) && t.Context().Err() == nil; n = next.Add(1) {
				b.sayUntilTaken(int(n))
			}
		})
	}
	dice := rand.New(rand.NewPCG(7, 7))
	per := int64(messages / (kills + 1))
	for range kills {
		h.killAfter(1 + dice.Int64N(2*per-1))
		h.start()
	}
	talking.Wait()
	if got := h.acked.Load(); got != int64(messages) {
		t.Fatalf("got %d acknowledged, want %d", got, messages)
	}
	h.settleDown()
	h.count(messages)
}

// A childHouse is the real program with its data, started and killed at will.
type childHouse struct {
	t     *testing.T
	bin   string
	data  string
	log   *os.File
	acked atomic.Int64
	lives atomic.Int64

	cmd  *exec.Cmd
	addr atomic.Value // string
}

func newHouse(t *testing.T) *childHouse {
	t.Helper()
	dir := t.TempDir()
	h := &childHouse{t: t, bin: filepath.Join(dir, "linli"), data: filepath.Join(dir, "data")}
	build := exec.Command("go", "build", "-o", h.bin, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	h.log = log
	t.Cleanup(func() {
		if h.cmd.ProcessState == nil {
			h.cmd.Process.Kill() //nolint:errcheck // the test has failed already
			h.cmd.Wait()         //nolint:errcheck // killed
		}
		log.Close()
	})
	return h
}

func (h *childHouse) start() {
	h.t.Helper()
	h.cmd = exec.Command(h.bin, "serve", "--data", h.data, "--listen", "127.0.0.1:0")
	h.cmd.Stderr = h.log
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	addr := regexp.MustCompile(`http://\S+:\d+`).FindString(line)
	if err != nil || addr == "" {
		h.t.Fatalf("the program did not say where it listens: %q %v", line, err)
	}
	h.addr.Store(addr)
	h.lives.Add(1)
}

// killAfter kills the program when so many more messages have been acknowledged.
func (h *childHouse) killAfter(n int64) {
	h.t.Helper()
	enough := time.Now().Add(time.Minute)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for until := h.acked.Load() + n; h.acked.Load() < until; <-tick.C {
		if time.Now().After(enough) {
			h.t.Fatalf("only %d acknowledged", h.acked.Load())
		}
	}
	if err := h.cmd.Process.Kill(); err != nil {
		h.t.Fatal(err)
	}
	h.cmd.Wait() //nolint:errcheck // killed
}

// settleDown lets the program run until everything is decided, and stops it in good order.
func (h *childHouse) settleDown() {
	h.t.Helper()
	for range 60 {
		time.AfterFunc(2*time.Second, func() { h.cmd.Process.Signal(syscall.SIGTERM) }) //nolint:errcheck // Wait tells
		if err := h.cmd.Wait(); err != nil {
			h.t.Fatalf("stopping in good order: %v", err)
		}
		left := false
		h.papers(func(tx store.Tx) { _, left = store.Head(tx, time.Now()) }) // what is to be woken later may wait
		if !left {
			return
		}
		h.start()
	}
	h.t.Fatal("never everything decided")
}

const sampleTown community.ID = "yuefeng"

func (h *childHouse) papers(fn func(store.Tx)) {
	h.t.Helper()
	st, err := sqlite.Open(filepath.Join(h.data, storeName))
	if err != nil {
		h.t.Fatal(err)
	}
	defer st.Close()
	if err := st.View(context.Background(), sampleTown, fn); err != nil {
		h.t.Fatal(err)
	}
}

// A browser is one neighbour with a cookie.
type browser struct {
	t      *testing.T
	h      *childHouse
	number int
	life   int64 // of the house in which it joined
	client *http.Client
}

func newBrowser(t *testing.T, h *childHouse, number int) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, h: h, number: number, client: &http.Client{Jar: jar, Timeout: 10 * time.Second}}
}

// become makes the browser a new neighbour. The door lets in thirty at a time and then one every five seconds, so it asks seldom.
func (b *browser) become(life int64) {
	b.life = life
	pause := time.NewTicker(200 * time.Millisecond)
	defer pause.Stop()
	name := fmt.Sprintf("邻%d %d-%d01", int64(b.number)+100*life, 1+(int64(b.number)+life)%12, 1+b.number%9)
	for range 100 { // it listens a moment before it hears, and may be killed meanwhile
		if b.post("/who/join", url.Values{"community": {string(sampleTown)}, "name": {name}}) {
			return
		}
		<-pause.C
	}
	b.t.Errorf("%s did not get in", name)
}

// post reports whether the house acknowledged what was sent.
func (b *browser) post(path string, form url.Values) bool {
	req, err := http.NewRequest(http.MethodPost, b.h.addr.Load().(string)+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Error(err)
		return false
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json") // as the page's script asks
	res, err := b.client.Do(req)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, res.Body)
	res.Body.Close()
	return err == nil && res.StatusCode < 300
}

// sayUntilTaken repeats one message with the same token until it is acknowledged.
func (b *browser) sayUntilTaken(n int) {
	if life := b.h.lives.Load(); b.life != life && life%12 == int64(b.number)%12 {
		b.become(life) // in each life of the house one of them is somebody new, so that many people speak
	}
	form := url.Values{"text": {wordsFor(n)}, "token": {fmt.Sprintf("token-%08d", n)}}
	pause := time.NewTicker(20 * time.Millisecond)
	defer pause.Stop()
	for b.t.Context().Err() == nil {
		if b.post("/chat/"+chatFor(n)+"/say", form) {
			b.h.acked.Add(1)
			return
		}
		<-pause.C
	}
}

// chatFor is where a message is said: in four groups, and one of twenty in private, where answers wait for no hour.
func chatFor(n int) string {
	if n%20 == 14 {
		return "@me"
	}
	return fmt.Sprint("g", 1+n%4)
}

// wordsFor makes a message that can be told from all others.
func wordsFor(n int) string {
	mark := fmt.Sprintf("（记号%d）", n)
	switch n % 20 {
	case 3:
		return fmt.Sprintf("%d号楼%d单元楼道灯坏了", 1+n/20%12, 1+n/240%4) + mark
	case 9: // danger is heard in any crowd
		return fmt.Sprintf("救命！%d号楼%d单元有人困在电梯里了", 1+n/20%12, 1+n/240%4) + mark
	case 14:
		return "社区食堂几点开门？" + mark
	}
	return "今天天气不错" + mark
}

var intentIn = regexp.MustCompile(`intent=\w*`)

var markIn = regexp.MustCompile(`（记号(\d+)）`)

// count reads everything back.
func (h *childHouse) count(messages int) {
	h.t.Helper()
	h.papers(func(tx store.Tx) {
		heard, asks := map[string]int{}, 0
		for _, raw := range tx.Scan("msg/", "msg0") {
			var m community.Heard
			if err := json.Unmarshal(raw, &m); err != nil {
				h.t.Fatal(err)
			}
			if m.Reading.Intent == community.Asks {
				asks++
			}
			mark := markIn.FindString(m.Message.Text)
			if mark == "" {
				continue
			}
			heard[mark]++
			rec, ok := store.RecordOf(tx, community.MessageKey(m.Message.Handle, m.Message.ID))
			if !ok || !rec.Done || rec.Why == "" || rec.Aside {
				h.t.Errorf("%s: got %+v, want it decided with a reason", mark, rec)
			}
		}
		for n := 1; n <= messages; n++ {
			if got := heard[fmt.Sprintf("（记号%d）", n)]; got != 1 {
				h.t.Errorf("message %d: in the talk %d times, want once", n, got)
			}
		}
		h.countRequests(tx, asks)
	})
	h.countLog()
	db, err := sql.Open("sqlite", filepath.Join(h.data, storeName))
	if err != nil {
		h.t.Fatal(err)
	}
	defer db.Close()
	var fine string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&fine); err != nil || fine != "ok" {
		h.t.Errorf("integrity: got %q %v, want ok", fine, err)
	}
}

// countRequests checks that every message that asks for something made one request, numbered without gap, and no message two.
func (h *childHouse) countRequests(tx store.Tx, asks int) {
	h.t.Helper()
	in := map[string]community.RequestID{}
	n := 0
	for ; ; n++ {
		r, ok := store.Request(tx, community.RequestID(fmt.Sprint(n+1)))
		if !ok {
			break
		}
		for _, l := range r.Lines {
			if other, twice := in[l.Message]; twice {
				h.t.Errorf("message %s is in #%s and in #%s", l.Message, other, r.ID)
			}
			in[l.Message] = r.ID
		}
	}
	if got := count(tx, "req/"); got != n {
		h.t.Errorf("got %d requests numbered from 1 on and %d in all", n, got)
	}
	if n != asks || n < 4 { // the sample's morning alone has three
		h.t.Errorf("got %d requests of %d messages that ask for something, want one each, and some", n, asks)
	}
}

// countLog reads what the program said of itself over all its lives: nothing decided twice, nothing handed over twice.
func (h *childHouse) countLog() {
	h.t.Helper()
	raw, err := os.ReadFile(h.log.Name())
	if err != nil {
		h.t.Fatal(err)
	}
	decided, handed, intents := map[string]int{}, map[string]int{}, map[string]int{}
	key := regexp.MustCompile(` key=("(?:[^"\\]|\\.)*"|\S+)`)
	for line := range bytes.Lines(raw) {
		k := key.FindString(string(line))
		switch s := string(line); {
		case strings.Contains(s, " decided community="):
			decided[k]++
			intents[intentIn.FindString(s)]++
		case strings.Contains(s, " said community=") && strings.Contains(s, "fate=handed_over"):
			handed[k]++
		}
	}
	for what, all := range map[string]map[string]int{"decided": decided, "handed over": handed} {
		for k, n := range all {
			if n > 1 {
				h.t.Errorf("%s: %s %d times", k, what, n)
			}
		}
	}
	h.t.Logf("%d decisions %v and %d words in the log", len(decided), intents, len(handed))
	if len(decided) == 0 || len(handed) == 0 {
		h.t.Errorf("the log tells of %d decisions and %d words, want some", len(decided), len(handed))
	}
}

func count(tx store.Tx, prefix string) (n int) {
	for range tx.Scan(prefix, prefix+"~") {
		n++
	}
	return n
}
