package store

import (
	"time"

	"linli/community"
)

// What waits to be said waits in one of three lanes, so that an emergency stands
// behind nothing and a draft, which waits for a person, stands before nothing.
var lanes = []string{"outnow/", "outdue/", "outdraft/"}

func laneOf(o community.Outgoing) string {
	switch {
	case o.Draft:
		return lanes[2]
	case o.Urgent:
		return lanes[0]
	}
	return lanes[1]
}

// A Turn tells whether something that is due may be said now. A later moment
// puts it off until then; neither leaves it where it is.
type Turn struct {
	Now   bool
	Later time.Time
}

// lookAt bounds how much one claim looks at, so that no backlog holds up the writer.
const lookAt = 256

// Ready reports in a View whether Claim would have something to do. It costs the writer nothing.
func Ready(tx Tx, now time.Time, turn func(community.Outgoing) Turn) bool {
	for _, w := range due(tx, now) {
		if !w.Claimed.IsZero() || late(w.Out, now) {
			return true
		}
		if t := turn(w.Out); t.Now || t.Later.After(now) {
			return true
		}
	}
	return false
}

// ClaimAs takes up to n of what is due and has its turn, emergencies first, for
// the time until `until`. A claim found expired means that somebody died in the
// middle: nobody knows whether it was said. An emergency is then said again;
// anything else is noted as perhaps said, for staff, and never repeated.
func ClaimAs(tx Tx, now, until time.Time, n int, turn func(community.Outgoing) Turn) []community.Outgoing {
	var out []community.Outgoing
	for _, w := range due(tx, now) {
		switch {
		case len(out) >= n:
			return out
		case !w.Claimed.IsZero() && !w.Out.Urgent:
			Finish(tx, w.Out.Key, community.Said{At: now, Fate: community.PerhapsSaid, Detail: "发送途中程序中断，不确定是否已发出，没有重发"})
			continue
		case late(w.Out, now):
			finish(tx, w, community.Said{Out: w.Out, At: now, Fate: community.Dropped, Detail: "过了时效，没有再发"})
			missed(tx, w.Out, now)
			continue
		}
		if t := turn(w.Out); t.Now {
			unlist(tx, w)
			w.Claimed, w.Tries = until, w.Tries+1
			list(tx, w)
			out = append(out, w.Out)
		} else if t.Later.After(now) {
			Later(tx, w.Out.Key, t.Later)
		}
	}
	return out
}

// Claim is ClaimAs for somebody who only knows what can be said and what cannot.
func Claim(tx Tx, now, until time.Time, n int, can func(community.Outgoing) bool) []community.Outgoing {
	return ClaimAs(tx, now, until, n, func(o community.Outgoing) Turn { return Turn{Now: can(o)} })
}

// Orphans gives up every claim. Only who knows that nobody else is at work may
// say so: a program that has just started on a store it has for itself.
func Orphans(tx Tx, now time.Time) {
	for _, w := range follow[Waiting](tx, "outnow/", "outnow0", 0) {
		orphan(tx, w, now)
	}
	for _, w := range follow[Waiting](tx, "outdue/", "outdue0", 0) {
		orphan(tx, w, now)
	}
}

func orphan(tx Tx, w Waiting, now time.Time) {
	if w.Claimed.After(now) {
		unlist(tx, w)
		w.Claimed = now
		list(tx, w)
	}
}

// due are the emergencies whose moment has come, then the rest, then drafts that have become old.
func due(tx Tx, now time.Time) []Waiting {
	end := stamp(now.Add(time.Nanosecond))
	var out []Waiting
	for _, lane := range lanes[:2] {
		out = append(out, follow[Waiting](tx, lane, lane+end, lookAt)...)
	}
	for _, w := range follow[Waiting](tx, lanes[2], lanes[2]+end, lookAt) {
		if late(w.Out, now) {
			out = append(out, w)
		}
	}
	return out
}

func late(o community.Outgoing, now time.Time) bool { return !o.Until.IsZero() && now.After(o.Until) }

// missed shows staff that a word which had to be heard never left the house.
func missed(tx Tx, o community.Outgoing, now time.Time) {
	if o.Urgent {
		Raise(tx, community.Flag{Key: "missed/" + string(o.About), At: now, Kind: "missed", About: o.About, Text: "紧急消息过了时效还没能发出去，请改用电话"})
	}
}

// NextSay is the earliest moment at which something is to be said.
func NextSay(tx Tx) (next time.Time, ok bool) {
	for _, lane := range lanes[:2] {
		for k := range tx.Scan(lane, after(lane)) {
			if t := stampOf(k, lane); !ok || t.Before(next) {
				next, ok = t, true
			}
			break
		}
	}
	return next, ok
}

// unsaid are the papers of all that waits.
func unsaid(tx Tx) []string {
	var keys []string
	for _, lane := range lanes {
		keys = append(keys, keysOf(tx, lane, after(lane), 0)...)
	}
	return keys
}
