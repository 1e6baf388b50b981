package console

import (
	"net/http"
)

// maxForm is the largest form a page sends.
const maxForm = 64 << 10

// policy lets a page load our own style and pictures and nothing else: there is no script at all.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded puts what every answer needs around the pages: headers, a limit on bodies, and no word from another site.
func guarded(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "这个请求来自别的网站，没有执行。", http.StatusForbidden)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Robots-Tag", "noindex")
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		}
		cross.Handler(next).ServeHTTP(w, r)
	})
}

// staff wraps a page for somebody who is logged in; others are told how to get in.
func (c *Console) staff(next func(http.ResponseWriter, *http.Request, me)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		m, ok, err := c.who(r)
		switch {
		case err != nil:
			c.broken(w, r, err)
		case ok:
			c.keepAwake(w, m)
			next(w, r, m)
		case r.Method == http.MethodGet:
			c.forgetCookie(w, r)
			http.Redirect(w, r, Root+"in", http.StatusSeeOther)
		default:
			c.forgetCookie(w, r)
			c.fail(w, r, http.StatusUnauthorized, "请先登录", "登录过期了，或者您已不在名单里。这一步没有做。")
		}
	}
}

// taps wraps what a form does: it must come from a page that we gave to this session.
func (c *Console) taps(next func(http.ResponseWriter, *http.Request, me)) http.HandlerFunc {
	return c.staff(func(w http.ResponseWriter, r *http.Request, m me) {
		switch err := r.ParseForm(); {
		case err != nil:
			c.fail(w, r, http.StatusBadRequest, "没有收全", "写得太长，或者网络断了一下。请返回再试一次。")
		case !same(r.PostFormValue("csrf"), m.formToken()):
			c.fail(w, r, http.StatusForbidden, "页面太旧了", "这一步没有做。请返回，刷新页面后再试。")
		default:
			next(w, r, m)
		}
	})
}
