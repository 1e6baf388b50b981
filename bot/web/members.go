package web

import (
	"slices"

	"linli/bot"
)

// A member is somebody whose name may stand after an @.
type member struct {
	Name  string `json:"name"`
	Title string `json:"title,omitempty"`
	Face  string `json:"face"`
	Class string `json:"class"`
}

// members are 小邻, who spoke here lately, the last first, and who serves the community.
func (k look) members(talk []bot.Line) []member {
	out := []member{memberOf(bot.OwnName, "社区助手")}
	add := func(name, title string) {
		if name != "" && !slices.ContainsFunc(out, func(m member) bool { return m.Name == name }) {
			out = append(out, memberOf(name, title))
		}
	}
	for _, l := range slices.Backward(talk) {
		if l.Sender != k.device.Person {
			add(l.Name, k.names[string(l.Sender)])
		}
	}
	for _, p := range k.people {
		if p.ID != k.device.Person && p.Role.Serves() {
			add(p.Name, titleOf(p))
		}
	}
	return out
}

func memberOf(name, title string) member {
	a := avatarOf(name)
	return member{name, title, a.Char, a.Class}
}
