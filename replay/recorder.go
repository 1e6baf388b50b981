package replay

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"linli/understand"
)

// Recorder asks a live model and keeps its questions and answers in the files that
// Answers reads, so that a day can be replayed where no model can be reached.
type Recorder struct {
	dir  string
	live understand.Asker
	log  *slog.Logger
}

var _ understand.Asker = (*Recorder)(nil)

// NewRecorder records into the folder, and makes it if it is missing.
func NewRecorder(dir string, live understand.Asker, log *slog.Logger) (*Recorder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("放问答的文件夹建不了：%w", err)
	}
	return &Recorder{dir, live, log}, nil
}

// Ask asks the live model. What cannot be written down is told in the log; the answer is good all the same.
func (r *Recorder) Ask(ctx context.Context, q understand.Query) (understand.Proposal, error) {
	key := q.Key()
	r.told(key, writeQuestion(r.dir, key, q))
	p, err := r.live.Ask(ctx, q)
	if err == nil {
		r.told(key, writeWhole(filepath.Join(r.dir, key+answerFile), p))
	}
	return p, err
}

func (r *Recorder) told(key string, err error) {
	if err != nil {
		r.log.Error("model not recorded", "question", key, "err", err)
	}
}
