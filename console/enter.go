package console

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"linli/community"
)

// A link logs one person in, once, within a quarter of an hour. The shelf knows only its hash.
type link struct {
	Community community.ID       `json:"community"`
	Person    community.PersonID `json:"person"`
	Until     time.Time          `json:"until"`
}

// linkFor is how long a login link works.
const linkFor = 15 * time.Minute

// Link keeps a one-time login link for somebody who serves the community and returns its path.
func (c *Console) Link(ctx context.Context, id community.ID, person community.PersonID) (path string, err error) {
	if _, _, ok, err := c.serving(ctx, id, person); err != nil || !ok {
		return "", errors.Join(errors.New("console: link: nobody who serves the community"), err)
	}
	raw, err := json.Marshal(link{id, person, c.house.Now().Add(linkFor)})
	if err != nil {
		return "", fmt.Errorf("console: link: %w", err)
	}
	token := rand.Text()
	return Root + "in/" + token, c.shelf.Put(ctx, "link/"+hashed(token), raw)
}

// Door is a fresh login link for the one who starts the house.
type Door struct {
	Community string             // its name
	Person    community.PersonID // "" when nobody serves there yet
	Job       string             // 业委会主任 …
	Path      string
}

// Doors makes a login link for the first of each community: the chair, else staff, else an admin.
func (c *Console) Doors(ctx context.Context) ([]Door, error) {
	all, err := c.house.Communities(ctx)
	if err != nil {
		return nil, err
	}
	var out []Door
	for _, at := range all {
		people, err := c.house.People(ctx, at.ID)
		if err != nil {
			return nil, err
		}
		d := Door{Community: at.Name}
		if p, ok := first(people); ok {
			d.Person, d.Job = p.ID, jobOf(p)
			if d.Path, err = c.Link(ctx, at.ID, p.ID); err != nil {
				return nil, err
			}
		}
		out = append(out, d)
	}
	return out, nil
}

func first(people []community.Person) (community.Person, bool) {
	for _, role := range []community.Role{community.Chair, community.Staff, community.Admin} {
		if i := slices.IndexFunc(people, func(p community.Person) bool { return p.Role == role }); i >= 0 {
			return people[i], true
		}
	}
	return community.Person{}, false
}

// door tells whoever is not logged in how to get in.
func (c *Console) door(w http.ResponseWriter, r *http.Request) {
	if _, ok, err := c.who(r); err == nil && ok {
		http.Redirect(w, r, Root, http.StatusSeeOther)
		return
	}
	c.render(w, r, http.StatusOK, "door", doorPage{Title: "请用登录链接进来"})
}

// doorPage is what is shown before anybody is known.
type doorPage struct {
	Title, Say string
	Link       string // path of the form, when there is a button to press
	Who        face
	Community  string
}

// linkPage shows the button behind a login link. Looking at it uses nothing up: chat programs look at links too.
func (c *Console) linkPage(w http.ResponseWriter, r *http.Request) {
	raw, err := c.shelf.Get(r.Context(), "link/"+hashed(r.PathValue("token")))
	if err != nil {
		c.broken(w, r, err)
		return
	}
	if who, at, ok := c.holder(w, r, raw); ok {
		c.render(w, r, http.StatusOK, "link", doorPage{Title: "登录工作台", Link: r.URL.Path, Who: faceOf(who), Community: at.Name})
	}
}

// enter logs the holder of a link in; of two taps only one gets it.
func (c *Console) enter(w http.ResponseWriter, r *http.Request) {
	ctx, key := r.Context(), "link/"+hashed(r.PathValue("token"))
	raw, err := c.shelf.Get(ctx, key) // a wrong guess writes nothing
	if err == nil && raw != nil {
		raw, err = c.shelf.Take(ctx, key)
	}
	if err != nil {
		c.broken(w, r, err)
		return
	}
	who, at, ok := c.holder(w, r, raw)
	if !ok {
		return
	}
	if err := errors.Join(c.logIn(ctx, w, at.ID, who.ID), c.sweep(ctx)); err != nil {
		c.broken(w, r, err)
		return
	}
	c.log.Info("console: logged in", "community", at.ID, "person", who.ID)
	http.Redirect(w, r, Root, http.StatusSeeOther)
}

// holder is whom a link names, or a page that says that it does not work any more.
func (c *Console) holder(w http.ResponseWriter, r *http.Request, raw []byte) (community.Person, community.Profile, bool) {
	var l link
	if raw != nil {
		if err := json.Unmarshal(raw, &l); err != nil {
			c.broken(w, r, fmt.Errorf("console: link: %w", err))
			return community.Person{}, community.Profile{}, false
		}
	}
	who, at, ok, err := c.serving(r.Context(), l.Community, l.Person)
	if err != nil {
		c.broken(w, r, err)
		return who, at, false
	}
	if !ok || !c.house.Now().Before(l.Until) {
		c.fail(w, r, http.StatusGone, "登录链接已失效", "每个链接只能用一次，15 分钟内有效。")
		return who, at, false
	}
	return who, at, true
}

// leave ends the session.
func (c *Console) leave(w http.ResponseWriter, r *http.Request, m me) {
	if err := c.shelf.Delete(r.Context(), "session/"+m.key); err != nil {
		c.broken(w, r, err)
		return
	}
	c.setCookie(w, "", -1)
	http.Redirect(w, r, Root+"in", http.StatusSeeOther)
}
