package handlers

import (
	"cmp"
	"regexp"
	"strings"
	"unicode/utf8"

	"linli/community"
)

// fixed is what staff put right on a request, told of the message that opened it: from it linli can learn.
func fixed(e community.Event, kind string, r community.Request, right community.Label) []community.Correction {
	l, ok := r.Opener()
	if !ok {
		return nil
	}
	return []community.Correction{{Kind: kind, Message: l.Message, Group: l.Group, Sender: l.Sender, About: r.ID, Right: right, By: e.Order.By, At: e.At}}
}

// byState says which correction stands as long as a request is in a state; leaving it takes the correction back.
var byState = map[community.State]string{community.Duplicate: community.FixSame, community.Withdrawn: community.FixNone}

// A part of a place is one field of the form: how it is said around the number, and what it may be.
type placePart struct {
	arg, name string
	said      *regexp.Regexp // what people write behind the number
	may       *regexp.Regexp
	at        func(*community.Place) *string
}

var (
	code = regexp.MustCompile(`^[\p{Han}A-Z]?\d{0,5}[A-Z]?$`) // 3, A5, 甲1, 东
	door = regexp.MustCompile(`^(?:[A-Z]?\d{1,5}[A-Z]?)?$`)
)

var placeParts = []placePart{
	{"building", "楼号", regexp.MustCompile(`(?:号?楼|幢|栋|号)$`), code, func(p *community.Place) *string { return &p.Building }},
	{"unit", "单元", regexp.MustCompile(`(?:号?单元|号?门洞?)$`), code, func(p *community.Place) *string { return &p.Unit }},
	{"floor", "楼层", regexp.MustCompile(`(?:楼|层)$`), regexp.MustCompile(`^-?\d{0,3}$`), func(p *community.Place) *string { return &p.Floor }},
	{"room", "房号", regexp.MustCompile(`(?:室|号)$`), door, func(p *community.Place) *string { return &p.Room }},
	// a public place has a name and no long number: those are phones and accounts
	{"place", "地点", regexp.MustCompile(`[。，,.]+$`), regexp.MustCompile(`^(?:[^\d\p{Cc}]*\d{0,3}(?:[^\d\p{Cc}]|$))*$`), func(p *community.Place) *string { return &p.Name }},
}

// longestPart is how many characters a part of a place may have.
const longestPart = 20

// placeOf reads what staff wrote into the form of a place.
func placeOf(args map[string]string) (p community.Place, err error) {
	for _, x := range placeParts {
		s := strings.TrimSpace(args[x.arg])
		if x.arg != "place" {
			s = strings.ToUpper(plainDigits(s))
		}
		s = x.said.ReplaceAllString(s, "")
		if utf8.RuneCountInString(s) > longestPart || !x.may.MatchString(s) {
			return p, errText(x.name + "写得不对，请只写" + x.name)
		}
		*x.at(&p) = s
	}
	if p.Empty() {
		return p, errText("位置一项也没有写")
	}
	return p, nil
}

// plainDigits makes half-width letters and digits of full-width ones.
func plainDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, s)
}

// place puts right where the problem is.
func place(s *community.Scene, e community.Event) community.Plan {
	p := onRequest(s, e, func(r community.Request) (community.Request, error) {
		to, err := placeOf(e.Order.Args)
		switch {
		case err != nil:
			return r, err
		case to == r.Where:
			return r, errText("位置本来就是这样")
		}
		was := r.Where
		r.Where, r.Asked = to, false
		return r.Note(e.Order.By, e.At, placeChanged(was, to), e.Key), nil
	})
	for _, r := range p.Requests {
		p.Fixes = fixed(e, community.FixPlace, r, community.Label{Where: r.Where})
	}
	return p
}

// placeChanged tells of a change without a room.
func placeChanged(was, is community.Place) string {
	if was.String() == is.String() {
		return "改了楼层或房号"
	}
	return "位置由「" + cmp.Or(was.String(), "不明") + "」改为「" + cmp.Or(is.String(), "不明") + "」"
}

// noneNames are what a message may have been that was taken for a request and was none.
var noneNames = map[community.Intent]string{community.Chat: "闲聊", community.Question: "在打听", community.Answer: "在回答别人"}

// none withdraws what was never a request.
func none(s *community.Scene, e community.Event) community.Plan {
	as := community.Intent(e.Order.Args["as"])
	p := onRequest(s, e, func(r community.Request) (community.Request, error) {
		if noneNames[as] == "" {
			return r, errText("请选它本来是什么")
		}
		return r.Move(community.Withdrawn, e.Order.By, e.At, "本来就不是诉求，是"+noneNames[as], e.Key)
	})
	for _, r := range p.Requests {
		p.Fixes = fixed(e, community.FixNone, r, community.Label{Intent: as})
	}
	return p
}

// answerBelongs notes which row answers a question that found none, and takes its flag down.
func answerBelongs(s *community.Scene, e community.Event) community.Plan {
	a := e.Order.Args
	if !e.Order.Role.Serves() {
		return community.Plan{Why: "没有做：这一步要由社区工作人员来做"}
	}
	if a["message"] == "" || a["key"] != unansweredKey(community.GroupID(a["group"]), a["message"]) {
		return community.Plan{Why: "没有做：不知道是哪一个问题"}
	}
	right, why := community.Label{Intent: community.Question}, "记下了：清单里没有这个问题的答案"
	if a["row"] != "" {
		if len(s.Rows) == 0 || s.Rows[0].ID != a["row"] {
			return community.Plan{Why: "没有做：清单里没有这一行"}
		}
		right.Rows, why = []string{a["row"]}, "记下了：这个问题由清单的「"+s.Rows[0].Name+"」来答"
	}
	return community.Plan{Why: why, Lower: []string{a["key"]}, Fixes: []community.Correction{{Kind: community.FixAnswer, Message: a["message"],
		Group: community.GroupID(a["group"]), Sender: community.PersonID(a["sender"]), Right: right, By: e.Order.By, At: e.At}}}
}

// unansweredKey names the flag of a question that the list cannot answer.
func unansweredKey(g community.GroupID, message string) string {
	return "unanswered/" + string(g) + "/" + message
}
