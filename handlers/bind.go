package handlers

import (
	"strings"
	"unicode/utf8"

	"linli/community"
)

// groupKinds are the kinds a new group may have.
var groupKinds = map[community.GroupKind]bool{
	community.BuildingGroup: true, community.EstateGroup: true, community.VolunteerGroup: true,
	community.PropertyGroup: true, community.InterestGroup: true, community.StaffGroup: true,
}

// bind makes a handle nobody knew an ear and mouth of a group, which may be a new one.
func bind(s *community.Scene, e community.Event) community.Plan {
	o := e.Order
	if !o.Role.Serves() || o.Role == community.Property {
		return community.Plan{Why: "没有做：接入群要由社区工作人员来做"}
	}
	h := community.Handle{Channel: o.Args["channel"], ID: o.Args["handle"]}
	if h.Channel == "" || h.ID == "" {
		return community.Plan{Why: "没有做：不知道是哪一个群"}
	}
	if o.Args["private"] != "" {
		return community.Plan{Why: "一个私聊归到本社区"} // it belongs to no group: the house alone notes whose it is
	}
	g, known := s.Groups[community.GroupID(o.Args["group"])]
	if !known {
		var problem string
		if g, problem = newGroup(o.Args); problem != "" {
			return community.Plan{Why: "没有做：" + problem}
		}
	}
	for _, other := range s.Groups {
		if _, fresh := other.With(h); !fresh && other.ID != g.ID {
			return community.Plan{Why: "没有做：它已经接在「" + other.Name + "」上了"}
		}
	}
	g, _ = g.With(h)
	if known {
		return community.Plan{Why: "接入到「" + g.Name + "」", Groups: []community.Group{g}}
	}
	return community.Plan{Why: "新建了「" + g.Name + "」并接入", Groups: []community.Group{g}}
}

// newGroup reads a group from what staff wrote, or says what is missing.
func newGroup(args map[string]string) (community.Group, string) {
	g := community.Group{ID: community.GroupID(args["group"]), Name: strings.TrimSpace(args["name"]), Kind: community.GroupKind(args["kind"]),
		Building: strings.TrimSpace(args["building"])}
	switch {
	case g.ID == "":
		return g, "不知道接到哪个群"
	case g.Name == "":
		return g, "新建一个群，请写上群名"
	case utf8.RuneCountInString(g.Name) > 40:
		return g, "群名请不要超过 40 个字"
	case !groupKinds[g.Kind]:
		return g, "请选这是什么群"
	case g.Kind == community.BuildingGroup && g.Building == "":
		return g, "楼栋群请写上楼号，比如 3"
	case g.Kind != community.BuildingGroup:
		g.Building = ""
	}
	return g, ""
}
