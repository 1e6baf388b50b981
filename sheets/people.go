package sheets

import (
	"strings"

	"linli/community"
)

// roleNames are the roles in words; the first of each is written.
var roleNames = map[community.Role][]string{
	community.Resident:  {"居民", "业主"},
	community.Volunteer: {"志愿者", "楼组长", "楼长"},
	community.Property:  {"物业", "物业人员"},
	community.Staff:     {"工作人员", "社区工作人员", "社区", "网格员", "社工", "民警"},
	community.Chair:     {"主任", "书记", "社区书记", "社区主任", "业委会主任"},
	community.Admin:     {"管理员"},
}

var roles = []community.Role{community.Resident, community.Volunteer, community.Property, community.Staff, community.Chair, community.Admin}

// People is the list of those linli knows by role; groups are those they may answer for.
func People(groups []community.Group) List[community.Person] {
	type p = community.Person
	g := groupNames{groups}
	role := field([]string{"角色", "身份", "role"}, func(v *p) *community.Role { return &v.Role }, showRole, readRole)
	duties := field([]string{"分管", "负责的事", "职责", "duties"}, func(v *p) *[]string { return &v.Duties }, showDuties, readDuties)
	scope := field([]string{"负责的群", "负责群", "群", "scope"}, func(v *p) *[]community.GroupID { return &v.Scope }, g.show, g.read)
	return List[p]{Name: "人员名单", ID: func(v p) string { return string(v.ID) }, Title: func(v p) string { return v.Name }, columns: []column[p]{
		field([]string{"编号", "人员编号", "id"}, func(v *p) *community.PersonID { return &v.ID }, showPersonID, readPersonID).needed(),
		text(func(v *p) *string { return &v.Name }, "姓名", "名字", "name").needed(),
		role.needed(),
		text(func(v *p) *string { return &v.Title }, "职务", "岗位", "title"),
		field([]string{"电话", "联系电话", "手机", "手机号", "电话号码", "phone"}, func(v *p) *string { return &v.Phone }, same, readPhone),
		duties.long(500),
		scope.long(2000),
	}}
}

func showPersonID(id community.PersonID) string { return string(id) }

func readPersonID(c Cell) (community.PersonID, string) {
	id, why := readID(c)
	return community.PersonID(id), why
}

func showRole(r community.Role) string {
	if names := roleNames[r]; names != nil {
		return names[0]
	}
	return string(r)
}

func readRole(c Cell) (community.Role, string) { return choice(roleNames, roles, c) }

// showDuties names the categories a person owns.
func showDuties(keys []string) string {
	var out []string
	for _, k := range keys {
		if c := community.CategoryOf(k); c.Key == k {
			k = c.Name
		}
		out = append(out, k)
	}
	return strings.Join(out, ";")
}

func readDuties(c Cell) (out []string, why string) {
	keys, names := map[string][]string{}, []string{}
	for _, cat := range community.Categories {
		keys[cat.Key], names = []string{cat.Name}, append(names, cat.Key)
	}
	for w := range parts(c) {
		key, bad := choice(keys, names, Cell{Text: w})
		if bad != "" {
			why = bad
		}
		out = append(out, key)
	}
	return out, why
}

// parts are the words of a list whose words have no commas in them.
func parts(c Cell) func(func(string) bool) {
	return func(yield func(string) bool) {
		for w := range strings.FieldsFuncSeq(c.Text, func(r rune) bool { return strings.ContainsRune(";；、,，\n", r) }) {
			if w = strings.TrimSpace(w); w != "" && !yield(w) {
				return
			}
		}
	}
}

// groupNames turns the groups of a person's scope into names and back. An id
// stands where a name would be ambiguous. Without any groups, ids are taken as they are.
type groupNames struct{ all []community.Group }

func (g groupNames) show(ids []community.GroupID) string {
	var out []string
	for _, id := range ids {
		name := string(id)
		for _, x := range g.all {
			if back, why := g.find(x.Name); x.ID == id && why == "" && back == id && !strings.ContainsAny(x.Name, ";；、,，\n") {
				name = x.Name
			}
		}
		out = append(out, name)
	}
	return strings.Join(out, ";")
}

func (g groupNames) read(c Cell) (out []community.GroupID, why string) {
	for w := range parts(c) {
		id, bad := g.find(w)
		if bad != "" {
			why = bad
		}
		out = append(out, id)
	}
	return out, why
}

// find is the group of an id or a name.
func (g groupNames) find(word string) (id community.GroupID, why string) {
	var names []string
	found := 0
	for _, x := range g.all {
		if string(x.ID) == word {
			return x.ID, ""
		}
		if x.Name == word {
			id, found = x.ID, found+1
		}
		names = append(names, x.Name)
	}
	switch {
	case found == 1:
		return id, ""
	case found > 1:
		return id, "有几个群都叫「" + printable(word, 30) + "」，请写群的编号"
	case len(g.all) == 0:
		return community.GroupID(word), ""
	}
	why = "没有「" + printable(word, 30) + "」这个群"
	if near := community.Nearest(word, names); near != "" {
		why += "，是不是「" + near + "」？"
	}
	return community.GroupID(word), why
}
