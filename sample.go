package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"time"

	"linli/bot/web"
	"linli/community"
	"linli/configs"
	"linli/replay"
	"linli/sheets"
	"linli/store"
)

// settle moves the sample community into an empty house and lets its recorded
// morning go by, through the same path that live words take.
func settle(ctx context.Context, st store.Store, now time.Time) error {
	have, err := st.Communities(ctx)
	if err != nil || len(have) > 0 {
		return err
	}
	c, people, err := sample(now)
	if err != nil {
		return err
	}
	if err := st.Update(ctx, c.Profile.ID, func(tx store.Tx) { store.PutPeople(tx, people) }); err != nil {
		return err
	}
	_, err = replay.Run(ctx, st, c)
	return err
}

func sample(now time.Time) (c replay.Case, people []community.Person, err error) {
	dir := configs.Sample()
	town, err := fs.ReadFile(dir, "community.yaml")
	if err != nil {
		return c, nil, err
	}
	if c.Profile, c.Groups, err = configs.ReadCommunity(bytes.NewReader(town)); err != nil {
		return c, nil, err
	}
	c.Profile.Sample = true
	for i, g := range c.Groups {
		c.Groups[i].Handles = []community.Handle{web.GroupHandle(c.Profile.ID, g.ID)}
	}
	if c.Resources, err = sampleList(sheets.Resources(), dir, "resources.csv"); err != nil {
		return c, nil, err
	}
	if people, err = sampleList(sheets.People(c.Groups), dir, "people.csv"); err != nil {
		return c, nil, err
	}
	raw, err := fs.ReadFile(dir, "opening.jsonl")
	if err != nil {
		return c, nil, err
	}
	c.Messages, err = opening(raw, c.Profile.ID, awake(now))
	return c, people, err
}

// sampleList reads one of the sample's tables as strictly as an import would.
func sampleList[T any](l sheets.List[T], dir fs.FS, name string) ([]T, error) {
	raw, err := fs.ReadFile(dir, name)
	if err != nil {
		return nil, err
	}
	tables, err := sheets.Read(name, bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	f, err := l.Read(tables)
	return f.Rows, err
}

// awake is the newest moment up to now before which the whole recorded morning
// falls into hours when 小邻 may speak; told from midnight it would meet silence.
func awake(now time.Time) time.Time {
	t := now.In(time.FixedZone("CST", 8*60*60))
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	switch {
	case t.Before(day.Add(13 * time.Hour)):
		return day.Add(-3 * time.Hour)
	case t.After(day.Add(21 * time.Hour)):
		return day.Add(21 * time.Hour)
	}
	return now
}

// opening reads the recorded morning; its times are told backwards from now.
func opening(raw []byte, id community.ID, now time.Time) (out []community.Message, err error) {
	for sc := bufio.NewScanner(bytes.NewReader(raw)); sc.Scan(); {
		var l struct{ Ago, ID, Group, Sender, Name, Role, Text string }
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			return nil, err
		}
		ago, err := time.ParseDuration(l.Ago)
		if err != nil {
			return nil, err
		}
		g := community.GroupID(l.Group)
		out = append(out, community.Message{ID: l.ID, Group: g, Handle: web.GroupHandle(id, g), Sender: community.PersonID(l.Sender), Name: l.Name,
			Role: community.Role(l.Role), Kind: community.Text, Text: l.Text, At: now.Add(-ago)})
	}
	return out, nil
}
