// Command train learns the weights of package understand from labelled talk.
//
//	go run ./understand/train                          learn from understand/training, write understand/model.bin, pack the talk
//	go run ./understand/train -pack-only               only pack the talk into understand/learn/training.zip
//	go run ./understand/train -out FILE -hold A,B       leave communities out
//	go run ./understand/train -cases DIR -predict OUT   also replay DIR with the new weights, for a scorer
//	go run ./understand/train -search -data DIR         only tell how well the questions find their rows
//
// The same talk gives the same weights, byte for byte.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"linli/replay"
	"linli/store"
	"linli/understand"
	"linli/understand/learn"
)

type options struct {
	data, out, model, hold, cases, predict, unseen string
	rounds                                         int
	check, search, show, packOnly                  bool
}

// What the program carries.
const (
	ownWeights = "understand/model.bin"
	ownTalk    = "understand/learn/training.zip"
)

func main() {
	var o options
	flag.StringVar(&o.data, "data", "understand/training", "folders of labelled talk, separated by commas")
	flag.StringVar(&o.out, "out", ownWeights, "where to write the weights")
	flag.StringVar(&o.model, "model", "", "weights to use instead of learning new ones")
	flag.StringVar(&o.hold, "hold", "", "communities to leave out, separated by commas")
	flag.StringVar(&o.cases, "cases", "", "folder of cases to replay with the new weights")
	flag.StringVar(&o.predict, "predict", "", "folder for what the replay says")
	flag.StringVar(&o.unseen, "unseen", "", "with -check: folder for what is read in communities that the pupil did not learn from")
	flag.IntVar(&o.rounds, "rounds", learn.Rounds, "how often the pupil's own mistakes are turned into lessons")
	flag.BoolVar(&o.packOnly, "pack-only", false, "only pack the talk")
	flag.BoolVar(&o.check, "check", true, "measure on unseen communities how far the probabilities can be trusted")
	flag.BoolVar(&o.search, "search", false, "only tell how well the questions find their rows")
	flag.BoolVar(&o.show, "show", false, "with -search: show the mistakes")
	flag.Parse()
	log.SetFlags(0)
	if err := run(context.Background(), o); err != nil {
		log.Fatal("train: ", err)
	}
}

func run(ctx context.Context, o options) error {
	begun := time.Now()
	if o.model != "" {
		raw, err := os.ReadFile(o.model)
		if err != nil {
			return err
		}
		w, err := understand.DecodeWeights(raw)
		if err != nil {
			return err
		}
		return replayAll(ctx, w, o.cases, o.predict)
	}
	if o.packOnly {
		return packTalk(o)
	}
	m, err := learn.Load(strings.Split(o.data, ","), strings.Split(o.hold, ","))
	if err != nil {
		return err
	}
	if o.search {
		learn.SearchFigures(os.Stdout, understand.Learnt(), m.Cases, o.show)
		return nil
	}
	w, err := learn.Train(ctx, m, o.rounds)
	if err != nil {
		return err
	}
	if o.check {
		t, err := learn.Check(ctx, m, func(w *understand.Weights, unseen []learn.Labelled) error {
			if o.unseen == "" {
				return nil
			}
			for _, l := range unseen {
				if err := replayOne(ctx, w, l.Talk, filepath.Join(o.unseen, l.Name+".json")); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		t.Report(os.Stdout)
		w.Sure = t.Sure()
		w.Note += "; " + t.Note()
	}
	w.Note = "lexicon " + understand.Edition() + "; " + w.Note
	raw := w.Encode()
	fmt.Printf("%s, %d bytes, %v\n", w.Note, len(raw), time.Since(begun).Round(time.Millisecond))
	if err := os.WriteFile(o.out, raw, 0o644); err != nil {
		return err
	}
	if o.out == ownWeights { // a trial packs nothing
		if err := packTalk(o); err != nil {
			return err
		}
	}
	if o.cases == "" {
		return nil
	}
	return replayAll(ctx, w, o.cases, o.predict)
}

// packTalk packs the talk for the program, which learns from it again with what staff put right.
func packTalk(o options) error {
	raw, err := learn.Pack(os.DirFS(o.data))
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes\n", ownTalk, len(raw))
	return os.WriteFile(ownTalk, raw, 0o644)
}

// replayAll writes what the new weights make of every case of a folder.
func replayAll(ctx context.Context, w *understand.Weights, cases, predict string) error {
	found, err := filepath.Glob(filepath.Join(cases, "*", "transcript.jsonl"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(predict, 0o755); err != nil {
		return err
	}
	for _, f := range found {
		dir := filepath.Dir(f)
		c, err := replay.ReadCase(os.DirFS(dir))
		if err != nil {
			return err
		}
		if err := replayOne(ctx, w, c, filepath.Join(predict, filepath.Base(dir)+".json")); err != nil {
			return err
		}
	}
	return nil
}

func replayOne(ctx context.Context, w *understand.Weights, c replay.Case, path string) error {
	r, err := replay.RunWith(ctx, store.NewMemory(), c, understand.NewWith(w, c.Profile, c.Groups, c.Resources).Read)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	to, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(replay.WriteJSON(to, r), to.Close())
}
