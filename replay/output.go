package replay

import (
	"encoding/json"
	"io"

	"linli/community"
)

type goldMessage struct {
	Intent    community.Intent `json:"intent"`
	Request   string           `json:"request,omitempty"`
	Resources *[]string        `json:"resources,omitempty"`
	Names     []string         `json:"names,omitempty"`
	Cancel    bool             `json:"cancel,omitempty"`
	StillOpen bool             `json:"still_open,omitempty"`
	Reply     string           `json:"reply"`
	Why       string           `json:"why"`
}

type goldRequest struct {
	Category   string               `json:"category"`
	Building   string               `json:"building"`
	Unit       string               `json:"unit"`
	Room       string               `json:"room"`
	Place      string               `json:"place"`
	Urgency    community.Urgency    `json:"urgency"`
	Supporters []community.PersonID `json:"supporters"`
	Summary    string               `json:"summary"`
}

// WriteJSON writes a result in the shape of gold.json, with reply and why for each message.
func WriteJSON(w io.Writer, r Result) error {
	out := struct {
		Messages map[string]goldMessage `json:"messages"`
		Requests map[string]goldRequest `json:"requests"`
	}{map[string]goldMessage{}, map[string]goldRequest{}}
	parts := map[string]community.Line{}
	for _, q := range r.Requests {
		out.Requests["r"+string(q.ID)] = goldRequest{q.Category, q.Where.Building, q.Where.Unit, q.Where.Room, q.Where.Name, q.Urgency, q.Supporters, q.Summary}
		for _, l := range q.Lines {
			parts[l.Message] = l
		}
	}
	for _, o := range r.Outcomes {
		rd := o.Heard.Reading
		g := goldMessage{Intent: rd.Intent, Reply: o.Reply, Why: o.Why}
		if l, ok := parts[o.Heard.Message.ID]; ok && o.Heard.Request != "" {
			g.Intent, g.Request, g.StillOpen = l.Part, "r"+string(o.Heard.Request), l.StillOpen
		}
		switch g.Intent {
		case community.Question:
			ids := []string{}
			for _, m := range rd.Rows {
				ids = append(ids, m.ID)
			}
			g.Resources = &ids
		case community.Signup:
			g.Names, g.Cancel = rd.Names, rd.Cancel
		case "":
			g.Intent = community.Chat
		}
		out.Messages[o.Heard.Message.ID] = g
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(out)
}
