package web_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"linli/bot/web"
	"linli/community"
)

// events opens a stream and hands its events on as "name data", until the test ends.
func (v *visitor) events(t *testing.T, path, last string) <-chan string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, "GET", v.w.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := v.client.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("the stream does not open: %v %v", res, err)
	}
	out := make(chan string, 256)
	go func() {
		defer close(out)
		name, lines := "", bufio.NewScanner(res.Body)
		lines.Buffer(nil, 4<<20)
		for lines.Scan() {
			if x, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				name = x
			}
			if x, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				out <- name + " " + x
			}
		}
	}()
	t.Cleanup(func() { stop(); res.Body.Close() })
	return out
}

// next waits for the next event of a name.
func next(t *testing.T, events <-chan string, name string) string {
	t.Helper()
	late := time.NewTimer(15 * time.Second)
	defer late.Stop()
	for {
		select {
		case e, ok := <-events:
			if !ok {
				t.Fatalf("the stream ended before %q came", name)
			}
			if data, is := strings.CutPrefix(e, name+" "); is {
				return data
			}
		case <-late.C:
			t.Fatalf("no %q came", name)
		}
	}
}

// chatter lets somebody say n things.
func (w *town) chatter(n, from int) {
	w.t.Helper()
	h := web.GroupHandle("lan", "g3")
	for i := range n {
		m := community.Message{ID: fmt.Sprintf("c%d", from+i), Handle: h, Sender: "v1", Name: "孙老师", Kind: community.Text, Text: fmt.Sprintf("第%d句。", from+i), At: w.house.Now()}
		if err := w.house.Hear(context.Background(), m); err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestComingBackGivesAllThatWasMissed(t *testing.T) {
	w := newTown(t, web.Options{})
	v := w.as("s1")
	w.chatter(5, 0)
	last := w.said("g3")
	id := fmt.Sprint(last[len(last)-1].At.UnixNano())
	w.chatter(120, 5)
	got := next(t, v.events(t, "/chat/g3/live", id), "lines")
	for _, i := range []int{5, 64, 124} {
		if !strings.Contains(got, fmt.Sprintf("第%d句。", i)) {
			t.Errorf("line %d is missing", i)
		}
	}
	w.chatter(600, 200)
	next(t, v.events(t, "/chat/g3/live", id), "again")
}

func TestStreamTellsWhatIsNewInGroupAndList(t *testing.T) {
	w := newTown(t, web.Options{})
	events := w.as("s1").events(t, "/chat/all/live", "")
	next(t, events, "rooms")
	w.chatter(1, 0)
	if got := next(t, events, "rooms"); !strings.Contains(got, "第0句。") {
		t.Error("the list does not tell the other group's last line")
	}
	w.as("v1").says("all", "说给大群")
	if got := next(t, events, "lines"); !strings.Contains(got, "说给大群") {
		t.Error("the line did not come")
	}
}

func TestRealNeighboursSeeNoReasonsOfOthers(t *testing.T) {
	w := newTown(t, web.Options{})
	path, err := w.web.Invite(context.Background(), web.Invitation{Community: "shi"})
	if err != nil {
		t.Fatal(err)
	}
	a, b := w.visitor(), w.visitor()
	a.must("POST", path, map[string][]string{"name": {"王姐"}})
	b.must("POST", path, map[string][]string{"name": {"老宋"}})
	a.says("g3", "今天心情不太好")
	mine := func(v *visitor) bool {
		_, body := v.must("GET", "/chat/g3", nil)
		return strings.Contains(body, `class="thought`)
	}
	w.until("one's own words are explained", func() bool { return mine(a) })
	if mine(b) {
		t.Error("what was made of a neighbour's words is shown to another")
	}
}
