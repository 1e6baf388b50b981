package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
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
	Name     string           `json:"name,omitempty"` // of the last speaker; a group's own name is not always told
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
// to the community in whose group the person was heard through the same channel.
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
	}
	return at, ok, err
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
	id := community.GroupID(h.Channel + "-" + url.PathEscape(strings.ReplaceAll(h.ID, ":", "-")))
	err := b.st.Update(ctx, b.bindNew, func(tx store.Tx) {
		if _, ok := store.Group(tx, id); !ok {
			store.PutGroup(tx, community.Group{ID: id, Name: h.Channel + " " + h.ID, Kind: community.EstateGroup})
		}
	})
	if err == nil {
		err = b.Bind(ctx, h, b.bindNew, id)
	}
	return binding{Community: b.bindNew, Group: id}, err
}

func (b *Bot) noteStranger(ctx context.Context, m community.Message) error {
	now := b.Now()
	return b.st.Update(ctx, store.House, func(tx store.Tx) {
		s := Stranger{Handle: m.Handle, First: now}
		if raw := tx.Get(strangerKey(m.Handle)); raw != nil {
			if err := json.Unmarshal(raw, &s); err != nil {
				tx.Fail(err)
				return
			}
		}
		s.Name, s.Private, s.Last, s.Messages = community.Cut(m.Name, 64), m.Private, now, s.Messages+1
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
