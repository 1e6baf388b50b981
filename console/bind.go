package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"linli/bot"
	"linli/community"
	"linli/store"
)

// strangerView is a group or person that talks to us and waits to be bound.
type strangerView struct {
	Channel, Handle string
	On              string // the channel in words
	Speaker         string
	Private         bool
	First, Last     string
	Messages        int
}

// target is a community that a stranger may be bound to, with its groups.
type target struct {
	Community community.ID
	Name      string
	Groups    []choice
}

// targets are the communities somebody may bind to: one's own; an admin keeps the whole house.
func (c *Console) targets(ctx context.Context, m me) ([]target, error) {
	all, err := c.house.Communities(ctx)
	if err != nil {
		return nil, err
	}
	var out []target
	for _, at := range all {
		if at.ID != m.Community && m.Who.Role != community.Admin {
			continue
		}
		groups, err := c.house.Groups(ctx, at.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, target{at.ID, at.Name, groupChoices(groups, "")})
	}
	slices.SortStableFunc(out, func(x, y target) int {
		if x.Community == m.Community {
			return -1
		}
		if y.Community == m.Community {
			return 1
		}
		return 0
	})
	return out, nil
}

// bind binds a stranger: the order writes the group and why, then the house learns whose the handle is.
// Should the house fall between the two, the stranger still waits and the tap can be made again.
func (c *Console) bind(w http.ResponseWriter, r *http.Request, m me) {
	if !m.runs() {
		c.fail(w, r, http.StatusForbidden, "这一步要由社区来做", "请和社区工作人员说一声。")
		return
	}
	h := community.Handle{Channel: r.PostFormValue("channel"), ID: r.PostFormValue("handle")}
	to, group, _ := strings.Cut(r.PostFormValue("to"), "/")
	stranger, allowed, err := c.mayBind(r.Context(), m, h, community.ID(to))
	switch {
	case err != nil:
		c.broken(w, r, err)
		return
	case stranger == nil:
		c.fail(w, r, http.StatusNotFound, "这个群已经接入了", "也许同事刚刚接好。回到工作台看看。")
		return
	case !allowed:
		c.fail(w, r, http.StatusForbidden, "不能接到那里", "请选自己的社区。")
		return
	}
	o := bindOrder(r, *stranger, group)
	done, ok := c.order(w, r, m, community.ID(to), o)
	if !ok {
		return
	}
	carried, err := c.carriedOut(r.Context(), community.ID(to), done)
	if err == nil && carried {
		err = c.house.Bind(r.Context(), h, community.ID(to), community.GroupID(o.Args["group"]))
	}
	if err != nil {
		c.broken(w, r, err)
		return
	}
	http.Redirect(w, r, listAt("done", done, "to", to)+"#done", http.StatusSeeOther)
}

// bindOrder reads the form: a group that there is, or a new one; a private chat belongs to none.
func bindOrder(r *http.Request, s bot.Stranger, group string) community.Order {
	o := community.Order{Verb: "bind", Args: map[string]string{"channel": s.Handle.Channel, "handle": s.Handle.ID}}
	switch {
	case s.Private:
		o.Args["private"] = "yes"
		return o
	case group != "":
		o.Args["group"] = group
		return o
	}
	o.Args["group"] = freshGroup(s.Handle)
	for _, name := range []string{"name", "kind", "building"} {
		o.Args[name] = clean(r.PostFormValue(name))
	}
	o.Args["building"] = strings.TrimSuffix(strings.TrimSuffix(o.Args["building"], "楼"), "号")
	return o
}

// mayBind finds the stranger behind a handle, and whether somebody may bind it to that community.
func (c *Console) mayBind(ctx context.Context, m me, h community.Handle, to community.ID) (*bot.Stranger, bool, error) {
	unknown, err := c.house.Unknown(ctx)
	if err != nil {
		return nil, false, err
	}
	targets, err := c.targets(ctx, m)
	if err != nil {
		return nil, false, err
	}
	i := slices.IndexFunc(unknown, func(s bot.Stranger) bool { return s.Handle == h })
	if i < 0 {
		return nil, false, nil
	}
	return &unknown[i], slices.ContainsFunc(targets, func(t target) bool { return t.Community == to }), nil
}

// carriedOut reports whether an order was decided and not refused.
func (c *Console) carriedOut(ctx context.Context, id community.ID, done string) (ok bool, err error) {
	err = c.house.Store().View(ctx, id, func(tx store.Tx) {
		rec, _ := store.RecordOf(tx, "tap/"+done)
		ok = rec.Done && !strings.HasPrefix(rec.Why, refused)
	})
	return ok, err
}

// freshGroup is the id of a new group for a handle: the same however often it is asked for.
func freshGroup(h community.Handle) string { return "g-" + hashed(h.Channel + "/" + h.ID)[:10] }

// strangersOf turns those who wait to be bound into what is shown of them.
func strangersOf(all []bot.Stranger, now time.Time) []strangerView {
	var out []strangerView
	for _, s := range all {
		out = append(out, strangerView{Channel: s.Handle.Channel, Handle: s.Handle.ID, On: channelName(s.Handle.Channel), Speaker: s.Name,
			Private: s.Private, First: lately(s.First, now), Last: lately(s.Last, now), Messages: s.Messages})
	}
	return out
}
