package understand

import (
	"regexp"
	"strconv"
	"strings"

	"linli/community"
)

// houses is how the houses of one community are called, as far as its profile tells: buildings with
// a letter or direction in their name (A1–A12, 东3), rows of houses, and lanes or hamlets where a house is a number.
type houses struct {
	named map[string]bool
	lanes []lane
	rows  bool // 3排5号
}

// A lane is a street or hamlet whose houses are numbered: how it is said, and its name.
type lane struct {
	said []string
	name string
}

var buildingRange = regexp.MustCompile(`^([A-Za-z甲乙丙丁东西南北]*)(\d+)(?:\s*[-~—至]\s*([A-Za-z甲乙丙丁东西南北]*)(\d+))?`)

func housesOf(p community.Profile) houses {
	h := houses{named: map[string]bool{}}
	village := p.Type == "traditional_village" || p.Type == "new_village"
	for _, e := range p.Estates {
		h.rows = h.rows || strings.Contains(e.Buildings, "排")
		for part := range strings.FieldsFuncSeq(e.Buildings, func(r rune) bool { return strings.ContainsRune(",，、;； ", r) }) {
			h.add(part)
		}
		if village {
			h.lanes = append(h.lanes, laneOf(e.Name))
		}
	}
	return h
}

// add takes in "A1-A12" or "东3"; plain numbers need no list.
func (h *houses) add(part string) {
	m := buildingRange.FindStringSubmatch(strings.ToUpper(part))
	if m == nil || m[1] == "" {
		return
	}
	from, _ := strconv.Atoi(m[2])
	to := from
	if m[4] != "" && (m[3] == "" || m[3] == m[1]) {
		to, _ = strconv.Atoi(m[4])
	}
	for n := from; n <= to && n-from < 200; n++ {
		h.named[m[1]+strconv.Itoa(n)] = true
	}
}

func laneOf(name string) lane {
	r := []rune(Normalise(name))
	if i := strings.IndexAny(string(r), "(（"); i > 0 {
		r = []rune(string(r)[:i])
	}
	l := lane{said: []string{string(r)}, name: string(r)}
	if len(r) > 4 { // 桥头新村东区 is called 东区
		l.name = string(r[len(r)-2:])
		l.said = append(l.said, l.name)
	} else if len(r) == 3 { // 道前街 is also 道前
		l.said = append(l.said, string(r[:2]))
	}
	return l
}

// in reads a place with what is known of the houses.
func (h houses) in(t string) community.Place {
	p := placeIn(t)
	if len(h.named) == 0 && len(h.lanes) == 0 && !h.rows {
		return p
	}
	r := []rune(t)
	for _, n := range numbersIn(r) {
		switch {
		case h.rows && after(r, n.end, "排") != "" && p.Building == "":
			p.Building = n.val
			h.inRow(r, n.end+1, &p)
		case n.start > 0 && h.named[string(r[n.start-1])+n.val] && (p.Building == "" || p.Building == n.val):
			p.Building = string(r[n.start-1]) + n.val
		case h.named[n.val] && p.Building == "":
			p.Building = n.val
		default:
			h.onLane(r, n, &p)
		}
	}
	return p
}

// inRow reads the 5号 of 3排5号.
func (h houses) inRow(r []rune, at int, p *community.Place) {
	j := at
	for j < len(r) && isDigit(r[j]) {
		j++
	}
	if j > at && hasAt(r, j, "号") && p.Room == "" {
		p.Room = string(r[at:j])
	}
}

// onLane reads 道前街88 and 东区30号.
func (h houses) onLane(r []rune, n number, p *community.Place) {
	if n.digits == 0 || n.digits > 3 || p.Building != "" && p.Building != n.val {
		return
	}
	for _, l := range h.lanes {
		for _, said := range l.said {
			if endsBefore(r, n.start, said) {
				p.Building, p.Name = n.val, l.name
				return
			}
		}
	}
}

// home reads a nickname as homeOf does.
func (h houses) home(name string) community.Place {
	p := h.in(Normalise(name))
	p.Floor = ""
	if p.Building == "" {
		return community.Place{}
	}
	if !h.isLane(p.Name) {
		p.Name = ""
	}
	return p
}

func (h houses) isLane(name string) bool {
	for _, l := range h.lanes {
		if name == l.name {
			return true
		}
	}
	return false
}
