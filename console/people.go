package console

import (
	"net/http"
	"slices"
	"strconv"

	"linli/community"
	"linli/store"
)

// peoplePage lists those who serve and makes links.
type peoplePage struct {
	page
	People []personView
	Groups []choice
	Chat   bool // there is a web chat to invite into
	Made   *made
}

// personView is one of the people list with the links that may be made for them.
type personView struct {
	face
	ID         community.PersonID
	Self       bool
	Login, Web bool
}

// people shows the people list.
func (c *Console) people(w http.ResponseWriter, r *http.Request, m me) {
	if !m.runs() {
		c.fail(w, r, http.StatusForbidden, "这一页给社区看", "请和社区工作人员说一声。")
		return
	}
	p := peoplePage{page: m.page("人员与链接", "people"), Chat: c.invite != nil, Made: c.fresh.find(r.URL.Query().Get("link"), m.key, c.house.Now())}
	err := c.house.Store().View(r.Context(), m.Community, func(tx store.Tx) {
		var list []personView
		for _, x := range store.People(tx) {
			list = append(list, personView{face: faceOf(x), ID: x.ID, Self: x.ID == m.Who.ID, Login: m.mayLogIn(x), Web: c.pass != nil && m.mayPass(x)})
		}
		p.People, p.Groups = list, groupChoices(forResidents(store.Groups(tx)), "")
	})
	if err != nil {
		c.broken(w, r, err)
		return
	}
	c.render(w, r, http.StatusOK, "people", p)
}

// mayPass reports whether somebody may let p into the web chat under p's name.
func (m me) mayPass(p community.Person) bool { return m.runs() && ranks[p.Role] <= ranks[m.Who.Role] }

// makers make the links of the page's forms.
var makers = map[string]func(*Console, *http.Request, me) (made, string, error){
	"login": (*Console).makeLogin, "pass": (*Console).makePass, "invite": (*Console).makeInvitation,
}

// makeLink makes a link and shows it once it is made. The store keeps only its hash, so it can be read
// here for a quarter of an hour and then nowhere.
func (c *Console) makeLink(w http.ResponseWriter, r *http.Request, m me) {
	maker := makers[r.PathValue("kind")]
	if maker == nil || !m.runs() {
		c.fail(w, r, http.StatusForbidden, "不能开这个链接", "请和社区工作人员说一声。")
		return
	}
	link, problem, err := maker(c, r, m)
	switch {
	case err != nil:
		c.broken(w, r, err)
		return
	case problem != "":
		c.fail(w, r, http.StatusForbidden, "不能开这个链接", problem)
		return
	}
	link.URL = c.origin(r) + link.URL
	c.log.Info("console: link made", "community", m.Community, "by", m.Who.ID, "for", link.person, "kind", r.PathValue("kind"))
	id := c.fresh.put(link, m.key, c.house.Now())
	http.Redirect(w, r, Root+"people?link="+id+"#made", http.StatusSeeOther)
}

// origin is how the browser reached us.
func (c *Console) origin(r *http.Request) string {
	if c.secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (c *Console) listed(r *http.Request, m me) (p community.Person, ok bool, err error) {
	err = c.house.Store().View(r.Context(), m.Community, func(tx store.Tx) {
		p, ok = store.Person(tx, community.PersonID(r.PostFormValue("person")))
	})
	return p, ok, err
}

func (c *Console) makeLogin(r *http.Request, m me) (made, string, error) {
	p, ok, err := c.listed(r, m)
	if err != nil || !ok || !m.mayLogIn(p) {
		return made{}, "名单里没有这个人，或者要由书记、管理员来开。", err
	}
	path, err := c.Link(r.Context(), m.Community, p.ID)
	return made{URL: path, person: p.ID, Title: p.Name + " 的工作台登录链接", Say: "只能用一次，15 分钟内有效。请私下发给本人，谁拿到它谁就能以本人的名义登录。"}, "", err
}

func (c *Console) makePass(r *http.Request, m me) (made, string, error) {
	p, ok, err := c.listed(r, m)
	if err != nil || !ok || c.pass == nil || !m.mayPass(p) {
		return made{}, "名单里没有这个人，或者要由书记、管理员来开。", err
	}
	path, err := c.pass(r.Context(), m.Community, p.ID)
	return made{URL: path, person: p.ID, Title: p.Name + " 的群聊链接", Say: "只能用一次，一天内有效。请私下发给本人。"}, "", err
}

// forResidents are the groups that residents may be invited to: not those of the people who work there.
func forResidents(groups []community.Group) []community.Group {
	return slices.DeleteFunc(groups, func(g community.Group) bool {
		return g.Kind == community.StaffGroup || g.Kind == community.PropertyGroup
	})
}

// The bounds of an invitation for residents.
const (
	maxUses = 500
	maxDays = 30
)

func (c *Console) makeInvitation(r *http.Request, m me) (made, string, error) {
	if c.invite == nil {
		return made{}, "没有打开网页聊天。", nil
	}
	uses, err1 := strconv.Atoi(r.PostFormValue("uses"))
	days, err2 := strconv.Atoi(r.PostFormValue("days"))
	if err1 != nil || err2 != nil || uses < 1 || uses > maxUses || days < 1 || days > maxDays {
		return made{}, "人数请写 1 到 500，天数请写 1 到 30。", nil
	}
	var groups []community.GroupID
	known, err := c.house.Groups(r.Context(), m.Community)
	if err != nil {
		return made{}, "", err
	}
	for _, g := range forResidents(known) {
		for _, want := range r.PostForm["group"] {
			if string(g.ID) == want {
				groups = append(groups, g.ID)
			}
		}
	}
	if len(groups) != len(r.PostForm["group"]) {
		return made{}, "群名单刚改过，请重新选一次。", nil
	}
	path, err := c.invite(r.Context(), m.Community, groups, uses, days)
	return made{URL: path, Title: "居民邀请链接", Say: "最多 " + strconv.Itoa(uses) + " 位居民可以用，" + strconv.Itoa(days) + " 天内有效。可以发到居民自己的群里。"}, "", err
}
