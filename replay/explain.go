package replay

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"linli/community"
)

// A Screen is what Explain writes on.
type Screen struct {
	Width int  // columns; 0 = 100
	Color bool // it understands colours
}

// Explain writes the conversation with, beside each line, what was made of it;
// what 小邻 said stands where it was said. The requests follow at the end.
func Explain(w io.Writer, r Result, s Screen) error {
	out := bufio.NewWriter(w)
	p := page{out: out, width: max(cmp.Or(s.Width, 100), 40), color: s.Color}
	p.left = (p.width - 3) * 11 / 20
	said := r.Said
	for _, o := range r.Outcomes {
		for len(said) > 0 && said[0].At.Before(o.Heard.Message.At) {
			p.own(said[0])
			said = said[1:]
		}
		p.heard(o)
	}
	for _, s := range said {
		p.own(s)
	}
	p.requests(r.Requests)
	return out.Flush()
}

// page writes two columns.
type page struct {
	out         *bufio.Writer
	width, left int
	color       bool
	day         string
}

var shanghai = time.FixedZone("CST", 8*3600)

// The colours of a terminal, by what is shown in them.
const (
	dim    = "2"
	green  = "32"
	red    = "31;1"
	yellow = "33"
	cyan   = "36"
)

// intentColor shows at a glance what a line was taken for.
var intentColor = map[community.Intent]string{community.Asks: yellow, community.More: yellow, community.Same: yellow, community.Done: yellow,
	community.Question: cyan, community.Signup: cyan, community.Command: cyan}

func (p *page) heard(o Outcome) {
	m, rd := o.Heard.Message, o.Heard.Reading
	p.newDay(m.At)
	words := m.Text
	if o.Heard.Recalled {
		words = "（已撤回）"
	} else if words == "" {
		words = "[" + cmp.Or(kindNames[m.Kind], string(m.Kind)) + "]"
	}
	what, color := string(cmp.Or(rd.Intent, community.Chat)), intentColor[rd.Intent]
	if o.Heard.Request != "" {
		what += " #" + string(o.Heard.Request)
	}
	if rd.Urgency == community.Emergency {
		what, color = what+" 紧急", red
	}
	p.row(fmt.Sprintf("%s %s %s：", m.At.In(shanghai).Format("15:04"), m.Group, m.Name), words, "", what, o.Why, cmp.Or(color, dim))
}

var kindNames = map[community.Kind]string{community.Image: "图片", community.Voice: "语音", community.Video: "视频", community.File: "文件",
	community.Recall: "撤回了一条消息", community.System: "系统消息"}

func (p *page) own(s community.Said) {
	p.newDay(s.At)
	to := string(s.Out.Group)
	if s.Out.To != "" {
		to = "私聊 " + string(s.Out.To)
	}
	about := ""
	if s.Out.About != "" {
		about = "#" + string(s.Out.About) + " "
	}
	p.row(fmt.Sprintf("%s %s 小邻：", s.At.In(shanghai).Format("15:04"), to), s.Out.Text, green, "↑ "+s.Out.Kind, about+"因为 "+s.Out.Because, dim)
}

func (p *page) newDay(t time.Time) {
	if day := t.In(shanghai).Format("2006-01-02"); day != p.day {
		p.day = day
		fmt.Fprintln(p.out, p.paint(dim, "── "+day+" "+strings.Repeat("─", p.width-cells(day)-4)))
	}
}

// row writes who and words on the left, what and why on the right.
func (p *page) row(who, words, color, what, why, whatColor string) {
	left := wrap(who+tame(words), p.left, 2)
	right := wrap(what+" "+tame(why), p.width-p.left-3, 2)
	for i := range max(len(left), len(right)) {
		l, r := at(left, i), at(right, i)
		pad := strings.Repeat(" ", p.left-cells(l))
		if i == 0 {
			r = p.paint(whatColor, what) + strings.TrimPrefix(r, what)
		}
		line := p.paint(color, l) + pad + " " + p.paint(dim, "│") + " " + r
		fmt.Fprintln(p.out, strings.TrimRight(line, " "))
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func (p *page) paint(color, s string) string {
	if !p.color || color == "" || s == "" {
		return s
	}
	return "\x1b[" + color + "m" + s + "\x1b[0m"
}

func (p *page) requests(all []community.Request) {
	fmt.Fprintln(p.out, p.paint(dim, strings.Repeat("─", p.width)))
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b community.Request) int { return a.Opened.Compare(b.Opened) })
	for _, r := range all {
		var ids []string
		for _, l := range r.Lines {
			ids = append(ids, l.Message)
		}
		line := fmt.Sprintf("#%s %s %s %s %s %d 人：%s", r.ID, community.CategoryOf(r.Category).Name, cmp.Or(r.Where.String(), "位置不明"),
			urgencyNames[r.Urgency], community.StateNames[r.State], len(r.Supporters), strings.Join(ids, " "))
		for _, l := range wrap(line, p.width, 4) {
			fmt.Fprintln(p.out, l)
		}
	}
}

var urgencyNames = map[community.Urgency]string{community.Emergency: "紧急", community.Urgent: "当天", community.Normal: "一般"}
