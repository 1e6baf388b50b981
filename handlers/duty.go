package handlers

import (
	"maps"
	"slices"
	"strings"

	"linli/community"
)

// helpFor is the row whose number belongs into an emergency: one that speaks of this very danger. A
// search always finds something, and a wrong number is worse than none.
func helpFor(rows []community.Resource, r community.Request) community.Resource {
	words := []string{"燃气", "煤气", "天然气"}
	if r.Category == "elevator" {
		words = []string{"电梯"}
	}
	for _, row := range rows {
		of := row.Name + row.Category + strings.Join(row.Keywords, " ")
		if row.Phone != "" && slices.ContainsFunc(words, func(w string) bool { return strings.Contains(of, w) }) {
			return row
		}
	}
	return community.Resource{}
}

// gist is what staff need to know at once: the masked words, or at least the kind.
func gist(r community.Request) string {
	if r.Summary != "" {
		return "「" + r.Summary + "」"
	}
	return community.CategoryOf(r.Category).Name
}

func whereOr(r community.Request, unknown string) string {
	if w := r.Where.String(); w != "" {
		return w
	}
	return unknown
}

func sortedGroups(s *community.Scene) []community.Group {
	return slices.SortedFunc(maps.Values(s.Groups), func(a, b community.Group) int { return strings.Compare(string(a.ID), string(b.ID)) })
}

// onDuty are the people rung in an emergency, in the order of their ids.
func onDuty(s *community.Scene) []community.PersonID {
	var out []community.PersonID
	for id, p := range s.People {
		if p.Role == community.Staff || p.Role == community.Chair {
			out = append(out, id)
		}
	}
	sortPeople(out)
	return out
}
