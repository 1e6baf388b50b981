package onebot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"
)

// Names remembers what groups, members and our own accounts are called, as
// heard from events or asked of the bridge. It forgets everything when it is full.
type names struct {
	mu  sync.Mutex
	all map[string]string
}

const (
	maxNames  = 20_000
	askWithin = 3 * time.Second
)

func newNames() *names { return &names{all: map[string]string{}} }

func (n *names) get(key string) (string, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name, ok := n.all[key]
	return name, ok
}

// put remembers a name; "" remembers that the bridge does not tell.
func (n *names) put(key, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.all) >= maxNames {
		clear(n.all)
	}
	n.all[key] = name
}

func cardKey(at place, user ident) string { return "card/" + at.handle().ID + "/" + user.text }
func titleKey(handle string) string       { return "title/" + handle }
func ownKey(self string) string           { return "own/" + self }

func (n *names) title(handle string) string {
	name, _ := n.get(titleKey(handle))
	return name
}

func (n *names) nickname(self string) string {
	name, _ := n.get(ownKey(self))
	return name
}

// learnTitle asks once what a group is called. Not knowing does no harm.
func (n *names) learnTitle(ctx context.Context, c *Channel, at place) {
	key := titleKey(at.handle().ID)
	if _, asked := n.get(key); asked {
		return
	}
	var info struct {
		Name word `json:"group_name"`
	}
	if c.ask(ctx, at.self, "get_group_info", map[string]any{"group_id": at.id}, &info) {
		n.put(key, tidyName(string(info.Name)))
	}
}

// card is what a member is called: as heard before, or as the bridge says, or what the message itself calls them.
func (n *names) card(ctx context.Context, c *Channel, at place, user ident, hint string) string {
	who := user.text
	key := cardKey(at, user)
	if name, known := n.get(key); known {
		return cmp.Or(name, hint, who)
	}
	var info struct {
		Card     word `json:"card"`
		Nickname word `json:"nickname"`
	}
	if at.group && c.ask(ctx, at.self, "get_group_member_info", map[string]any{"group_id": at.id, "user_id": user}, &info) {
		name := cmp.Or(tidyName(string(info.Card)), tidyName(string(info.Nickname)))
		n.put(key, name)
		return cmp.Or(name, hint, who)
	}
	return cmp.Or(hint, who)
}

// ask calls the bridge for something we can do without; out is filled when it reports true.
// A bridge that refuses, or stays silent, counts as asked: every question holds up a conversation.
func (c *Channel) ask(ctx context.Context, self, action string, params any, out any) bool {
	l, _ := c.mouth(self)
	if l == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	a, err := l.call(ctx, action, params)
	if err != nil {
		return errors.Is(err, context.DeadlineExceeded)
	}
	if a.Status == "ok" && json.Unmarshal(a.Data, out) != nil {
		c.log.Warn("onebot: an answer was not understood", "action", action)
	}
	return true
}

// greet asks who the account is and what it is called, so that its name typed in a group is heard as a mention.
func (c *Channel) greet(ctx context.Context, l *link) {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	a, err := l.call(ctx, "get_login_info", map[string]any{})
	var info struct {
		User     ident `json:"user_id"`
		Nickname word  `json:"nickname"`
	}
	if err != nil || a.Status != "ok" || json.Unmarshal(a.Data, &info) != nil {
		return
	}
	if self := l.account(); self == "" || self == info.User.text {
		c.names.put(ownKey(info.User.text), strings.TrimPrefix(tidyName(string(info.Nickname)), "@"))
	}
	c.known(l, info.User.text)
}
