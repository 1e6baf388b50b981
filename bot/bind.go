package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"linli/community"
	"linli/store"
)

// A binding says which group of which community a handle is the ear and mouth
// of. Bindings belong to no community, so they live in the House partition.
type binding struct {
	Community community.ID      `json:"community"`
	Group     community.GroupID `json:"group,omitempty"` // "" for a private chat
}

// Stranger is a group or person that talks to us through a handle nobody has bound yet.
type Stranger struct {
	Handle   community.Handle `json:"handle"`
	Name     string           `json:"name,omitempty"` // the group's own, or where its channel does not tell, the last speaker's
	Private  bool             `json:"private,omitempty"`
	First    time.Time        `json:"first"`
	Last     time.Time        `json:"last"`
	Messages int              `json:"messages"`
}

func bindKey(h community.Handle) string { return "bind/" + h.Channel + "/" + url.PathEscape(h.ID) }
func strangerKey(h community.Handle) string {
	return "stranger/" + h.Channel + "/" + url.PathEscape(h.ID)
}
func homeKey(channel string, p community.PersonID) string {
	return "home/" + channel + "/" + url.PathEscape(string(p))
}

// binding finds where a message belongs. A private chat that is not bound belongs
// to the community in whose group the person was heard last through the same
// channel, or else to the one community whose people list has them.
func (b *Bot) binding(ctx context.Context, m community.Message) (at binding, ok bool, err error) {
	err = b.st.View(ctx, store.House, func(tx store.Tx) {
		raw := tx.Get(bindKey(m.Handle))
		if raw == nil && m.Private {
			raw = tx.Get(homeKey(m.Handle.Channel, m.Sender))
		}
		if raw == nil {
			return
		}
		if err := json.Unmarshal(raw, &at); err != nil {
			tx.Fail(fmt.Errorf("bot: binding of %v: %w", m.Handle, err))
			return
		}
		ok = true
	})
	if m.Private {
		at.Group = ""
		if err == nil && !ok {
			at.Community, ok, err = b.listed(ctx, m.Sender)
		}
	}
	return at, ok, err
}

// listed finds the community whose people list has somebody; ok is false when none has, or more than one.
func (b *Bot) listed(ctx context.Context, p community.PersonID) (home community.ID, ok bool, err error) {
	all, err := b.st.Communities(ctx)
	if err != nil {
		return "", false, err
	}
	for _, c := range all {
		var here bool
		if err := b.st.View(ctx, c, func(tx store.Tx) { _, here = store.Person(tx, p) }); err != nil {
			return "", false, err
		}
		switch {
		case here && ok:
			return "", false, nil
		case here:
			home, ok = c, true
		}
	}
	return home, ok, nil
}

// settle remembers in which community a person was heard last, so that their private words find the way.
func (b *Bot) settle(ctx context.Context, m community.Message, c community.ID) error {
	key, val := homeKey(m.Handle.Channel, m.Sender), toJSON(binding{Community: c})
	var known bool
	if err := b.st.View(ctx, store.House, func(tx store.Tx) { known = string(tx.Get(key)) == string(val) }); err != nil || known {
		return err
	}
	return b.st.Update(ctx, store.House, func(tx store.Tx) { tx.Put(key, val) })
}

// Bind makes a handle an ear and a mouth of a group; with group "" it is a private chat of that community.
func (b *Bot) Bind(ctx context.Context, h community.Handle, c community.ID, group community.GroupID) error {
	if h.Channel == "" || h.ID == "" || c == "" || c == store.House {
		return errors.New("bot: bind: a handle and a community are needed")
	}
	if group != "" {
		err := b.st.Update(ctx, c, func(tx store.Tx) {
			g, ok := store.Group(tx, group)
			if !ok {
				tx.Fail(fmt.Errorf("bot: bind: community %s has no group %s", c, group))
				return
			}
			if g, changed := g.With(h); changed {
				store.PutGroup(tx, g)
			}
		})
		if err != nil {
			return err
		}
	}
	return b.st.Update(ctx, store.House, func(tx store.Tx) {
		tx.Put(bindKey(h), toJSON(binding{Community: c, Group: group}))
		tx.Delete(strangerKey(h))
	})
}

// bindFresh makes a group of its own for a handle that nobody knows, in the community chosen for such groups.
func (b *Bot) bindFresh(ctx context.Context, h community.Handle) (binding, error) {
	g := freshGroup(h, b.calledThere(h))
	err := b.st.Update(ctx, b.bindNew, func(tx store.Tx) {
		if _, ok := store.Group(tx, g.ID); !ok {
			store.PutGroup(tx, g)
		}
	})
	if err == nil {
		err = b.Bind(ctx, h, b.bindNew, g.ID)
	}
	return binding{Community: b.bindNew, Group: g.ID}, err
}

// calledThere is the name of a group on its platform; "" if the channel does not know it.
func (b *Bot) calledThere(h community.Handle) string {
	if ch := b.channels[h.Channel]; ch != nil {
		return community.Cut(ch.Caps(h).Name, 64)
	}
	return ""
}

// oneHouse finds the building in the name of a group that is for one building: 悦枫苑3号楼邻里群.
var oneHouse = regexp.MustCompile(`([0-9A-Z]{1,4})(?:号楼|栋|幢)`)

// freshGroup is the group made for a handle; a name with exactly one building in it says whose group it is.
func freshGroup(h community.Handle, name string) community.Group {
	g := community.Group{ID: community.GroupID(h.Channel + "-" + url.PathEscape(strings.ReplaceAll(h.ID, ":", "-"))),
		Name: cmp.Or(name, h.Channel+" "+h.ID), Kind: community.EstateGroup}
	if found := oneHouse.FindAllStringSubmatch(name, 2); len(found) == 1 {
		g.Kind, g.Building = community.BuildingGroup, found[0][1]
	}
	return g
}

func (b *Bot) noteStranger(ctx context.Context, m community.Message) error {
	now := b.Now()
	name := ""
	if !m.Private {
		name = b.calledThere(m.Handle)
	}
	return b.st.Update(ctx, store.House, func(tx store.Tx) {
		s := Stranger{Handle: m.Handle, First: now}
		if raw := tx.Get(strangerKey(m.Handle)); raw != nil {
			if err := json.Unmarshal(raw, &s); err != nil {
				tx.Fail(err)
				return
			}
		}
		s.Name, s.Private, s.Last, s.Messages = cmp.Or(name, community.Cut(m.Name, 64)), m.Private, now, s.Messages+1
		tx.Put(strangerKey(m.Handle), toJSON(s))
	})
}

// Unknown lists those who wait to be bound.
func (b *Bot) Unknown(ctx context.Context) ([]Stranger, error) {
	var out []Stranger
	err := b.st.View(ctx, store.House, func(tx store.Tx) {
		var list []Stranger
		for _, raw := range tx.Scan("stranger/", "stranger0") {
			var s Stranger
			if err := json.Unmarshal(raw, &s); err != nil {
				tx.Fail(err)
				return
			}
			list = append(list, s)
		}
		out = list
	})
	return out, err
}

// toJSON writes a value of ours that cannot fail to be written.
func toJSON(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}
