// Package learn turns labelled talk into the weights of package understand. It walks
// through the talk with the house's own store and deciding, so that a pupil sees in a lesson
// what a reader sees in service. It never reads a resident's words from anywhere but the talk it is given.
package learn

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"slices"

	"linli/understand"
)

// Rounds is how often the pupil's own mistakes are turned into lessons; more gained nothing.
const Rounds = 1

// Material is what there is to learn from.
type Material struct {
	Cases   []Labelled
	Singles []Lesson
	Taught  []Lesson // what staff put right, weighed already
}

// Load reads folders of labelled talk (one folder a community, and singles/*.txt), leaving out
// the communities named in hold.
func Load(folders, hold []string) (m Material, err error) {
	for _, dir := range folders {
		more, err := Read(os.DirFS(dir), hold)
		if err != nil {
			return m, fmt.Errorf("%s: %w", dir, err)
		}
		m.Cases, m.Singles = append(m.Cases, more.Cases...), append(m.Singles, more.Singles...)
	}
	if len(m.Cases) == 0 {
		return m, fmt.Errorf("learn: no labelled talk in %v", folders)
	}
	return m, nil
}

// Read reads one folder of labelled talk.
func Read(dir fs.FS, hold []string) (m Material, err error) {
	found, err := fs.Glob(dir, "*/gold.json") // in order
	if err != nil {
		return m, err
	}
	for _, f := range found {
		name := path.Dir(f)
		if slices.Contains(hold, name) {
			continue
		}
		l, err := readLabelled(dir, name)
		if err != nil {
			return m, fmt.Errorf("%s: %w", name, err)
		}
		m.Cases = append(m.Cases, l)
	}
	m.Singles, err = singles(dir)
	return m, err
}

// Train learns first from talk as the labels have it, then also from talk as the pupil made it.
// The same material gives the same weights, byte for byte.
func Train(ctx context.Context, m Material, rounds int) (*understand.Weights, error) {
	w, err := understand.Pack(nil, nil, nil, make([]float32, understand.PairWeights), "")
	if err != nil {
		return nil, err
	}
	lessons := slices.Clone(m.Singles)
	for round := range rounds + 1 {
		for _, l := range m.Cases {
			fresh, err := lessonsOf(ctx, w, l, round > 0)
			if err != nil {
				return nil, err
			}
			lessons = append(lessons, fresh...)
		}
		lessons = append(lessons, m.Taught...)
		if w, err = study(lessons, fmt.Sprintf("%d communities, %d lessons", len(m.Cases), len(lessons))); err != nil {
			return nil, err
		}
		slog.Debug("learnt", "round", round, "lessons", len(lessons))
	}
	return w, nil
}
