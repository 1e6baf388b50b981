package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"linli/store"
)

// serializable: whatever 64 hands do at once must be what they could have done
// one after the other, each within the time it took.
func serializable(t *testing.T, st store.Store) {
	if got := judge(history(t, st)); got != porcupine.Ok {
		t.Errorf("got %s, want an order of the transactions that explains what each of them read", got)
	}
}

// cells is how many numbers the hands read and write; few, so that they meet.
const cells = 4

type table [cells]int

// A deal is one transaction: which cells it reads, and what it writes into which.
type deal struct {
	reads  []int
	writes map[int]int
}

// one is the model: a table that is read and written by one deal at a time.
var one = porcupine.Model{
	Init: func() any { return table{} },
	Step: func(state, input, output any) (bool, any) {
		s, d, got := state.(table), input.(deal), output.([]int)
		for i, cell := range d.reads {
			if got[i] != s[cell] {
				return false, s
			}
		}
		for cell, v := range d.writes {
			s[cell] = v
		}
		return true, s
	},
	DescribeOperation: func(in, out any) string { return fmt.Sprint(in, out) },
}

func judge(ops []porcupine.Operation) porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(one, ops, 30*time.Second)
}

// history lets 64 hands deal at once and writes down who read what, and when.
func history(t *testing.T, st store.Store) []porcupine.Operation {
	const hands, each = 64, 12
	var (
		clock, value atomic.Int64
		all          sync.WaitGroup
		done         [hands][]porcupine.Operation
	)
	for h := range hands {
		all.Go(func() {
			for range each {
				op := porcupine.Operation{ClientId: h, Call: clock.Add(1)}
				op.Input, op.Output = acts(h)(t, st, func() int { return int(value.Add(1)) })
				op.Return = clock.Add(1)
				done[h] = append(done[h], op)
			}
		})
	}
	all.Wait()
	var ops []porcupine.Operation
	for _, d := range done {
		ops = append(ops, d...)
	}
	return ops
}

var errAbandoned = errors.New("storetest: abandoned")

// acts says what a hand does. Only some only read: each that may come before or
// after a change doubles what the checker has to try.
func acts(hand int) func(*testing.T, store.Store, func() int) (deal, []int) {
	switch {
	case hand < 4:
		return watch
	case hand < 6:
		return abandon
	}
	return change
}

// watch reads all cells.
func watch(t *testing.T, st store.Store, _ func() int) (d deal, got []int) {
	if err := st.View(t.Context(), town, func(tx store.Tx) { got = readAll(tx) }); err != nil {
		t.Error(err)
	}
	return deal{reads: []int{0, 1, 2, 3}}, got
}

// change reads three cells and writes two of them.
func change(t *testing.T, st store.Store, fresh func() int) (d deal, got []int) {
	order := rand.Perm(cells)
	d = deal{order[:3], map[int]int{order[0]: fresh(), order[1]: fresh()}}
	if err := st.Update(t.Context(), town, func(tx store.Tx) { got = trade(tx, d) }); err != nil {
		t.Error(err)
	}
	return d, got
}

// abandon does the same and fails in the end, so that nothing of it may be seen.
func abandon(t *testing.T, st store.Store, fresh func() int) (d deal, got []int) {
	order := rand.Perm(cells)
	d = deal{order[:3], map[int]int{order[0]: fresh(), order[1]: fresh()}}
	err := st.Update(t.Context(), town, func(tx store.Tx) {
		got = trade(tx, d)
		tx.Fail(errAbandoned)
	})
	if !errors.Is(err, errAbandoned) {
		t.Errorf("got %v, want the closure's error", err)
	}
	return deal{reads: d.reads}, got
}

func cell(i int) string { return "cell/" + strconv.Itoa(i) }

func trade(tx store.Tx, d deal) (got []int) {
	for _, i := range d.reads {
		n, _ := strconv.Atoi(string(tx.Get(cell(i))))
		got = append(got, n)
	}
	for i, v := range d.writes {
		tx.Put(cell(i), []byte(strconv.Itoa(v)))
	}
	return got
}

// readAll reads by a scan, so that scans too must see one state.
func readAll(tx store.Tx) []int {
	got := make([]int, cells)
	for k, v := range tx.Scan("cell/", "cell0") {
		i, _ := strconv.Atoi(strings.TrimPrefix(k, "cell/"))
		got[i], _ = strconv.Atoi(string(v))
	}
	return got
}
