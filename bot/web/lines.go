package web

import (
	"encoding/json"
	"hash/fnv"
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/bot"
	"linli/community"
)

// recallFor is how long somebody may take their words back.
const recallFor = 2 * time.Minute

// dividerGap is the silence after which the time is written between two bubbles.
const dividerGap = 5 * time.Minute

// A line is one bubble as one person sees it.
type line struct {
	ID       string
	Rev      string // changes whenever anything shown changes
	At       int64  // nanoseconds; as text they sort as moments do
	When     string // for the divider
	Divider  bool
	Mine     bool
	Own      bool // 小邻's
	System   bool
	Recalled bool
	Away     bool
	Voice    bool
	Roll     bool // a 接龙
	Name     string
	Title    string
	Avatar   avatar
	Parts    []part
	Photos   []string
	Note     string // what stands for a kind we cannot show
	Quote    *quote
	Tag      *tag
	Recall   int64 // milliseconds until which it may be taken back; 0 never
}

// part is a run of text, perhaps a mention, or a number that a tap may call.
type part struct {
	Text    string
	Mention bool
	Call    template.URL
}

// callNumber finds the numbers that stand in an answer: those of the list, and the three for emergencies.
var callNumber = regexp.MustCompile(`0\d{2,3}[- ]\d{4}[- ]?\d{3,4}|1[3-9]\d{9}|400[- ]?\d{3}[- ]?\d{4}|\b(?:110|119|120|12345)\b`)

// callable makes the numbers in 小邻's own words ones that a phone can call. What neighbours write stays as it is.
func callable(parts []part) (out []part) {
	for _, p := range parts {
		last := 0
		for _, at := range callNumber.FindAllStringIndex(p.Text, -1) {
			if last < at[0] {
				out = append(out, part{Text: p.Text[last:at[0]], Mention: p.Mention})
			}
			number := p.Text[at[0]:at[1]]
			out = append(out, part{Text: number, Call: template.URL("tel:" + strings.ReplaceAll(number, " ", ""))})
			last = at[1]
		}
		if last < len(p.Text) {
			out = append(out, part{Text: p.Text[last:], Mention: p.Mention})
		}
	}
	return out
}

type quote struct{ ID, Name, Text string }

// tag shows under a bubble which request it belongs to.
type tag struct {
	ID, Category string
	Urgency      community.Urgency
}

// look is what one person needs to see a conversation.
type look struct {
	device device
	room   room
	now    time.Time
	people []community.Person
	names  map[string]string // titles by sender
	made   map[string]bot.Made
}

// see turns the talk into bubbles.
func (k look) see(talk []bot.Line) []line {
	by := map[string]bot.Line{}
	for _, l := range talk {
		by[l.ID] = l
	}
	var out []line
	var before time.Time
	for _, l := range talk {
		if l.Kind == community.Recall {
			continue
		}
		v := k.one(l, by)
		v.Divider = l.At.Sub(before) > dividerGap
		before = l.At
		v.Rev = revision(v)
		out = append(out, v)
	}
	return out
}

func (k look) one(l bot.Line, by map[string]bot.Line) line {
	v := line{ID: l.ID, At: l.At.UnixNano(), When: longTime(l.At, k.now), Name: l.Name, Own: l.Own, Away: l.Away,
		Mine: !l.Own && l.Sender == k.device.Person, System: l.Kind == community.System, Recalled: l.Recalled,
		Avatar: avatarOf(l.Name), Title: k.names[string(l.Sender)]}
	if l.Own {
		v.Avatar, v.Title = ownAvatar, "社区助手"
	} else if v.Title == "" {
		v.Title = roleNames[l.Role]
	}
	if l.Recalled {
		return v
	}
	v.Voice = l.Kind == community.Voice
	v.Roll = strings.HasPrefix(strings.TrimSpace(l.Text), "#接龙")
	v.Parts = mentions(clean(l.Text), l.Mentions) // our own words are made of what others wrote
	if l.Own {
		v.Parts = callable(v.Parts)
	}
	for _, hash := range l.Blobs {
		v.Photos = append(v.Photos, k.room.Path+"/photo/"+url.PathEscape(hash))
	}
	v.Note = noteOf(l)
	if q, ok := by[l.ReplyTo]; ok && l.ReplyTo != "" {
		v.Quote = &quote{q.ID, q.Name, community.Cut(gist(q), 300)}
		if q.Recalled {
			v.Quote.Text = "（已撤回）"
		}
	}
	if m, ok := k.made[l.ID]; ok && m.Request != nil && k.mayKnow(m) {
		r := m.Request
		v.Tag = &tag{string(r.ID), community.CategoryOf(r.Category).Name, r.Urgency}
	}
	if v.Mine && !v.System {
		v.Recall = l.At.Add(recallFor).UnixMilli()
	}
	return v
}

func noteOf(l bot.Line) string {
	switch {
	case l.Kind == community.Image && len(l.Blobs) == 0:
		return "[图片]"
	case l.Kind == community.Video:
		return "[视频]"
	case l.Kind == community.File:
		return "[文件]"
	}
	return ""
}

// mentions cuts a text at the names it mentions.
func mentions(text string, names []string) []part {
	names = slices.Clone(names)
	slices.SortFunc(names, func(x, y string) int { return len(y) - len(x) })
	var out []part
	plain := 0
	for i := 0; i < len(text); {
		n := 0
		if text[i] == '@' {
			for _, name := range names {
				if name != "" && strings.HasPrefix(text[i+1:], name) {
					n = 1 + len(name)
					break
				}
			}
		}
		if n == 0 {
			i++
			continue
		}
		if plain < i {
			out = append(out, part{Text: text[plain:i]})
		}
		out = append(out, part{Text: text[i : i+n], Mention: true})
		i += n
		plain = i
	}
	if plain < len(text) {
		out = append(out, part{Text: text[plain:]})
	}
	return out
}

// revision is a short fingerprint of what a view shows.
func revision(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	h := fnv.New64a()
	h.Write(raw)
	return strconv.FormatUint(h.Sum64(), 36)
}
