package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"linli/bot"
	"linli/community"
)

// role is somebody a visitor may be.
type role struct {
	ID     community.PersonID
	Name   string
	Title  string
	Role   community.Role
	Avatar avatar
}

// stage is one community a visitor may walk into.
type stage struct {
	Profile   community.Profile
	Residents []role
	Serving   []role
}

// who shows whom one may be; where nobody may, it says how to get in.
func (c *Channel) who(w http.ResponseWriter, r *http.Request) {
	all, err := c.house.Load().Communities(r.Context())
	if err != nil {
		c.broken(w, r, err)
		return
	}
	var stages []stage
	for _, p := range all {
		if !c.mayTake(p) {
			continue
		}
		s, err := c.stage(r.Context(), p)
		if err != nil {
			c.broken(w, r, err)
			return
		}
		stages = append(stages, s)
	}
	d, ok, err := c.device(r)
	if err != nil {
		c.broken(w, r, err)
		return
	}
	c.render(w, r, http.StatusOK, "who", map[string]any{"Title": "选一个身份", "Stages": stages, "Back": ok, "Me": d})
}

func (c *Channel) stage(ctx context.Context, p community.Profile) (stage, error) {
	s := stage{Profile: p}
	people, err := c.roles(ctx, p)
	for _, x := range people {
		one := role{x.ID, x.Name, titleOf(x), x.Role, avatarOf(x.Name)}
		if name, home, ok := strings.Cut(x.Name, " "); ok && one.Title == "" {
			one.Name, one.Title = name, home
		}
		if x.Role == community.Resident || x.Role == "" {
			s.Residents = append(s.Residents, one)
		} else {
			s.Serving = append(s.Serving, one)
		}
	}
	return s, err
}

// roles are the people of the list and, in an invented community whose list
// names no residents, a few invented neighbours.
func (c *Channel) roles(ctx context.Context, p community.Profile) ([]community.Person, error) {
	people, err := c.house.Load().People(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	lives := func(x community.Person) bool { return x.Role == community.Resident || x.Role == "" }
	if !p.Sample || slices.ContainsFunc(people, lives) {
		return people, nil
	}
	groups, err := c.house.Load().Groups(ctx, p.ID)
	return slices.Concat(neighbours(groups), people), err
}

// neighbours invents residents for the buildings that have a group.
func neighbours(groups []community.Group) []community.Person {
	homes := []struct{ name, room string }{{"张阿姨", "502"}, {"老周", "201"}, {"小林妈妈", "1103"}, {"陈师傅", "302"}, {"李奶奶", "101"}, {"阿杰", "904"}}
	var houses []string
	for _, g := range groups {
		if b := g.HouseOf(); b != "" && !slices.Contains(houses, b) {
			houses = append(houses, b)
		}
	}
	if len(houses) == 0 {
		houses = []string{"3"}
	}
	var out []community.Person
	for i, h := range homes {
		out = append(out, community.Person{ID: community.PersonID(fmt.Sprintf("web-neighbour-%d", i+1)), Role: community.Resident,
			Name: h.name + " " + houses[i*len(houses)/len(homes)] + "-" + h.room})
	}
	return out
}

// take makes the visitor one of the people of an invented community.
func (c *Channel) take(w http.ResponseWriter, r *http.Request) {
	p, ok := c.freely(w, r)
	if !ok {
		return
	}
	people, err := c.roles(r.Context(), p)
	if err != nil {
		c.broken(w, r, err)
		return
	}
	i := slices.IndexFunc(people, func(x community.Person) bool { return string(x.ID) == r.PostFormValue("person") })
	if i < 0 {
		c.fail(w, r, http.StatusNotFound, "没有这个人", "名单可能刚改过，请重新选一次。")
		return
	}
	x := people[i]
	c.enter(w, r, device{Community: p.ID, Person: x.ID, Name: x.Name, Role: x.Role, Title: titleOf(x), Taken: true})
}

// joinSample makes the visitor a new resident of an invented community.
func (c *Channel) joinSample(w http.ResponseWriter, r *http.Request) {
	p, ok := c.freely(w, r)
	if !ok {
		return
	}
	if name, ok := c.newName(w, r, p.ID); ok {
		c.enter(w, r, device{Community: p.ID, Person: newPerson(), Name: name, Role: community.Resident, Taken: true})
	}
}

// freely finds the community of the form and refuses where roles are not to be taken.
func (c *Channel) freely(w http.ResponseWriter, r *http.Request) (community.Profile, bool) {
	if !c.joinAllowed(w, r) {
		return community.Profile{}, false
	}
	p, ok, err := c.profile(r.Context(), community.ID(r.PostFormValue("community")))
	switch {
	case err != nil:
		c.broken(w, r, err)
	case !ok || !c.mayTake(p):
		c.fail(w, r, http.StatusForbidden, "要有邀请链接才能进", "请向社区工作人员要一个邀请链接，点开就能进群。")
		ok = false
	}
	return p, ok && err == nil
}

func (c *Channel) joinAllowed(w http.ResponseWriter, r *http.Request) bool {
	from, known := address(r, c.secure)
	limit := c.joins
	if !known { // all of them together, so that nobody locks everybody out with thirty tries
		limit = c.crowds
	}
	if wait, ok := limit.take(from); !ok {
		c.tooMany(w, r, wait)
		return false
	}
	return true
}

// invited shows the form behind an invitation link.
func (c *Channel) invited(w http.ResponseWriter, r *http.Request) {
	i, ok, err := c.invitation(r.Context(), hashed(r.PathValue("token")))
	if err != nil {
		c.broken(w, r, err)
		return
	}
	p, found, err := c.profile(r.Context(), i.Community)
	if err != nil {
		c.broken(w, r, err)
		return
	}
	if !ok || !found {
		c.gone(w, r)
		return
	}
	c.render(w, r, http.StatusOK, "join", map[string]any{"Title": "加入" + p.Name, "Profile": p, "Token": r.PathValue("token")})
}

// joinInvited takes in a resident who holds an invitation.
func (c *Channel) joinInvited(w http.ResponseWriter, r *http.Request) {
	if !c.joinAllowed(w, r) {
		return
	}
	if c.hear.Load() == nil {
		c.starting(w, r) // before a place is taken
		return
	}
	i, ok, err := c.invitation(r.Context(), hashed(r.PathValue("token")))
	if err != nil {
		c.broken(w, r, err)
		return
	}
	if !ok {
		c.gone(w, r)
		return
	}
	name, ok := c.newName(w, r, i.Community)
	if !ok {
		return
	}
	if i, ok, err = c.useInvitation(r.Context(), r.PathValue("token")); err != nil {
		c.broken(w, r, err)
		return
	}
	if !ok {
		c.gone(w, r)
		return
	}
	c.enter(w, r, device{Community: i.Community, Groups: i.Groups, Person: newPerson(), Name: name, Role: community.Resident})
}

func (c *Channel) gone(w http.ResponseWriter, r *http.Request) {
	c.fail(w, r, http.StatusGone, "邀请链接已失效", "它可能过期了，或者人数已满。请向社区工作人员要一个新的。")
}

// newName is what a newcomer will be called, or a page that says what is wrong with it.
// Nobody may come in under the name of somebody whom neighbours know by their task.
func (c *Channel) newName(w http.ResponseWriter, r *http.Request, id community.ID) (string, bool) {
	name, problem := nickname(r)
	people, err := c.house.Load().People(r.Context(), id)
	if err != nil {
		c.broken(w, r, err)
		return "", false
	}
	called := squeezed(clean(r.PostFormValue("name")))
	if slices.ContainsFunc(people, func(p community.Person) bool {
		return p.Role != community.Resident && p.Role != "" && squeezed(p.Name) == called
	}) {
		problem = "社区名单上已经有一位「" + called + "」，请换一个称呼。"
	}
	if problem != "" {
		c.fail(w, r, http.StatusUnprocessableEntity, "请改一下再试", problem)
		return "", false
	}
	return name, true
}

// enter remembers the device and opens the person's private chat, so that 小邻 can reach them there.
func (c *Channel) enter(w http.ResponseWriter, r *http.Request, d device) {
	h := PrivateHandle(d.Community, d.Person)
	hear := c.hear.Load()
	if hear == nil {
		c.starting(w, r)
		return
	}
	err := c.house.Load().Bind(r.Context(), h, d.Community, "")
	if err == nil {
		// Heard as a system message, which is never answered: from then on the house knows the way to this person.
		err = (*hear)(r.Context(), community.Message{ID: "hello", Handle: h, Sender: d.Person, Name: d.Name, Kind: community.System,
			Text: "这里只有您和" + bot.OwnName + "，邻居看不到。", Private: true, At: c.clock()})
	}
	if err == nil {
		err = c.remember(w, r, d)
	}
	if err != nil {
		c.broken(w, r, err)
		return
	}
	c.log.Info("web: a device entered", "community", d.Community, "taken", d.Taken)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// leave forgets this browser.
func (c *Channel) leave(w http.ResponseWriter, r *http.Request, d device) {
	if err := c.shelf().Delete(r.Context(), "device/"+d.key); err != nil {
		c.broken(w, r, err)
		return
	}
	c.setCookie(w, "", -1)
	http.Redirect(w, r, "/who", http.StatusSeeOther)
}

func newPerson() community.PersonID {
	return community.PersonID("web-" + strings.ToLower(rand.Text()[:16]))
}

var homeForm = regexp.MustCompile(`^[0-9A-Za-z一-龥]{1,6}$`)

// nickname reads name, building and room and makes a group nickname of them: 张阿姨 3-502.
func nickname(r *http.Request) (name, problem string) {
	name = strings.Join(strings.Fields(clean(r.PostFormValue("name"))), " ")
	building := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(r.PostFormValue("building")), "楼"), "号")
	room := strings.TrimSuffix(strings.TrimSpace(r.PostFormValue("room")), "室")
	runes := len([]rune(name))
	switch {
	case runes == 0:
		return "", "请写下邻居怎么称呼您，比如「张阿姨」。"
	case runes > 12:
		return "", "称呼请不要超过 12 个字。"
	case strings.Contains(squeezed(name), bot.OwnName), strings.Contains(squeezed(name), "小鄰"):
		return "", "「" + bot.OwnName + "」是群里的助手，请换一个称呼。"
	case strings.ContainsAny(name, "@<>"):
		return "", "称呼里请不要用 @ < > 这些符号。"
	case building != "" && !homeForm.MatchString(building), room != "" && !homeForm.MatchString(room):
		return "", "楼号和房号请只写数字或字母，比如 3 和 502。"
	case building == "" && room != "":
		return "", "写了房号，也请写上楼号。"
	}
	if building != "" {
		name += " " + building
		if room != "" {
			name += "-" + room
		}
	}
	return name, ""
}

var roleNames = map[community.Role]string{community.Volunteer: "志愿者", community.Property: "物业",
	community.Staff: "社区", community.Chair: "书记", community.Admin: "管理员"}

// titleOf is what stands beside a name: the title of the list, or the role in words.
func titleOf(p community.Person) string {
	if p.Title != "" {
		return p.Title
	}
	return roleNames[p.Role]
}
