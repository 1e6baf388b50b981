package sqlite

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"linli/community"
	"linli/store"
)

var requests = flag.Int("requests", usually, "how many open requests TestLargeHouse fills the house with")

// The goals for a community with 100,000 requests (-requests 100000); fewer must meet them too.
const (
	listGoal   = 20 * time.Millisecond
	startGoal  = time.Second
	memoryGoal = 128 << 10 // KiB
)

// figures are what a process measured that opened a house and worked in it.
type figures struct {
	Start, Examined, List, Group, Owner, Person, Overdue, Counters, Scene time.Duration
	Memory, Peak                                                          int // resident, in KiB
}

const measured = "LINLI_TEST_MEASURED" // set in the process that measures: the file to open

// TestLargeHouse measures in a process of its own, so that its memory is the store's:
//
//	go test ./store/sqlite -run LargeHouse -v -timeout 30m -requests 100000
func TestLargeHouse(t *testing.T) {
	if path := os.Getenv(measured); path != "" {
		json.NewEncoder(os.Stdout).Encode(measure(t, path)) //nolint:errcheck // the other side sees it
		os.Exit(0)
	}
	few, many := figuresOf(t, *requests/10), figuresOf(t, *requests)
	// The scene is only told: that it reads no more papers is tested in the room store.
	t.Logf("with %d: %+v", *requests/10, few)
	t.Logf("with %d: %+v", *requests, many)
	if !raced && (many.List > listGoal || many.Start > startGoal || many.Peak > memoryGoal) {
		t.Errorf("got a list in %v, a start in %v, %d KiB; want at most %v, %v, %d", many.List, many.Start, many.Peak, listGoal, startGoal, memoryGoal)
	}
}

func figuresOf(t *testing.T, n int) (f figures) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	s := opened(t, path)
	for from := 0; from < n; from += 500 {
		if err := s.Update(t.Context(), "town", func(tx store.Tx) { months(tx, from, min(from+500, n)) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d requests: %d MiB", n, info.Size()>>20)
	cmd := exec.Command(os.Args[0], "-test.run=^TestLargeHouse$", "-requests", strconv.Itoa(n))
	cmd.Env = append(os.Environ(), measured+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := json.Unmarshal(out, &f); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return f
}

// months are open requests, a minute apart, each with its message, and a roll for every tenth.
func months(tx store.Tx, from, to int) {
	for n := from; n < to; n++ {
		e, p := complaint(n)
		e.At = monday.Add(time.Duration(n) * time.Minute)
		e.Message.At = e.At
		r := &p.Requests[0]
		r.Opened, r.Touched, r.Due, r.Owner = e.At, e.At, e.At.Add(72*time.Hour), community.PersonID("staff"+strconv.Itoa(n%7))
		if n%10 == 0 {
			p.Rolls = []community.Roll{{ID: "roll" + strconv.Itoa(n), Group: "g3", Names: []string{"张阿姨", "老李"}, Touched: e.At}}
		}
		store.Receive(tx, e)
		store.Apply(tx, e, p)
		store.Unsay(tx, p.Say[0].Key, "", e.At) // long since said
	}
}

func measure(t *testing.T, path string) (f figures) {
	began := time.Now()
	s := opened(t, path)
	defer s.Close()
	look := func(fn func(tx store.Tx)) time.Duration { return timed(t, s, fn) }
	look(func(tx store.Tx) { store.Ranked(tx, 50) })
	f.Start = time.Since(began)
	<-s.looked // or the examination would be measured with the rest
	f.Examined = time.Since(began)
	now := monday.Add(time.Duration(*requests) * time.Minute)
	e, _ := complaint(*requests)
	e.At, e.Message.At = now, now
	for what, fn := range map[*time.Duration]func(store.Tx){
		&f.List:     func(tx store.Tx) { store.Ranked(tx, 50) },
		&f.Group:    func(tx store.Tx) { store.InGroup(tx, "g3", 50) },
		&f.Owner:    func(tx store.Tx) { store.OwnedBy(tx, "staff3", 50) },
		&f.Person:   func(tx store.Tx) { store.OfPerson(tx, "u00042", 50) },
		&f.Overdue:  func(tx store.Tx) { store.Overdue(tx, now, 50) },
		&f.Counters: func(tx store.Tx) { store.Counters(tx, store.Day(now)) },
		&f.Scene:    func(tx store.Tx) { store.Scene(tx, e) },
	} {
		*what = median(func() time.Duration { return look(fn) })
	}
	for n := range 2 * min(*requests, 500) {
		if err := takeIn(t, s, n); err != nil {
			t.Fatal(err)
		}
	}
	f.Memory, f.Peak = resident(t, "VmRSS:"), resident(t, "VmHWM:")
	return f
}

func timed(t *testing.T, s *Store, fn func(tx store.Tx)) time.Duration {
	began := time.Now()
	if err := s.View(t.Context(), "town", fn); err != nil {
		t.Fatal(err)
	}
	return time.Since(began)
}

func median(once func() time.Duration) time.Duration {
	var all []time.Duration
	for range 15 {
		all = append(all, once())
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// resident reads one line of what the kernel says of this process, in KiB.
func resident(t *testing.T, line string) int {
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), line)
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
