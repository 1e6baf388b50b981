package understand

import (
	"strings"

	"linli/community"
)

// why is the evidence in one line: the words of the phrases that speak for the act.
func (l *look) why(a Act) string {
	var shown []string
	for _, h := range l.hits {
		if !speaksFor(words.names[h.class], a) {
			continue
		}
		w := string(l.runes[h.start:h.end])
		if len(shown) < 3 && !contains(shown, w) {
			shown = append(shown, w)
		}
	}
	out := actNames[a]
	if len(shown) > 0 {
		out += "：「" + Mask(strings.Join(shown, "」「")) + "」"
	}
	return out
}

func contains(list []string, w string) bool {
	for _, x := range list {
		if strings.Contains(x, w) {
			return true
		}
	}
	return false
}

// actNames are the acts in words.
var actNames = [acts]string{"没有要办的事", "在回应别人", "在打听", "报名", "给小邻的指令", "像是要说一件事的开头", "说出一件要办的事", "接着说", "说自己也一样", "说好了", "说还没好"}

var signs = [acts][]string{
	ActChat:     {"chat.", "hush.", "notice", "q.rhet", "mask"},
	ActAnswer:   {"advise", "offer", "promise"},
	ActQuestion: {"q."},
	ActCommand:  {"act."},
	ActLead:     {"c.", "fault"},
	ActAsks:     {"f.", "danger.", "fault", "act.ask", "propose"},
	ActMore:     {"chase", "f.", "fault"},
	ActSame:     {"same."},
	ActDone:     {"done"},
	ActStill:    {"still", "fault", "f."},
}

func speaksFor(name string, a Act) bool {
	for _, s := range signs[a] {
		if strings.HasPrefix(name, s) {
			return true
		}
	}
	return false
}

var _ = community.Chat
