package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/bot"
	"linli/community"
)

// A room is one conversation as one person sees it in their list.
type room struct {
	Conv    string // in addresses: the group's id, or privateConv
	Path    string
	Name    string
	Hint    string // what kind of group it is, for those who join
	Private bool
	Here    bool // it is the one on the screen
	Handle  community.Handle
	Group   community.Group
	Faces   []avatar
	Last    string
	When    string
	Unread  string // "" none, "3", "99+"
	Called  bool   // one's own name is among what is unread
	touched time.Time
}

var kindNames = map[community.GroupKind]string{community.BuildingGroup: "楼栋群", community.EstateGroup: "小区群", community.VolunteerGroup: "志愿者群",
	community.PropertyGroup: "物业群", community.InterestGroup: "兴趣群", community.StaffGroup: "工作群"}

// rooms are the conversations this device may see: its groups, and its own chat with 小邻.
func (c *Channel) rooms(ctx context.Context, d device) ([]room, error) {
	groups, err := c.house.Load().Groups(ctx, d.Community)
	if err != nil {
		return nil, err
	}
	out := []room{{Conv: privateConv, Path: "/chat/" + privateConv, Name: bot.OwnName, Hint: "只有您看得到", Private: true, Handle: PrivateHandle(d.Community, d.Person)}}
	for _, g := range groups {
		h := GroupHandle(d.Community, g.ID)
		if has(g, h) && d.sees(g) {
			out = append(out, room{Conv: string(g.ID), Path: "/chat/" + url.PathEscape(string(g.ID)), Name: g.Name, Hint: kindNames[g.Kind], Handle: h, Group: g})
		}
	}
	return out, nil
}

// sees reports whether the group is among the device's: staff see all, an
// invitation may name some, and residents are not in the groups of those who work there.
func (d device) sees(g community.Group) bool {
	switch {
	case (d.Taken || d.Listed) && d.Role.Serves():
		return true
	case len(d.Groups) > 0:
		return slices.Contains(d.Groups, g.ID)
	}
	return g.Kind != community.StaffGroup && g.Kind != community.PropertyGroup
}

// room finds one conversation of the device.
func (c *Channel) room(ctx context.Context, d device, conv string) (room, bool, error) {
	all, err := c.rooms(ctx, d)
	i := slices.IndexFunc(all, func(r room) bool { return r.Conv == conv })
	if err != nil || i < 0 {
		return room{}, false, err
	}
	all[i].Here = true
	return all[i], true, nil
}

// list are the rooms with their last line and what is unread, the liveliest first.
func (c *Channel) list(ctx context.Context, d device, here string) ([]room, error) {
	all, err := c.rooms(ctx, d)
	if err != nil {
		return nil, err
	}
	seen, err := c.seen(ctx, d)
	if err != nil {
		return nil, err
	}
	for i := range all {
		r := &all[i]
		r.Here = r.Conv == here
		lines, err := c.house.Load().Talk(ctx, d.Community, r.Handle, time.Time{}, 100)
		if err != nil {
			return nil, err
		}
		c.summarise(r, d, lines, later(seen[r.Conv], d.unreadFrom()))
	}
	slices.SortStableFunc(all, func(x, y room) int { return y.touched.Compare(x.touched) })
	return all, nil
}

// summarise writes the last line, the unread count and the faces of a room.
func (c *Channel) summarise(r *room, d device, lines []bot.Line, since time.Time) {
	unread := 0
	var faces []string
	for _, l := range slices.Backward(lines) {
		if l.Kind == community.Recall {
			continue
		}
		if r.touched.IsZero() && l.Kind != community.System {
			r.touched, r.When, r.Last = l.At, shortTime(l.At, c.clock()), lastLine(l, d, r.Private)
		}
		if l.At.After(since) && l.Sender != d.Person && l.Kind != community.System && !l.Recalled {
			unread++
			r.Called = r.Called || !r.Here && strings.Contains(l.Text, "@"+d.Name)
		}
		if l.Name != "" && !slices.Contains(faces, l.Name) && len(faces) < 9 {
			faces = append(faces, l.Name)
		}
	}
	switch {
	case unread > 99:
		r.Unread = "99+"
	case unread > 0 && !r.Here:
		r.Unread = strconv.Itoa(unread)
	}
	if r.Private {
		r.Faces = []avatar{ownAvatar}
		return
	}
	r.Faces = mosaic(r.Name, faces)
}

func lastLine(l bot.Line, d device, private bool) string {
	who := l.Name + "："
	switch {
	case l.Recalled && l.Sender == d.Person:
		return "你撤回了一条消息"
	case l.Recalled:
		return l.Name + " 撤回了一条消息"
	case private || l.Sender == d.Person:
		who = ""
	}
	return who + gist(l)
}

// gist is a line in a few words.
func gist(l bot.Line) string {
	text := strings.Join(strings.Fields(l.Text), " ")
	switch l.Kind {
	case community.Image:
		return "[图片]" + text
	case community.Voice:
		return "[语音] " + text
	case community.File:
		return "[文件] " + text
	case community.Video:
		return "[视频]" + text
	}
	if strings.HasPrefix(text, "#接龙") {
		return "[接龙] " + strings.TrimSpace(strings.TrimPrefix(text, "#接龙"))
	}
	return text
}

// seenKey is where a person's read marks lie; all their devices share them.
func seenKey(d device) string {
	return "seen/" + url.PathEscape(string(d.Community)) + "/" + url.PathEscape(string(d.Person))
}

// unreadFrom is the moment before which nothing counts as unread: joining, or on a stage a day before it.
func (d device) unreadFrom() time.Time {
	if d.Taken {
		return d.Since.Add(-24 * time.Hour)
	}
	return d.Since
}

// seen are the moments up to which the person has read each conversation.
func (c *Channel) seen(ctx context.Context, d device) (map[string]time.Time, error) {
	raw, err := c.shelf().Get(ctx, seenKey(d))
	if err != nil || raw == nil {
		return nil, err
	}
	var m map[string]time.Time
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("web: read marks: %w", err)
	}
	return m, nil
}

// mark notes that the person has read the conversation up to now.
func (c *Channel) mark(ctx context.Context, d device, conv string) error {
	c.shelfs.Lock()
	defer c.shelfs.Unlock()
	m, err := c.seen(ctx, d)
	if err != nil {
		return err
	}
	if m == nil {
		m = map[string]time.Time{}
	}
	m[conv] = c.clock()
	raw, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("web: read marks: %w", err)
	}
	return c.shelf().Put(ctx, seenKey(d), raw)
}

func later(x, y time.Time) time.Time {
	if x.After(y) {
		return x
	}
	return y
}
