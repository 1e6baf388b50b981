package openai

import (
	_ "embed"
	"encoding/json"

	api "github.com/sashabaranov/go-openai"

	"linli/community"
	"linli/understand"
)

//go:embed prompt.txt
var prompt string

// bySchema asks for exactly the keys of a Proposal and no other labels; plainJSON for any object.
var (
	bySchema = &api.ChatCompletionResponseFormat{Type: api.ChatCompletionResponseFormatTypeJSONSchema,
		JSONSchema: &api.ChatCompletionResponseFormatJSONSchema{Name: "labels", Schema: schema(), Strict: true}}
	plainJSON = &api.ChatCompletionResponseFormat{Type: api.ChatCompletionResponseFormatTypeJSONObject}
)

// schema describes a Proposal in the words that strict mode knows: all keys required, none besides.
func schema() json.RawMessage {
	type m = map[string]any
	text, categories := m{"type": "string"}, []string{""}
	for _, c := range community.Categories {
		categories = append(categories, c.Key)
	}
	fields := m{
		"intent":     m{"type": "string", "enum": understand.ProposalIntents},
		"request":    text,
		"category":   m{"type": "string", "enum": categories},
		"urgency":    m{"type": "string", "enum": []community.Urgency{community.Normal, community.Urgent, community.Emergency}},
		"still_open": m{"type": "boolean"},
		"rows":       m{"type": "array", "items": text},
		"building":   text,
		"unit":       text,
	}
	raw, err := json.Marshal(m{"type": "object", "properties": fields, "additionalProperties": false,
		"required": []string{"intent", "request", "category", "urgency", "still_open", "rows", "building", "unit"}})
	if err != nil {
		panic(err) // constants
	}
	return raw
}
