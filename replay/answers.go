package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"linli/understand"
)

// The two files of a question: what was asked, masked as it would leave the house,
// and beside it what a model made of it.
const (
	requestFile = ".request.json"
	answerFile  = ".answer.json"
)

// maxFile is the most that is read of an answer's file; an answer is far shorter.
const maxFile = 64 << 10

// ErrUnanswered says that no usable answer lies beside a question.
var ErrUnanswered = errors.New("replay: no answer beside the question")

// Answers is an Asker that reads a folder: each question is written there under the
// hash of its content, and answered by the file that somebody has put beside it.
type Answers struct {
	dir string

	mu    sync.Mutex
	asked map[string]string // by key: what is wrong with the answer, or one of the two below
}

const (
	answered   = ""
	unanswered = "没有答案"
)

var _ understand.Asker = (*Answers)(nil)

// OpenAnswers opens the folder, and makes it if it is missing.
func OpenAnswers(dir string) (*Answers, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("放问答的文件夹建不了：%w", err)
	}
	return &Answers{dir: dir, asked: map[string]string{}}, nil
}

// Ask writes the question down and gives the answer that lies beside it. A bad answer is none.
func (a *Answers) Ask(_ context.Context, q understand.Query) (understand.Proposal, error) {
	key := q.Key()
	p, why, err := a.look(key, q)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked[key] = why
	return p, err
}

func (a *Answers) look(key string, q understand.Query) (understand.Proposal, string, error) {
	if err := writeQuestion(a.dir, key, q); err != nil {
		return understand.Proposal{}, "问题写不下来：" + err.Error(), err
	}
	raw, err := readSmall(filepath.Join(a.dir, key+answerFile))
	if errors.Is(err, os.ErrNotExist) {
		return understand.Proposal{}, unanswered, ErrUnanswered
	}
	if err != nil {
		return understand.Proposal{}, err.Error(), ErrUnanswered
	}
	p, err := understand.ParseProposal(raw)
	if err != nil {
		return understand.Proposal{}, err.Error(), ErrUnanswered
	}
	return p, q.Fault(p), nil // what was not offered is handed on, and not believed by Second
}

// readSmall reads a file that is one and is small.
func readSmall(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("不是普通文件")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if len(raw) > maxFile {
		return nil, fmt.Errorf("超过 %d KB", maxFile>>10)
	}
	return raw, nil
}

// Report tells how many questions were asked, how many stayed open, and which answers were of no use.
func (a *Answers) Report(w io.Writer) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	good, open := 0, 0
	var bad []string
	for key, why := range a.asked {
		switch why {
		case answered:
			good++
		case unanswered:
			open++
		default:
			bad = append(bad, "　不用 "+key+answerFile+"："+why)
		}
	}
	slices.Sort(bad)
	line := fmt.Sprintf("大模型：%d 个问题，用上答案 %d 个，没有答案 %d 个，答案不能用 %d 个", len(a.asked), good, open, len(bad))
	if open+len(bad) > 0 {
		line += "。问题在 " + a.dir + "，把答案写进同名的 " + answerFile + " 再重放一次"
	}
	_, err := fmt.Fprintln(w, strings.Join(append([]string{line}, bad...), "\n"))
	return err
}

// writeQuestion writes what is asked, readable, unless it lies there already.
func writeQuestion(dir, key string, q understand.Query) error {
	path := filepath.Join(dir, key+requestFile)
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	return writeWhole(path, q)
}

// writeWhole writes a file that is there whole or not at all.
func writeWhole(path string, v any) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	enc := json.NewEncoder(f)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := errors.Join(enc.Encode(v), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}
