// Package console is the page of those who serve a community: what is to be
// done, who does it, and why 小邻 spoke or kept still. It works on a phone, by
// plain HTML, without a script.
//
// It reads the papers by View and writes none of a community's: every tap is
// an Order handed in at the bot's door. On the house's shelf it keeps only
// one-time links and sessions, both as hashes. It never decides and never
// speaks, and a GET never changes anything.
package console

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"

	"linli/bot"
	"linli/community"
)

// Root is where the pages are mounted.
const Root = "/staff/"

// Options is what a Console is built from.
type Options struct {
	House  *bot.Bot
	Secure bool         // browsers reach us by TLS: cookies are marked Secure, links begin with https
	Log    *slog.Logger // nil: slog.Default
	// Invite makes a link by which residents join the web chat: the groups (none: all that are open to
	// residents), how many may use it and for how many days. nil: there is no web chat.
	Invite func(ctx context.Context, c community.ID, groups []community.GroupID, uses, days int) (path string, err error)
	// Pass makes a one-time link by which one person of the people list enters the web chat. nil: there is none.
	Pass func(ctx context.Context, c community.ID, p community.PersonID) (path string, err error)
}

// Console is the staff's pages. All methods are safe for concurrent use.
type Console struct {
	house  *bot.Bot
	shelf  *bot.Shelf
	secure bool
	log    *slog.Logger
	invite func(context.Context, community.ID, []community.GroupID, int, int) (string, error)
	pass   func(context.Context, community.ID, community.PersonID) (string, error)
	sweeps sync.Mutex
	fresh  tray
}

// New builds the pages of a house.
func New(o Options) (*Console, error) {
	if o.House == nil {
		return nil, errors.New("console: no house")
	}
	return &Console{house: o.House, shelf: o.House.Shelf("console"), secure: o.Secure, log: cmp.Or(o.Log, slog.Default()),
		invite: o.Invite, pass: o.Pass}, nil
}

// Handler serves the pages, to be mounted at Root.
func (c *Console) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /staff/{$}", c.staff(c.desk))
	mux.HandleFunc("GET /staff/find", c.staff(c.find))
	mux.HandleFunc("GET /staff/r/{id}", c.staff(c.file))
	mux.HandleFunc("GET /staff/r/{id}/photo/{hash}", c.staff(c.photo))
	mux.HandleFunc("POST /staff/r/{id}/{verb}", c.taps(c.onRequest))
	mux.HandleFunc("POST /staff/flag", c.taps(c.lower))
	mux.HandleFunc("POST /staff/answer", c.taps(c.answer))
	mux.HandleFunc("POST /staff/bind", c.taps(c.bind))
	mux.HandleFunc("GET /staff/people", c.staff(c.people))
	mux.HandleFunc("POST /staff/people/{kind}", c.taps(c.makeLink))
	mux.HandleFunc("GET /staff/in", c.door)
	mux.HandleFunc("GET /staff/in/{token}", c.linkPage)
	mux.HandleFunc("POST /staff/in/{token}", c.enter)
	mux.HandleFunc("POST /staff/out", c.taps(c.leave))
	mux.HandleFunc("GET /staff/look/{file}", asset)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		c.fail(w, r, http.StatusNotFound, "没有这一页", "也许链接少了一截，回到工作台再找找。")
	})
	return guarded(mux)
}
