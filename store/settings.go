package store

import (
	"linli/community"
)

// Profile is what the community says about itself.
func Profile(tx Tx) community.Profile {
	var p community.Profile
	get(tx, "cfg/profile", &p)
	return p
}

// PutProfile writes the profile.
func PutProfile(tx Tx, p community.Profile) {
	put(tx, "cfg/profile", p)
	changed(tx, ofConfig, "")
}

// Groups lists the community's groups in the order of their ids.
func Groups(tx Tx) []community.Group { return all[community.Group](tx, "cfg/group/", 0) }

// Group finds one group.
func Group(tx Tx, id community.GroupID) (community.Group, bool) {
	var g community.Group
	ok := get(tx, "cfg/group/"+esc(string(id)), &g)
	return g, ok
}

// PutGroup writes one group.
func PutGroup(tx Tx, g community.Group) {
	put(tx, "cfg/group/"+esc(string(g.ID)), g)
	changed(tx, ofConfig, "")
}

// People is the community's people list: those known by role.
func People(tx Tx) []community.Person { return all[community.Person](tx, "cfg/person/", 0) }

// Person finds somebody in the people list.
func Person(tx Tx, id community.PersonID) (community.Person, bool) {
	var p community.Person
	ok := get(tx, "cfg/person/"+esc(string(id)), &p)
	return p, ok
}

// PutPeople makes the list exactly these people.
func PutPeople(tx Tx, people []community.Person) {
	drop(tx, "cfg/person/")
	for _, p := range people {
		put(tx, "cfg/person/"+esc(string(p.ID)), p)
	}
	changed(tx, ofConfig, "")
}

// Resources is the resource list in the order of its ids.
func Resources(tx Tx) []community.Resource { return all[community.Resource](tx, "res/", 0) }

// PutResources makes the list exactly these rows and gives it a new revision, so that searches index it again.
func PutResources(tx Tx, rows []community.Resource) {
	drop(tx, "res/")
	for _, r := range rows {
		put(tx, "res/"+esc(r.ID), r)
	}
	add(tx, "cfg/revision", 1)
}

// Revision counts the versions of the resource list.
func Revision(tx Tx) int { return number(tx, "cfg/revision") }

func drop(tx Tx, prefix string) {
	var keys []string
	for k := range tx.Scan(prefix, after(prefix)) {
		keys = append(keys, k)
	}
	for _, k := range keys {
		tx.Delete(k)
	}
}
