package onebot

import (
	"context"
	"sync"
	"time"
)

// Lanes keep the order inside each conversation and let no conversation wait
// for another: a photo that is slow to fetch holds up its own group only.
type lanes struct {
	room  chan struct{} // what waits in all lanes; full, the links are read no further
	mu    sync.Mutex
	all   map[string][]func(context.Context)
	work  sync.WaitGroup
	quick context.Context // ends when the house stops: look-ups and waits are given up, hearing is not
	stop  context.CancelFunc
}

// maxWaiting is how many events may wait: a burst of ten thousand fits.
const maxWaiting = 20_000

func newLanes() *lanes {
	l := &lanes{room: make(chan struct{}, maxWaiting), all: map[string][]func(context.Context){}}
	l.quick, l.stop = context.WithCancel(context.Background())
	return l
}

// put adds work to a lane and reports whether there was room before ctx ended.
func (l *lanes) put(ctx context.Context, lane string, do func(context.Context)) bool {
	select {
	case l.room <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	queue, busy := l.all[lane]
	l.all[lane] = append(queue, do)
	if !busy {
		l.work.Go(func() { l.drain(lane) })
	}
	return true
}

func (l *lanes) drain(lane string) {
	for {
		l.mu.Lock()
		queue := l.all[lane]
		if len(queue) == 0 {
			delete(l.all, lane)
			l.mu.Unlock()
			return
		}
		l.all[lane] = queue[1:]
		l.mu.Unlock()
		queue[0](l.quick)
		<-l.room
	}
}

// run does something beside the lanes.
func (l *lanes) run(do func(context.Context)) { l.work.Go(func() { do(l.quick) }) }

// finish ends all waiting and look-ups, and returns when what was brought is written down.
func (l *lanes) finish() {
	l.stop()
	l.work.Wait()
}

// pause waits, and reports whether the house still runs.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
