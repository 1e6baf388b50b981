package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"linli/community"
	"linli/store"
)

// Line is one line of a talk as people see it: what somebody said, or what 小邻 said.
type Line struct {
	ID       string             `json:"id"`
	Handle   community.Handle   `json:"handle"`
	Sender   community.PersonID `json:"sender,omitempty"`
	Name     string             `json:"name"`
	Role     community.Role     `json:"role,omitempty"`
	Kind     community.Kind     `json:"kind"`
	Text     string             `json:"text,omitempty"`
	Blobs    []string           `json:"blobs,omitempty"`
	ReplyTo  string             `json:"reply,omitempty"`
	Mentions []string           `json:"at,omitempty"`
	Own      bool               `json:"own,omitempty"`      // 小邻 said it
	Recalled bool               `json:"recalled,omitempty"` // taken back; Text and Blobs are empty
	Away     bool               `json:"away,omitempty"`     // 小邻 said it, but nobody knows whether it arrived
	At       time.Time          `json:"time"`
}

// Made is what 小邻 made of one message.
type Made struct {
	Message string             `json:"message"`
	Sender  community.PersonID `json:"sender,omitempty"`
	Intent  community.Intent   `json:"intent,omitempty"`
	Why     string             `json:"why"`               // one line, Chinese; "" while it is not decided yet
	Say     string             `json:"say,omitempty"`     // what will be or was said because of it
	SayDue  time.Time          `json:"say_due,omitzero"`  // when
	Request *community.Request `json:"request,omitempty"` // the request it ended up in, as it stands now
	At      time.Time          `json:"time"`
}

// OwnName is what 小邻 is called in chat.
const OwnName = "小邻"

// Communities lists the profiles of all communities in the house.
func (b *Bot) Communities(ctx context.Context) ([]community.Profile, error) {
	ids, err := b.st.Communities(ctx)
	if err != nil {
		return nil, err
	}
	var out []community.Profile
	for _, c := range ids {
		if c == store.House {
			continue
		}
		var p community.Profile
		if err := b.st.View(ctx, c, func(tx store.Tx) { p = store.Profile(tx) }); err != nil {
			return nil, err
		}
		if p.ID != "" {
			out = append(out, p)
		}
	}
	return out, nil
}

// Groups lists a community's groups.
func (b *Bot) Groups(ctx context.Context, c community.ID) (out []community.Group, err error) {
	err = b.st.View(ctx, c, func(tx store.Tx) { out = store.Groups(tx) })
	return out, err
}

// People lists those a community knows by role.
func (b *Bot) People(ctx context.Context, c community.ID) (out []community.Person, err error) {
	err = b.st.View(ctx, c, func(tx store.Tx) { out = store.People(tx) })
	return out, err
}

// Talk gives the newest n lines of the talk at a handle before a moment (zero: until now), oldest first.
func (b *Bot) Talk(ctx context.Context, c community.ID, h community.Handle, before time.Time, n int) ([]Line, error) {
	var out []Line
	err := b.st.View(ctx, c, func(tx store.Tx) {
		conv := conversationAt(tx, h)
		var list []Line
		for _, m := range store.Talk(tx, conv, before, n) {
			list = append(list, lineOf(m))
		}
		for _, s := range store.Lines(tx, conv, before, n) {
			list = append(list, ownLine(s))
		}
		out = list
	})
	slices.SortStableFunc(out, func(x, y Line) int { return x.At.Compare(y.At) })
	return out[max(0, len(out)-n):], err
}

// conversationAt finds the talk behind a handle: the group that has it, or the private chat it is.
func conversationAt(tx store.Tx, h community.Handle) string {
	for _, g := range store.Groups(tx) {
		if slices.Contains(g.Handles, h) {
			return store.Conversation(g.ID, "")
		}
	}
	if p, ok := store.PersonAt(tx, h); ok {
		return store.Conversation("", p)
	}
	return store.Conversation("", "?") // nobody has spoken there yet
}

func lineOf(h community.Heard) Line {
	m := h.Message
	return Line{ID: m.ID, Handle: m.Handle, Sender: m.Sender, Name: m.Name, Role: m.Role, Kind: m.Kind, Text: m.Text, Blobs: m.Blobs,
		ReplyTo: m.ReplyTo, Mentions: m.Mentions, Recalled: h.Recalled, At: m.At}
}

func ownLine(s community.Said) Line {
	return Line{ID: "own/" + s.Out.Key, Handle: s.Out.Handle, Name: OwnName, Kind: community.Text, Text: s.Out.Text,
		ReplyTo: s.Out.ReplyTo, Own: true, Away: s.Fate == community.PerhapsSaid, At: s.At}
}

// Made tells what 小邻 made of the newest n messages at a handle, newest first.
func (b *Bot) Made(ctx context.Context, c community.ID, h community.Handle, n int) ([]Made, error) {
	var out []Made
	err := b.st.View(ctx, c, func(tx store.Tx) {
		var list []Made
		for _, heard := range store.Talk(tx, conversationAt(tx, h), time.Time{}, n) {
			list = append(list, madeOf(tx, heard))
		}
		out = list
	})
	return out, err
}

func madeOf(tx store.Tx, h community.Heard) Made {
	m := Made{Message: h.Message.ID, Sender: h.Message.Sender, Intent: h.Reading.Intent, At: h.Message.At}
	rec, _ := store.RecordOf(tx, community.MessageKey(h.Message.Handle, h.Message.ID))
	m.Why = rec.Why
	if rec.Aside {
		m.Why = "小邻处理这条消息时出了错，已搁置给工作人员看"
	}
	for _, key := range rec.Said {
		if o, at, ok := store.Spoken(tx, key); ok && o.Because == h.Message.ID {
			m.Say, m.SayDue = o.Text, at
		}
	}
	if r, ok := store.Request(tx, h.Request); h.Request != "" && ok {
		m.Request = &r
	}
	return m
}

// Shelf keeps a channel's or page's own durable papers: device tokens, cursors.
func (b *Bot) Shelf(name string) *Shelf { return &Shelf{b.st, "shelf/" + name + "/"} }

// Shelf is a small durable map of bytes.
type Shelf struct {
	st     store.Store
	prefix string
}

// Get returns the paper or nil.
func (s *Shelf) Get(ctx context.Context, key string) (val []byte, err error) {
	err = s.st.View(ctx, store.House, func(tx store.Tx) { val = slices.Clone(tx.Get(s.prefix + key)) })
	return val, err
}

// Put writes a paper.
func (s *Shelf) Put(ctx context.Context, key string, val []byte) error {
	return s.st.Update(ctx, store.House, func(tx store.Tx) { tx.Put(s.prefix+key, val) })
}

// Delete removes a paper.
func (s *Shelf) Delete(ctx context.Context, key string) error {
	return s.st.Update(ctx, store.House, func(tx store.Tx) { tx.Delete(s.prefix + key) })
}

// Take removes a paper and returns what it was: of two takers only one gets it.
func (s *Shelf) Take(ctx context.Context, key string) (val []byte, err error) {
	err = s.st.Update(ctx, store.House, func(tx store.Tx) {
		val = slices.Clone(tx.Get(s.prefix + key))
		tx.Delete(s.prefix + key)
	})
	if err != nil {
		val = nil
	}
	return val, err
}

// Scan returns all papers whose key starts with prefix.
func (s *Shelf) Scan(ctx context.Context, prefix string) (map[string][]byte, error) {
	var out map[string][]byte
	err := s.st.View(ctx, store.House, func(tx store.Tx) {
		found := map[string][]byte{}
		from := s.prefix + prefix
		for k, v := range tx.Scan(from, "") {
			if !strings.HasPrefix(k, from) {
				break
			}
			found[strings.TrimPrefix(k, s.prefix)] = slices.Clone(v)
		}
		out = found
	})
	return out, err
}

func groupsOf(s *community.Scene) []community.Group {
	out := make([]community.Group, 0, len(s.Groups))
	for _, g := range s.Groups {
		out = append(out, g)
	}
	slices.SortFunc(out, func(x, y community.Group) int { return strings.Compare(string(x.ID), string(y.ID)) })
	return out
}
