package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"time"

	"linli/bot/web"
	"linli/community"
	"linli/configs"
	"linli/replay"
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
	raw := map[string][]byte{}
	for _, name := range []string{"community.yaml", "resources.csv", "people.csv", "opening.jsonl"} {
		if raw[name], err = fs.ReadFile(dir, name); err != nil {
			return c, nil, err
		}
	}
	if c.Profile, c.Groups, err = replay.ReadCommunity(bytes.NewReader(raw["community.yaml"])); err != nil {
		return c, nil, err
	}
	c.Profile.Sample = true
	c.Profile.Estates = []community.Estate{{Name: "悦枫苑", Buildings: "1-12"}}
	for i, g := range c.Groups {
		c.Groups[i].Handles = []community.Handle{web.GroupHandle(c.Profile.ID, g.ID)}
	}
	if c.Resources, err = replay.ReadResources(bytes.NewReader(raw["resources.csv"])); err != nil {
		return c, nil, err
	}
	rows, err := csv.NewReader(bytes.NewReader(raw["people.csv"])).ReadAll()
	if err != nil {
		return c, nil, err
	}
	for _, r := range rows[1:] {
		people = append(people, community.Person{ID: community.PersonID(r[0]), Name: r[1], Role: community.Role(r[2]), Title: r[3]})
	}
	c.Messages, err = opening(raw["opening.jsonl"], c.Profile.ID, now)
	return c, people, err
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
