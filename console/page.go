package console

import (
	"bytes"
	"crypto/rand"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"time"

	"linli/community"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// pair hands a template two things.
func pair(a, b any) map[string]any { return map[string]any{"Page": a, "It": b} }

var templates = template.Must(template.New("").Funcs(template.FuncMap{"pair": pair}).ParseFS(templateFiles, "templates/*.html"))

// page is what every page of somebody logged in has.
type page struct {
	Title     string
	Tab       string // which entry of the bar this is
	Me        face
	Community string
	Runs      bool
	Form      string // goes with every form: that it is ours
	Key       string // goes with every form: that a double tap is one tap
	Notice    *notice
}

func (m me) page(title, tab string) page {
	return page{Title: title, Tab: tab, Me: faceOf(m.Who), Community: m.Profile.Name, Runs: m.runs(), Form: m.formToken(), Key: rand.Text()}
}

// choice is one entry of a select.
type choice struct {
	Value, Name string
	On          bool
}

func groupChoices(groups []community.Group, on string) []choice {
	var out []choice
	for _, g := range groups {
		out = append(out, choice{string(g.ID), g.Name, string(g.ID) == on})
	}
	return out
}

// render writes a whole page, or nothing of it when a template fails.
func (c *Console) render(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var buf bytes.Buffer
	if err := templates.ExecuteTemplate(&buf, name, data); err != nil {
		c.log.Error("console: page", "page", name, "err", err)
		http.Error(w, "页面出错了，请稍后再试。", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		buf.WriteTo(w)
	}
}

// fail says what is wrong.
func (c *Console) fail(w http.ResponseWriter, r *http.Request, status int, title, say string) {
	c.render(w, r, status, "fail", doorPage{Title: title, Say: say})
}

func (c *Console) broken(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // the browser has gone
	}
	c.log.Error("console: request failed", "method", r.Method, "err", err)
	c.fail(w, r, http.StatusInternalServerError, "出了点问题", "没有办成，请稍后再试一次。")
}

// asset serves our own style and icon.
func asset(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.PathValue("file"))
	raw, err := fs.ReadFile(assetFiles, path.Join("assets", name))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	kinds := map[string]string{".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
	w.Header().Set("Content-Type", kinds[path.Ext(name)])
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("ETag", `"`+hashed(string(raw))[:16]+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(raw))
}
