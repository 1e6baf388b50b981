package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"linli/bot"
	"linli/community"
)

// A device is one browser that somebody speaks from. The browser keeps a
// token; the shelf knows only its hash.
type device struct {
	key       string              // hash of the token; where it lies on the shelf
	Community community.ID        `json:"community"`
	Person    community.PersonID  `json:"person"`
	Name      string              `json:"name"`             // nickname in the groups
	Role      community.Role      `json:"role,omitempty"`   // of the role taken on
	Title     string              `json:"title,omitempty"`  // 网格员 …
	Groups    []community.GroupID `json:"groups,omitempty"` // of the invitation; empty = all that are open to residents
	Taken     bool                `json:"taken,omitempty"`  // took on a role or joined freely: only where that is allowed
	Listed    bool                `json:"listed,omitempty"` // came in by a pass: somebody of the people list, as long as they stand there
	Since     time.Time           `json:"since"`
}

// deviceFor is how long a browser is remembered.
const deviceFor = 365 * 24 * time.Hour

func (c *Channel) cookie() string {
	if c.secure {
		return "__Host-linli"
	}
	return "linli"
}

func (c *Channel) shelf() *bot.Shelf { return c.house.Load().Shelf(channelName) }

func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// remember gives the browser a token for d, and forgets what it was before.
func (c *Channel) remember(w http.ResponseWriter, r *http.Request, d device) error {
	token := rand.Text() + rand.Text()
	d.Since = c.clock()
	raw, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("web: device: %w", err)
	}
	if old, err := r.Cookie(c.cookie()); err == nil {
		if err := c.shelf().Delete(r.Context(), "device/"+hashed(old.Value)); err != nil {
			return fmt.Errorf("web: device: %w", err)
		}
	}
	if err := c.shelf().Put(r.Context(), "device/"+hashed(token), raw); err != nil {
		return fmt.Errorf("web: device: %w", err)
	}
	c.setCookie(w, token, int(deviceFor/time.Second))
	return nil
}

func (c *Channel) setCookie(w http.ResponseWriter, token string, age int) {
	http.SetCookie(w, &http.Cookie{Name: c.cookie(), Value: token, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: c.secure, SameSite: http.SameSiteLaxMode})
}

// device finds who the browser is. A role that was taken on ends when it is no longer allowed.
func (c *Channel) device(r *http.Request) (d device, ok bool, err error) {
	ck, err := r.Cookie(c.cookie())
	if err != nil || len(ck.Value) > 100 {
		return d, false, nil
	}
	key := hashed(ck.Value)
	raw, err := c.shelf().Get(r.Context(), "device/"+key)
	if err != nil || raw == nil {
		return d, false, err
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		return d, false, fmt.Errorf("web: device: %w", err)
	}
	d.key = key
	p, found, err := c.profile(r.Context(), d.Community)
	if err != nil || !found || c.clock().Sub(d.Since) > deviceFor {
		return d, false, err
	}
	if d.Listed {
		return c.asListed(r.Context(), d)
	}
	return d, !d.Taken || c.mayTake(p), nil
}

// asListed is the device of somebody of the people list with the name and role that stand there now;
// whoever was taken off the list is not known any more.
func (c *Channel) asListed(ctx context.Context, d device) (device, bool, error) {
	p, ok, err := c.listed(ctx, d.Community, d.Person)
	d.Name, d.Role, d.Title = p.Name, p.Role, titleOf(p)
	return d, ok, err
}

// mayTake reports whether a visitor may take on somebody's role there.
func (c *Channel) mayTake(p community.Profile) bool { return p.Sample || c.demo }

func (c *Channel) profile(ctx context.Context, id community.ID) (community.Profile, bool, error) {
	all, err := c.house.Load().Communities(ctx)
	i := slices.IndexFunc(all, func(p community.Profile) bool { return p.ID == id })
	if err != nil || i < 0 {
		return community.Profile{}, false, err
	}
	return all[i], true, nil
}

// An Invitation lets residents into the web chat of a community.
type Invitation struct {
	Community community.ID        `json:"community"`
	Groups    []community.GroupID `json:"groups,omitempty"` // empty: all that are open to residents
	Until     time.Time           `json:"until"`            // zero: for 7 days
	Uses      int                 `json:"uses"`             // how many may join by it; zero: 50
}

// Invite keeps an invitation and returns the path of its link. Only staff may be given the means to call it.
func (c *Channel) Invite(ctx context.Context, i Invitation) (path string, err error) {
	if c.house.Load() == nil {
		return "", errors.New("web: not attached to a house")
	}
	if _, ok, err := c.profile(ctx, i.Community); err != nil || !ok {
		return "", errors.Join(fmt.Errorf("web: invite: no community %q", i.Community), err)
	}
	if i.Until.IsZero() {
		i.Until = c.clock().Add(7 * 24 * time.Hour)
	}
	if i.Uses == 0 {
		i.Uses = 50
	}
	token := rand.Text()
	return "/join/" + token, c.putInvitation(ctx, hashed(token), i)
}

func (c *Channel) putInvitation(ctx context.Context, key string, i Invitation) error {
	raw, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("web: invite: %w", err)
	}
	return c.shelf().Put(ctx, "invite/"+key, raw)
}

func (c *Channel) invitation(ctx context.Context, key string) (i Invitation, ok bool, err error) {
	raw, err := c.shelf().Get(ctx, "invite/"+key)
	if err != nil || raw == nil {
		return i, false, err
	}
	if err := json.Unmarshal(raw, &i); err != nil {
		return i, false, fmt.Errorf("web: invite: %w", err)
	}
	return i, i.Uses > 0 && c.clock().Before(i.Until), nil
}

// useInvitation counts one use; ok is false when there was none left.
func (c *Channel) useInvitation(ctx context.Context, token string) (i Invitation, ok bool, err error) {
	c.shelfs.Lock()
	defer c.shelfs.Unlock()
	key := hashed(token)
	if i, ok, err = c.invitation(ctx, key); err != nil || !ok {
		return i, false, err
	}
	i.Uses--
	return i, true, c.putInvitation(ctx, key, i)
}
