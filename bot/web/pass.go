package web

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

// A pass lets one person of the people list into the web chat under their own
// name and role. It works once and not for long; the shelf knows only its hash.
type pass struct {
	Community community.ID       `json:"community"`
	Person    community.PersonID `json:"person"`
	Until     time.Time          `json:"until"`
}

// passFor is how long a pass works.
const passFor = 24 * time.Hour

// Pass keeps a pass for somebody of the people list and returns the path of its link.
// Only staff may be given the means to call it.
func (c *Channel) Pass(ctx context.Context, id community.ID, person community.PersonID) (path string, err error) {
	if c.house.Load() == nil {
		return "", errors.New("web: not attached to a house")
	}
	if _, ok, err := c.listed(ctx, id, person); err != nil || !ok {
		return "", errors.Join(errors.New("web: pass: nobody of the people list"), err)
	}
	raw, err := json.Marshal(pass{id, person, c.clock().Add(passFor)})
	if err != nil {
		return "", fmt.Errorf("web: pass: %w", err)
	}
	token := rand.Text()
	return "/pass/" + token, c.shelf().Put(ctx, "pass/"+hashed(token), raw)
}

// listed finds somebody in the people list as it is now.
func (c *Channel) listed(ctx context.Context, id community.ID, person community.PersonID) (community.Person, bool, error) {
	people, err := c.house.Load().People(ctx, id)
	i := slices.IndexFunc(people, func(p community.Person) bool { return p.ID == person })
	if err != nil || i < 0 {
		return community.Person{}, false, err
	}
	return people[i], true, nil
}

// passed shows the button behind a pass; looking at it uses nothing up, for chat programs look at links too.
func (c *Channel) passed(w http.ResponseWriter, r *http.Request) {
	raw, err := c.shelf().Get(r.Context(), "pass/"+hashed(r.PathValue("token")))
	if err != nil {
		c.broken(w, r, err)
		return
	}
	who, profile, ok := c.holder(w, r, raw)
	if ok {
		c.render(w, r, http.StatusOK, "pass", map[string]any{"Title": "进群", "Who": who, "Face": avatarOf(who.Name), "Job": titleOf(who), "Profile": profile,
			"Token": r.PathValue("token")})
	}
}

// usePass lets the holder in; of two taps only one gets the pass.
func (c *Channel) usePass(w http.ResponseWriter, r *http.Request) {
	if !c.joinAllowed(w, r) {
		return
	}
	if c.hear.Load() == nil {
		c.starting(w, r) // before the pass is taken
		return
	}
	raw, err := c.shelf().Take(r.Context(), "pass/"+hashed(r.PathValue("token")))
	if err != nil {
		c.broken(w, r, err)
		return
	}
	if who, profile, ok := c.holder(w, r, raw); ok {
		c.enter(w, r, device{Community: profile.ID, Person: who.ID, Name: who.Name, Role: who.Role, Title: titleOf(who), Listed: true})
	}
}

// holder is whom a pass names, or a page that says that it does not work any more.
func (c *Channel) holder(w http.ResponseWriter, r *http.Request, raw []byte) (community.Person, community.Profile, bool) {
	var p pass
	if raw != nil {
		if err := json.Unmarshal(raw, &p); err != nil {
			c.broken(w, r, fmt.Errorf("web: pass: %w", err))
			return community.Person{}, community.Profile{}, false
		}
	}
	profile, found, err := c.profile(r.Context(), p.Community)
	if err != nil {
		c.broken(w, r, err)
		return community.Person{}, profile, false
	}
	if found && c.clock().Before(p.Until) {
		who, ok, err := c.listed(r.Context(), p.Community, p.Person)
		if err != nil {
			c.broken(w, r, err)
			return who, profile, false
		}
		if ok {
			return who, profile, true
		}
	}
	c.fail(w, r, http.StatusGone, "链接已失效", "这个链接只能用一次，一天内有效。请在工作台的「人员」里再开一个。")
	return community.Person{}, profile, false
}
