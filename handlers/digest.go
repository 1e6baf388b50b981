package handlers

import (
	"fmt"
	"strings"
	"time"

	"linli/community"
)

// digest tells those who serve, once a day and in private, what is new, overdue and most urgent.
// An empty day says nothing.
func digest(s *community.Scene, e community.Event) community.Plan {
	var fresh, late, open int
	var worst []string
	for _, r := range s.Requests {
		if !r.State.Live() {
			continue
		}
		open++
		if e.At.Sub(r.Opened) <= 24*time.Hour {
			fresh++
		}
		if r.State.Open() && r.Due.Before(e.At) {
			late++
			worst = append(worst, line(r)+"，回「进度 "+string(r.ID)+"」看详情")
		}
	}
	if open == 0 {
		return community.Plan{Why: "今天没有未办的事，不发日报"}
	}
	text := fmt.Sprintf("早上好。新增 %d 件，未办 %d 件，逾期 %d 件。", fresh, open, late)
	if len(worst) > 0 {
		text += "\n" + strings.Join(worst[:min(len(worst), 5)], "\n")
	}
	p := community.Plan{Why: "发每日摘要"}
	for _, who := range onDuty(s) {
		p.Say = append(p.Say, community.Outgoing{Key: e.Key + "/" + string(who), Kind: "digest", To: who, Because: e.Key, Text: text, Due: e.At, Until: e.At.Add(8 * time.Hour)})
	}
	return p
}
