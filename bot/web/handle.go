package web

import (
	"net/url"
	"slices"
	"strings"

	"linli/community"
)

const channelName = "web"

// privateConv is what a person's own chat with 小邻 is called in addresses; no group id may look like it.
const privateConv = "@me"

// GroupHandle is a group's handle in the web chat.
func GroupHandle(c community.ID, g community.GroupID) community.Handle {
	return community.Handle{Channel: channelName, ID: string(c) + "/" + url.PathEscape(string(g))}
}

// PrivateHandle is the handle of a person's chat with 小邻.
func PrivateHandle(c community.ID, p community.PersonID) community.Handle {
	return community.Handle{Channel: channelName, ID: string(c) + "/@" + url.PathEscape(string(p))}
}

// where is what a handle of ours names: a group or a person.
type where struct {
	community community.ID
	group     community.GroupID
	person    community.PersonID
}

// parseHandle reads a handle that GroupHandle or PrivateHandle made.
func parseHandle(h community.Handle) (where, bool) {
	c, rest, ok := strings.Cut(h.ID, "/")
	if h.Channel != channelName || !ok || c == "" || rest == "" {
		return where{}, false
	}
	name, private := strings.CutPrefix(rest, "@")
	id, err := url.PathUnescape(name)
	if err != nil || id == "" {
		return where{}, false
	}
	if private {
		return where{community: community.ID(c), person: community.PersonID(id)}, true
	}
	return where{community: community.ID(c), group: community.GroupID(id)}, true
}

func has(g community.Group, h community.Handle) bool { return slices.Contains(g.Handles, h) }
