package web

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/bot"
	"linli/community"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// dict pairs a community with one of its people for the template that draws a role.
func dict(c community.ID, x role) map[string]any { return map[string]any{"Community": c, "Role": x} }

var templates = template.Must(template.New("").Funcs(template.FuncMap{"dict": dict}).ParseFS(templateFiles, "templates/*.html"))

// shown is how many lines a page opens with.
const shown = 60

// open wraps a page for which nobody needs to be known.
func (c *Channel) open(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if c.house.Load() == nil {
			c.starting(w, r)
			return
		}
		next(w, r)
	}
}

// page wraps a page for somebody we know; others are asked who they are.
func (c *Channel) page(next func(http.ResponseWriter, *http.Request, device)) http.HandlerFunc {
	return c.open(func(w http.ResponseWriter, r *http.Request) {
		d, ok, err := c.device(r)
		switch {
		case err != nil:
			c.broken(w, r, err)
		case !ok && r.Method == http.MethodGet && !wantsData(r):
			http.Redirect(w, r, "/who", http.StatusSeeOther)
		case !ok:
			c.fail(w, r, http.StatusUnauthorized, "请先进群", "这台设备还没有身份，或者已经退出了。")
		default:
			if r.Method == http.MethodPost {
				if wait, ok := c.words.take(d.key); !ok {
					c.tooFast(w, r, wait)
					return
				}
			}
			next(w, r, d)
		}
	})
}

// home is the list of conversations.
func (c *Channel) home(w http.ResponseWriter, r *http.Request, d device) {
	rooms, err := c.list(r.Context(), d, "")
	if err != nil {
		c.broken(w, r, err)
		return
	}
	p, _, err := c.profile(r.Context(), d.Community)
	if err != nil {
		c.broken(w, r, err)
		return
	}
	seen, err := c.seen(r.Context(), d)
	if err != nil {
		c.broken(w, r, err)
		return
	}
	c.render(w, r, http.StatusOK, "home", map[string]any{"Title": p.Name, "First": len(seen) == 0, "Rooms": rooms, "Me": d, "Face": avatarOf(d.Name), "Profile": p, "CanTake": c.mayTake(p)})
}

// chat is one conversation with the list beside it and the panel.
func (c *Channel) chat(w http.ResponseWriter, r *http.Request, d device) {
	k, ok := c.looking(w, r, d)
	if !ok {
		return
	}
	ctx := r.Context()
	v, err := c.view(ctx, k, shown)
	if err != nil {
		c.broken(w, r, err)
		return
	}
	rooms, err := c.list(ctx, d, k.room.Conv)
	if err != nil {
		c.broken(w, r, err)
		return
	}
	p, _, err := c.profile(ctx, d.Community)
	if err != nil {
		c.broken(w, r, err)
		return
	}
	members, err := json.Marshal(v.members)
	if err != nil {
		c.broken(w, r, err)
		return
	}
	c.render(w, r, http.StatusOK, "chat", map[string]any{"Title": k.room.Name, "Rooms": rooms, "Room": k.room, "Me": d, "Face": avatarOf(d.Name),
		"Lines": v.lines, "Panel": v.panel, "Cursor": v.cursor, "Members": string(members), "Token": newToken(), "More": v.more,
		"Quiet":   !slices.ContainsFunc(v.lines, func(l line) bool { return !l.System }),
		"Tries":   k.tries(v.lines),
		"Profile": p, "CanTake": c.mayTake(p)})
}

// looking finds the conversation of the address for this device.
func (c *Channel) looking(w http.ResponseWriter, r *http.Request, d device) (look, bool) {
	room, ok, err := c.room(r.Context(), d, r.PathValue("conv"))
	if err != nil {
		c.broken(w, r, err)
		return look{}, false
	}
	if !ok {
		c.fail(w, r, http.StatusNotFound, "看不了这个群", "您不在这个群里，或者链接不完整。")
		return look{}, false
	}
	k, err := c.look(r.Context(), d, room)
	if err != nil {
		c.broken(w, r, err)
		return look{}, false
	}
	return k, true
}

func (c *Channel) look(ctx context.Context, d device, room room) (look, error) {
	k := look{device: d, room: room, now: c.clock(), names: map[string]string{}, made: map[string]bot.Made{}}
	people, err := c.house.Load().People(ctx, d.Community)
	k.people = people
	for _, p := range people {
		k.names[string(p.ID)] = titleOf(p)
	}
	return k, err
}

// view is all that is shown of one conversation at one moment.
type view struct {
	lines   []line
	panel   panel
	members []member
	oldest  int64 // nanoseconds of the oldest line
	cursor  int64 // and of the newest
	more    bool  // there is earlier talk
}

func (c *Channel) view(ctx context.Context, k look, n int) (v view, err error) {
	talk, err := c.house.Load().Talk(ctx, k.device.Community, k.room.Handle, time.Time{}, n)
	if err != nil {
		return v, err
	}
	made, err := c.house.Load().Made(ctx, k.device.Community, k.room.Handle, n)
	if err != nil {
		return v, err
	}
	for _, m := range made {
		k.made[m.Message] = m
	}
	v.members = k.members(talk)
	v.lines, v.panel, v.more = k.see(talk), k.think(made, talk), len(talk) == n
	if len(talk) > 0 {
		v.oldest, v.cursor = talk[0].At.UnixNano(), talk[len(talk)-1].At.UnixNano()
	}
	return v, nil
}

// earlier gives the lines before a moment, as data.
func (c *Channel) earlier(w http.ResponseWriter, r *http.Request, d device) {
	k, ok := c.looking(w, r, d)
	if !ok {
		return
	}
	ns, err := strconv.ParseInt(r.FormValue("before"), 10, 64)
	if err != nil {
		c.fail(w, r, http.StatusBadRequest, "不知道要看哪一段", "请刷新页面再试。")
		return
	}
	talk, err := c.house.Load().Talk(r.Context(), d.Community, k.room.Handle, time.Unix(0, ns), shown)
	if err != nil {
		c.broken(w, r, err)
		return
	}
	items, err := drawLines(k.see(talk))
	if err != nil {
		c.broken(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"items": items, "more": len(talk) == shown})
}

// render writes a whole page, or nothing of it when a template fails.
func (c *Channel) render(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var buf bytes.Buffer
	if err := templates.ExecuteTemplate(&buf, name, data); err != nil {
		c.log.Error("web: page", "page", name, "err", err)
		http.Error(w, "页面出错了，请稍后再试。", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	buf.WriteTo(w)
}

func draw(name string, data any) (string, error) {
	var buf bytes.Buffer
	err := templates.ExecuteTemplate(&buf, name, data)
	return buf.String(), err
}

func wantsData(r *http.Request) bool {
	a := r.Header.Get("Accept")
	return strings.Contains(a, "application/json") || strings.Contains(a, "text/event-stream")
}

// fail says what is wrong: as a page to people, as data to the page's own script.
func (c *Channel) fail(w http.ResponseWriter, r *http.Request, status int, title, say string) {
	if wantsData(r) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(map[string]string{"title": title, "say": say})
		return
	}
	c.render(w, r, status, "fail", map[string]any{"Title": title, "Say": say})
}

func (c *Channel) broken(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // the browser has gone
	}
	c.log.Error("web: request failed", "method", r.Method, "err", err)
	c.fail(w, r, http.StatusInternalServerError, "出了点问题", "没有办成，请稍等一下再试一次。")
}

func (c *Channel) starting(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "2")
	c.fail(w, r, http.StatusServiceUnavailable, "正在启动", "请等几秒，再试一次。")
}

func (c *Channel) tooFast(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
	c.fail(w, r, http.StatusTooManyRequests, "发得太快了", "请等几秒再发。")
}

func (c *Channel) tooMany(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
	c.fail(w, r, http.StatusTooManyRequests, "进群的人太多了", "请等半分钟再按一次。")
}

// asset serves our own script, style and icon.
func asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	raw, err := fs.ReadFile(assetFiles, path.Join("assets", path.Base(name)))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	types := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json"}
	w.Header().Set("Content-Type", types[path.Ext(name)])
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("ETag", `"`+revision(raw)+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(raw))
}
