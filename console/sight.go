package console

import (
	"linli/community"
)

// runs reports whether somebody runs the community's affairs: hands out work,
// merges, binds groups and lets people in. 物业 only works on what was handed to it.
func (m me) runs() bool { return m.Who.Role != community.Property }

// intimate reports whether somebody may see what is handled in private.
func (m me) intimate() bool { return m.Who.Role == community.Staff || m.Who.Role == community.Chair }

// sees reports whether somebody may see a request.
func (m me) sees(r community.Request) bool {
	return (m.runs() || r.Owner == m.Who.ID) && (!r.Private || m.intimate())
}

// hushed are the kinds of flag that tell of somebody's private affairs.
var hushed = map[string]bool{"private": true, "quarrel": true}

// seesFlag reports whether somebody may see a flag, given what is known of the request and the message it is about.
func (m me) seesFlag(f community.Flag, about *community.Request, said *community.Message) bool {
	delicate := hushed[f.Kind] || about != nil && about.Private || said != nil && said.Private
	return m.runs() && (!delicate || m.intimate())
}

// ranks orders those who serve: nobody makes a login link for somebody above them.
var ranks = map[community.Role]int{community.Property: 1, community.Staff: 2, community.Chair: 3, community.Admin: 4}

// mayLogIn reports whether somebody may make a login link for p.
func (m me) mayLogIn(p community.Person) bool {
	return m.runs() && p.Role.Serves() && ranks[p.Role] <= ranks[m.Who.Role]
}
