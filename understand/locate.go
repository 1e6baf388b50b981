package understand

import (
	"regexp"

	"linli/community"
)

var village = regexp.MustCompile(`(\d{1,3})号(?:门口|家|那|旁|前|后|边|院|屋|的|门|老|隔壁|对门|墙|楼上|楼下|出租|下水|阴沟|天井|厕所|店)`)

// likely is the sum above which a home's unit and room are taken: a little less than even, for
// staff see them only, and who goes there asks.
const likely = -0.5

// inside is the same where the words speak of a room of one's own: 卧室, 我家厨房.
const inside = -2

// locate is the problem's place: what was said, just now or leading up to it, else the
// group's own building or the speaker's home as far as the words sound like it.
func (r *Reader) locate(l *look, before []string) community.Place {
	p := l.said(r.houses, before)
	home := r.houses.home(l.m.Name)
	if r.villages && p.Building == "" {
		if m := village.FindStringSubmatch(l.t); m != nil {
			p.Building = m[1]
		}
	}
	group := r.buildings[l.m.Group]
	if p.Building == "" {
		switch {
		case home.Building != "" && l.homes[homeBuilding] > 0 && (home.Building == group || l.homes[homeBuilding] > l.homes[groupBuilding]):
			p.Building = home.Building
			if p.Name == "" {
				p.Name = home.Name
			}
		case group != "" && l.homes[groupBuilding] > 0:
			p.Building = group
		}
	}
	if p.Building == "" || p.Building != home.Building {
		return p
	}
	even := float32(likely)
	if l.has("home.inner") || l.has("home.mine") {
		even = inside
	}
	if p.Unit == "" && l.homes[homeUnit] > even {
		p.Unit = home.Unit
	}
	if p.Room == "" && l.homes[homeRoom] > even {
		p.Room = home.Room
	}
	return p
}

// said is the place in the words themselves, and in those that led up to them.
func (l *look) said(houses houses, before []string) community.Place {
	p := l.where
	for _, heard := range l.s.Recent {
		if heard.Message.Group == l.m.Group && heard.Message.Sender == l.m.Sender && contained(before, heard.Message.ID) {
			p = p.Or(houses.in(Normalise(heard.Message.Text)))
		}
	}
	return p
}

// Places tells training what is known of a place without guessing: what was said, the speaker's home, and the group's building.
func (r *Reader) Places(s *community.Scene, m community.Message, before []string) (said, home community.Place, group string) {
	l := r.look(s, m)
	return l.said(r.houses, before), r.houses.home(m.Name), r.buildings[m.Group]
}
