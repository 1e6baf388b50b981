package understand

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"linli/community"
)

// What an answer may be at most: its bytes, its rows, and the characters of an id and of a house.
const (
	maxAnswer = 4 << 10
	maxRows   = 10
	maxID     = 64
	maxHouse  = 8
)

// ProposalIntents are the intents a proposal may have: orders are given by people only.
var ProposalIntents = []community.Intent{community.Chat, community.Answer, community.Question, community.Signup, community.Asks, community.More, community.Same, community.Done}

// ParseProposal reads what an Asker wrote. It must be one JSON object with known keys and
// known labels; the error says what is wrong and never repeats what was written.
func ParseProposal(raw []byte) (Proposal, error) {
	if len(raw) > maxAnswer {
		return Proposal{}, fmt.Errorf("答案有 %d 字节，最多 %d", len(raw), maxAnswer)
	}
	if !utf8.Valid(raw) {
		return Proposal{}, errors.New("答案不是 UTF-8")
	}
	var p Proposal
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return Proposal{}, errors.New("答案不是所要的 JSON 对象，或有多余的键")
	}
	if _, err := dec.Token(); err != io.EOF {
		return Proposal{}, errors.New("答案不止一个 JSON 对象")
	}
	if err := p.check(); err != nil {
		return Proposal{}, err
	}
	return p, nil
}

func (p Proposal) check() error {
	_, category := categoryNumber[p.Category]
	switch {
	case !slices.Contains(ProposalIntents, p.Intent):
		return errors.New("intent 不认识或不许用")
	case p.Category != "" && !category:
		return errors.New("category 不认识")
	case p.Urgency != "" && !slices.Contains(urgencyNames[:], p.Urgency):
		return errors.New("urgency 不认识")
	case len(p.Rows) > maxRows || slices.ContainsFunc(p.Rows, func(id string) bool { return len(id) > maxID }) || len(p.Request) > maxID:
		return errors.New("request 或 rows 太长")
	case utf8.RuneCountInString(p.Building) > maxHouse || utf8.RuneCountInString(p.Unit) > maxHouse:
		return errors.New("building 或 unit 不像楼号")
	}
	return nil
}

// Fault tells what an answer names that was not offered; "" if nothing. It will not be believed.
func (q Query) Fault(p Proposal) string {
	about := slices.Contains([]community.Intent{community.More, community.Same, community.Done}, p.Intent)
	if (about || p.Request != "") && !offered(q.Requests, p.Request) {
		return "request 不是问题里给出的"
	}
	for _, id := range p.Rows {
		if !offered(q.Rows, id) {
			return "rows 里有问题里没给出的条目"
		}
	}
	return ""
}

func offered(list []Choice, id string) bool {
	return slices.ContainsFunc(list, func(c Choice) bool { return c.ID == id })
}
