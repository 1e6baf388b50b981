package calendar

import (
	"fmt"
	"time"
)

// Left says in Chinese how long is left until t ("还有 3 天"), or how long it is over ("已超 2 小时").
func Left(t, now time.Time) (text string, over bool) {
	d := t.Sub(now)
	if d < 0 {
		d, over = -d, true
	}
	switch {
	case d < time.Hour:
		text = fmt.Sprintf("%d 分钟", int(d.Minutes())+1)
	case d < 48*time.Hour:
		text = fmt.Sprintf("%d 小时", int(d.Hours()))
	default:
		text = fmt.Sprintf("%d 天", int(d.Hours()/24))
	}
	if over {
		return "已超 " + text, true
	}
	return "还有 " + text, false
}
