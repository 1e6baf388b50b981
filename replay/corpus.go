package replay

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"linli/community"
)

// transcriptLine is one line of transcript.jsonl.
type transcriptLine struct {
	ID          string    `json:"id"`
	Time        time.Time `json:"time"`
	Group       string    `json:"group"`
	Sender      string    `json:"sender"`
	Name        string    `json:"name"`
	Type        string    `json:"type"`
	Text        string    `json:"text"`
	Target      string    `json:"target"`
	ReplyTo     string    `json:"reply_to"`
	MentionsBot bool      `json:"mentions_bot"`
	Role        string    `json:"role"`
}

// ReadMessages reads transcript.jsonl. Errors name the line.
func ReadMessages(r io.Reader) ([]community.Message, error) {
	var out []community.Message
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 4<<20)
	for n := 1; sc.Scan(); n++ {
		if strings.TrimSpace(sc.Text()) == "" {
			continue
		}
		var l transcriptLine
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("transcript line %d: %w", n, err)
		}
		if l.ID == "" || l.Group == "" || l.Time.IsZero() {
			return nil, fmt.Errorf("transcript line %d: id, group and time are needed", n)
		}
		out = append(out, community.Message{ID: l.ID, Group: community.GroupID(l.Group), Handle: community.Handle{Channel: Channel, ID: l.Group},
			Sender: community.PersonID(l.Sender), Name: l.Name, Role: community.Role(l.Role), Kind: community.Kind(l.Type), Text: community.Cut(l.Text, community.MaxText),
			Target: l.Target, ReplyTo: l.ReplyTo, MentionsBot: l.MentionsBot, At: l.Time})
	}
	return out, sc.Err()
}
