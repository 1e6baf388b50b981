package onebot

import (
	"regexp"
	"strings"

	"linli/community"
)

// A place is what a handle of ours names: a group or a person, seen by one account.
type place struct {
	self  string
	group bool
	id    ident
}

var accountForm = regexp.MustCompile(`^[0-9A-Za-z_.@:-]{1,64}$`)

// GroupHandle is the handle of a group as the account sees it; id is a whole number, or s: and a string id.
func GroupHandle(self, id string) community.Handle {
	return community.Handle{Channel: channelName, ID: self + "/g/" + id}
}

// PrivateHandle is the handle of a person's chat with the account.
func PrivateHandle(self, id string) community.Handle {
	return community.Handle{Channel: channelName, ID: self + "/p/" + id}
}

func (p place) handle() community.Handle {
	if p.group {
		return GroupHandle(p.self, p.id.String())
	}
	return PrivateHandle(p.self, p.id.String())
}

// parseHandle reads a handle of this channel.
func parseHandle(h community.Handle) (place, bool) {
	self, rest, _ := strings.Cut(h.ID, "/")
	kind, name, ok := strings.Cut(rest, "/")
	id, whole := parseIdent(name)
	if h.Channel != channelName || !ok || !whole || !accountForm.MatchString(self) || kind != "g" && kind != "p" {
		return place{}, false
	}
	return place{self, kind == "g", id}, true
}

// personMark starts the ids of people known through this channel: onebot-10001, onebot-s:wxid_abc.
const personMark = channelName + "-"

func personID(user ident) community.PersonID { return community.PersonID(personMark + user.String()) }

// userOf is the platform's id of a person; ok is false for people of other channels and for the anonymous.
// Nobody may be called "all": to mention that name would ring everybody.
func userOf(p community.PersonID) (ident, bool) {
	name, ours := strings.CutPrefix(string(p), personMark)
	id, ok := parseIdent(name)
	return id, ours && ok && !strings.EqualFold(strings.TrimSpace(id.text), "all")
}

// messageMark starts the ids of this channel's messages, so that an id of another channel is never quoted here.
const messageMark = "o"

func messageID(id ident) string { return messageMark + id.text }
