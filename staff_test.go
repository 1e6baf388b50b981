package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// served starts the real program on an empty folder and returns the two lines it prints first.
func served(t *testing.T) (addr, login string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	rd, wr := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0"}, wr)
		wr.Close()
	}()
	said := bufio.NewScanner(rd)
	var lines []string
	for len(lines) < 2 && said.Scan() {
		lines = append(lines, said.Text())
	}
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	if len(lines) < 2 {
		t.Fatalf("got %q, want an address and a login link", lines)
	}
	return regexp.MustCompile(`http://[^\s/]+`).FindString(lines[0]), regexp.MustCompile(`http://\S+/staff/in/\w+`).FindString(lines[1])
}

// TestChairWorksOnTheSample logs in by the printed link in a real browser, finds the sample's
// request, gives it to somebody, moves it and sees its history grow.
func TestChairWorksOnTheSample(t *testing.T) {
	_, login := served(t)
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.WindowSize(390, 844), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("lang", "zh-CN"))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	ctx, late := context.WithTimeout(ctx, time.Minute)
	defer late()
	var rows, before, after, here string
	err := chromedp.Run(ctx, chromedp.Navigate(login), chromedp.Click(`.primary`), chromedp.WaitVisible(`.rows`), chromedp.Text(`.rows`, &rows),
		chromedp.Click(`//a[contains(@class,"row")][contains(.,"照明")]`, chromedp.BySearch), chromedp.WaitVisible(`.steps`), chromedp.Text(`.steps`, &before),
		chromedp.SetValue(`select[name=to]`, "p04"), chromedp.Click(`//button[.="派给这位"]`, chromedp.BySearch), chromedp.WaitVisible(`.notice.good`),
		chromedp.Click(`input[name=to][value=in_hand]`), chromedp.Click(`//button[.="改进度"]`, chromedp.BySearch),
		chromedp.WaitVisible(`//p[contains(@class,"notice")][contains(.,"处理中")]`, chromedp.BySearch), chromedp.Text(`.steps`, &after), chromedp.Text(`.track .here`, &here))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(rows, "3号楼2单元") {
		t.Errorf("got rows %q, want the sample's", rows)
	}
	if strings.Contains(before, "钱师傅") || !strings.Contains(after, "派给 钱师傅") || !strings.Contains(after, "周敏") || here != "处理中" {
		t.Errorf("got history %q, then %q, at %q", before, after, here)
	}
}

// TestLinksOfTheStaffPageOpenTheChat follows what the people page makes to where it leads.
func TestLinksOfTheStaffPageOpenTheChat(t *testing.T) {
	addr, login := served(t)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	chair := &http.Client{Jar: jar}
	read := func(res *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("got %s %v", res.Status, err)
		}
		return string(body)
	}
	form := url.Values{"person": {"p02"}, "uses": {"3"}, "days": {"2"}, "group": {"g1"}}
	for _, f := range regexp.MustCompile(`name="(csrf|key)" value="(\w+)"`).FindAllStringSubmatch(read(chair.PostForm(login, nil)), -1) {
		form.Set(f[1], f[2])
	}
	for kind, want := range map[string]string{"pass": "沈洁", "invite": "邻居怎么称呼您", "login": "沈洁"} {
		link := regexp.MustCompile(`http://[^<\s]+`).FindString(read(chair.PostForm(addr+"/staff/people/"+kind, form)))
		if !strings.HasPrefix(link, addr) {
			t.Fatalf("%s: got link %q", kind, link)
		}
		if body := read(http.Get(link)); !strings.Contains(body, want) {
			t.Errorf("%s: the page behind the link does not say %q", kind, want)
		}
	}
}
