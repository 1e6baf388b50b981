package onebot

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"linli/bot"
	"linli/community"
)

// message makes a message of an event; ok is false when nothing is in it.
func (c *Channel) message(ctx context.Context, at place, e event) (m community.Message, ok bool) {
	m = community.Message{ID: messageID(e.ID), Handle: at.handle(), Sender: personID(e.User), Kind: community.Text, Private: !at.group, At: momentOf(e)}
	if e.Post == "notice" {
		// The author's own recall and an admin's look alike to us: the words are gone.
		m.Kind, m.Target, m.ID = community.Recall, messageID(e.ID), "recall-"+messageID(e.ID)
		return m, true
	}
	m.Name = c.speaker(at, e)
	m.FromBot = e.Sender.IsBot == "true" || c.robots[e.User.text]
	if a := e.Anonymous; e.Sub == "anonymous" && a != nil {
		m.Sender = community.PersonID(personMark + "anon/" + at.id.String() + "/" + a.ID.text)
		m.Name = cmp.Or(tidyName(string(a.Name)), "匿名群友")
	}
	if at.group {
		c.names.learnTitle(ctx, c, at)
	}
	c.fill(ctx, &m, at, e.Body)
	switch {
	case e.Sub == "notice":
		m.Kind, m.Sender, m.Name = community.System, personMark+"system", "系统"
	case m.Text == "" && len(m.Blobs) == 0 && m.Kind == community.Text && !m.MentionsBot:
		return m, false
	}
	return m, true
}

// speaker is what the sender is called in that group: the group card, else the nickname.
func (c *Channel) speaker(at place, e event) string {
	name := cmp.Or(tidyName(string(e.Sender.Card)), tidyName(string(e.Sender.Nickname)))
	if name == "" {
		return e.User.text
	}
	if at.group {
		c.names.put(cardKey(at, e.User), name)
	}
	return name
}

// tidyName takes out of a name what is not seen, and what could make it look like something else.
func tidyName(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(community.Cut(s, 256)), " ")
}

// stands is what is written for a segment that we cannot show, and the kind it makes of a message without words.
var stands = map[string]struct {
	text string
	kind community.Kind
}{
	"record": {"", community.Voice}, "video": {"", community.Video}, "file": {"", community.File},
	"face": {"[表情]", ""}, "mface": {"[表情]", ""}, "share": {"[链接]", ""}, "location": {"[位置]", ""},
	"forward": {"[聊天记录]", ""}, "json": {"[卡片]", ""}, "xml": {"[卡片]", ""}, "contact": {"[名片]", ""}, "music": {"[音乐]", ""},
}

// fill reads the segments into the message.
func (c *Channel) fill(ctx context.Context, m *community.Message, at place, parts []segment) {
	var text strings.Builder
	kind := community.Text
	for _, p := range parts {
		switch p.Type {
		case "text":
			t := string(p.Data["text"])
			if strings.HasSuffix(text.String(), " ") { // a name before it brought its own space
				t = strings.TrimPrefix(t, " ")
			}
			text.WriteString(t)
		case "at":
			c.mentioned(ctx, m, at, p, &text)
		case "reply":
			if id := string(p.Data["id"]); id != "" && sound(id) {
				m.ReplyTo = c.sent.quoted(at, id)
			}
		case "image":
			kind = community.Image
			if hash, ok := c.photos.keep(ctx, c.log, p); ok && !slices.Contains(m.Blobs, hash) {
				m.Blobs = append(m.Blobs, hash)
			}
		default:
			s := stands[p.Type]
			text.WriteString(s.text)
			kind = cmp.Or(s.kind, kind)
		}
	}
	m.Text = c.ownName(at, m, clean(text.String()))
	if m.Text == "" {
		m.Kind = kind
	} else if kind == community.Voice {
		m.Kind = kind // words beside a voice message are what the bridge recognised
	}
	m.Text = community.Cut(m.Text, community.MaxText)
}

// mentioned reads an at: our own name is not part of the words, everybody else's is.
func (c *Channel) mentioned(ctx context.Context, m *community.Message, at place, p segment, text *strings.Builder) {
	who := string(p.Data["qq"])
	switch {
	case who == "" || !sound(who):
	case who == at.self:
		m.MentionsBot = true
	case who == "all":
		text.WriteString("@所有人 ")
	default:
		like := at.id // an id in a segment is always a string; it is asked for in the kind of the sender's
		if sender, ok := userOf(m.Sender); ok {
			like = sender
		}
		name := c.names.card(ctx, c, at, ident{who, like.number && wholeNumber.MatchString(who)}, tidyName(string(p.Data["name"])))
		if !slices.Contains(m.Mentions, name) {
			m.Mentions = append(m.Mentions, name)
		}
		text.WriteString("@" + name + " ")
	}
}

// ownName finds our name typed as text, as bridges that see only the screen bring it, and takes it out.
func (c *Channel) ownName(at place, m *community.Message, text string) string {
	for _, name := range []string{bot.OwnName, c.names.nickname(at.self)} {
		i := strings.Index(text, "@"+name)
		if name == "" || i < 0 {
			continue
		}
		after := text[i+1+len(name):]
		if r := []rune(after); len(r) > 0 && (unicode.IsLetter(r[0]) && !unicode.Is(unicode.Han, r[0]) || unicode.IsDigit(r[0])) {
			continue // a longer name begins like ours
		}
		m.MentionsBot = true
		text = strings.TrimSpace(text[:i] + strings.TrimLeftFunc(after, unicode.IsSpace))
	}
	return text
}

// clean takes control characters and broken text out of what somebody wrote.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}
