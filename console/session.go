package console

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"linli/community"
	"linli/store"
)

// How long a session lives: without a look at the pages, and at all.
const (
	idleFor    = 12 * time.Hour
	sessionFor = 7 * 24 * time.Hour
	awakeEvery = 5 * time.Minute // how often the cookie's time is renewed
)

// A session is one browser that somebody is logged in from. The browser keeps
// a token; the shelf knows only its hash.
type session struct {
	Community community.ID       `json:"community"`
	Person    community.PersonID `json:"person"`
	Secret    string             `json:"secret"` // seals the cookie's time and the forms
	Since     time.Time          `json:"since"`
}

// me is who looks at the page, with the name and role that stand in the people list at this moment.
type me struct {
	session
	Who     community.Person
	Profile community.Profile
	key     string    // hash of the token; where the session lies on the shelf
	token   string    // what the browser holds
	seen    time.Time // the time in the cookie
}

func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func (s session) seal(what string) string {
	mac := hmac.New(sha256.New, []byte(s.Secret))
	mac.Write([]byte(what))
	return hex.EncodeToString(mac.Sum(nil))
}

// formToken is what every form of this session carries.
func (m me) formToken() string { return m.seal("form") }

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (c *Console) cookie() string {
	if c.secure {
		return "__Host-linli-staff"
	}
	return "linli-staff"
}

// logIn opens a session and gives the browser its token.
func (c *Console) logIn(ctx context.Context, w http.ResponseWriter, id community.ID, p community.PersonID) error {
	now := c.house.Now()
	m := me{session: session{Community: id, Person: p, Secret: rand.Text() + rand.Text(), Since: now}, token: rand.Text() + rand.Text()}
	raw, err := json.Marshal(m.session)
	if err == nil {
		err = c.shelf.Put(ctx, "session/"+hashed(m.token), raw)
	}
	if err != nil {
		return fmt.Errorf("console: session: %w", err)
	}
	c.giveCookie(w, m, now)
	return nil
}

// giveCookie writes token and time, sealed. The time of the last look lives in
// the cookie, so that looking at a page writes nothing into the store.
func (c *Console) giveCookie(w http.ResponseWriter, m me, now time.Time) {
	at := strconv.FormatInt(now.Unix(), 36)
	c.setCookie(w, m.token+"."+at+"."+m.seal("seen|"+at), int(idleFor/time.Second))
}

func (c *Console) setCookie(w http.ResponseWriter, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: c.cookie(), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: c.secure, SameSite: http.SameSiteLaxMode})
}

func (c *Console) keepAwake(w http.ResponseWriter, m me) {
	if now := c.house.Now(); now.Sub(m.seen) > awakeEvery {
		c.giveCookie(w, m, now)
	}
}

func (c *Console) forgetCookie(w http.ResponseWriter, r *http.Request) {
	if _, err := r.Cookie(c.cookie()); err == nil {
		c.setCookie(w, "", -1)
	}
}

// who finds who is looking; ok is false when the session is over or its person serves no more.
func (c *Console) who(r *http.Request) (m me, ok bool, err error) {
	ck, err := r.Cookie(c.cookie())
	if err != nil || len(ck.Value) > 200 {
		return m, false, nil
	}
	token, rest, _ := strings.Cut(ck.Value, ".")
	at, seal, _ := strings.Cut(rest, ".")
	m.token, m.key = token, hashed(token)
	raw, err := c.shelf.Get(r.Context(), "session/"+m.key)
	if err != nil || raw == nil {
		return m, false, err
	}
	if err := json.Unmarshal(raw, &m.session); err != nil {
		return m, false, fmt.Errorf("console: session: %w", err)
	}
	seconds, err := strconv.ParseInt(at, 36, 64)
	if err != nil || !same(seal, m.seal("seen|"+at)) {
		return m, false, nil
	}
	m.seen = time.Unix(seconds, 0)
	now := c.house.Now()
	if now.Sub(m.seen) > idleFor || now.Sub(m.Since) > sessionFor {
		return m, false, nil
	}
	m.Who, m.Profile, ok, err = c.serving(r.Context(), m.Community, m.Person)
	return m, ok, err
}

// serving finds somebody who serves the community, as the people list is now.
func (c *Console) serving(ctx context.Context, id community.ID, person community.PersonID) (p community.Person, at community.Profile, ok bool, err error) {
	if id == "" || id == store.House {
		return p, at, false, nil
	}
	err = c.house.Store().View(ctx, id, func(tx store.Tx) {
		p, ok = store.Person(tx, person)
		at = store.Profile(tx)
	})
	return p, at, ok && p.Role.Serves(), err
}

// sweep clears away links and sessions that are over.
func (c *Console) sweep(ctx context.Context) error {
	c.sweeps.Lock()
	defer c.sweeps.Unlock()
	now := c.house.Now()
	over := func(raw []byte) bool {
		var x struct{ Since, Until time.Time }
		return json.Unmarshal(raw, &x) != nil || !x.Until.IsZero() && now.After(x.Until) || x.Until.IsZero() && now.Sub(x.Since) > sessionFor
	}
	var failed error
	for _, drawer := range []string{"link/", "session/"} {
		papers, err := c.shelf.Scan(ctx, drawer)
		if err != nil {
			return err
		}
		for key, raw := range papers {
			if over(raw) {
				failed = errors.Join(failed, c.shelf.Delete(ctx, key))
			}
		}
	}
	return failed
}
