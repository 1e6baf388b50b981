package community

import "time"

// Resource is one row of the community's service and resource list, the only thing answers are made from.
// The fields are the columns of resources.csv.
type Resource struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Kind        string    `json:"kind"` // public_service | governance_resource
	Category    string    `json:"category"`
	Phone       string    `json:"phone,omitempty"`
	Address     string    `json:"address,omitempty"`
	Hours       string    `json:"hours,omitempty"`
	Audience    string    `json:"audience,omitempty"`
	Description string    `json:"description,omitempty"`
	Keywords    []string  `json:"keywords,omitempty"`
	Checked     time.Time `json:"checked,omitzero"` // the day the row was last checked; an answer names it
}

// Roll is a list of people who signed up for one thing, by 接龙 or in free words.
type Roll struct {
	ID      string    `json:"id"` // group + topic
	Group   GroupID   `json:"group"`
	Topic   string    `json:"topic"`
	Names   []string  `json:"names"`
	Last    string    `json:"last,omitempty"` // id of the message that changed it last
	Opened  time.Time `json:"opened"`
	Touched time.Time `json:"touched"`
}
