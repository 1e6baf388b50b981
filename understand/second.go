package understand

import (
	"context"

	"linli/community"
)

// Asker gives a second opinion where the embedded reading is unsure: a language model, or a
// recording of one. It sees masked words only and may only propose labels.
type Asker interface {
	// Ask proposes a reading of q.Words. An error leaves the embedded reading as it is. It must return soon after ctx ends.
	Ask(ctx context.Context, q Query) (Proposal, error)
}

// unsure is the confidence below which a second opinion is worth its price.
const unsure = 0.8

// Unsure reports whether a second opinion on a reading is worth asking for. Danger is never put to the vote.
func Unsure(m community.Message, rd community.Reading) bool {
	if m.Text == "" || event(m) != "" || rd.Urgency == community.Emergency {
		return false
	}
	return rd.Confidence < unsure || rd.Intent == community.Question && len(rd.Rows) == 0
}

// Second asks for a second opinion and writes what can be believed of it into the reading.
// On any failure the first reading stands, and says so.
func (r *Reader) Second(ctx context.Context, a Asker, s *community.Scene, m community.Message, first community.Reading) community.Reading {
	if a == nil || !Unsure(m, first) {
		return first
	}
	l := r.look(s, m)
	q := r.query(l, first)
	p, err := a.Ask(ctx, q)
	if err != nil {
		first.Why += "；大模型没有答上来"
		return first
	}
	rd, ok := r.believe(l, q, p, first)
	if !ok {
		first.Why += "；大模型说的对不上，不采用"
		return first
	}
	rd.By = "model"
	rd.Why = "大模型的看法：" + actNames[actOf(community.Heard{Reading: rd})] + "；原先：" + first.Why
	return rd
}
