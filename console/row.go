package console

import (
	"slices"
	"time"

	"linli/calendar"
	"linli/community"
)

// row is one request in a list.
type row struct {
	ID, Path        string
	Category, Place string
	Summary         string
	Urgency         community.Urgency
	UrgencyName     string
	State           string
	Live            bool
	Private         bool
	Supporters      int
	Groups          int
	Owner           string
	Due, Left       string
	Over            bool
}

func rowOf(r community.Request, people []community.Person, now time.Time) row {
	v := row{ID: string(r.ID), Path: pathOf(r.ID), Category: community.CategoryOf(r.Category).Name, Place: r.Where.String(), Summary: r.Summary,
		Urgency: r.Urgency, UrgencyName: urgencyNames[r.Urgency], State: community.StateNames[r.State], Live: r.State.Live(), Private: r.Private,
		Supporters: len(r.Supporters), Groups: len(r.Groups), Owner: nameOf(people, r.Owner)}
	if !r.Due.IsZero() && r.State.Open() {
		v.Due = dated(r.Due)
		v.Left, v.Over = calendar.Left(r.Due, now)
	}
	return v
}

// nameOf finds a name in the people list; "" for nobody.
func nameOf(people []community.Person, id community.PersonID) string {
	i := slices.IndexFunc(people, func(p community.Person) bool { return p.ID == id })
	switch {
	case id == "":
		return ""
	case i < 0:
		return "不在名单里的人"
	}
	return people[i].Name
}
