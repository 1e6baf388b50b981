package handlers

import (
	"fmt"
	"time"

	"linli/community"
)

// How long what people said is kept, if the community has not set it otherwise; the keys by which a
// message said twice is known stay a week longer than any job may be late.
const (
	keepDays = 90
	keyDays  = 97
)

// prune lets the old talk go, every night.
func prune(s *community.Scene, e community.Event) community.Plan {
	days := s.Profile.KeepDays
	if days <= 0 {
		days = keepDays
	}
	day := 24 * time.Hour
	return community.Plan{Why: fmt.Sprintf("每晚清理：聊天原文只留 %d 天", days),
		Forget: &community.Forget{Talk: e.At.Add(-time.Duration(days) * day), Inbox: e.At.Add(-time.Duration(max(days, keyDays)) * day)}}
}
