package console

import (
	"net/http"
	"slices"
	"strings"

	"linli/community"
	"linli/store"
)

// rowsOffered is how many rows of the list a page offers as answers.
const rowsOffered = 2000

// answers are the rows that may answer a question that stands unanswered, as they are offered and read back.
func answers(tx store.Tx, flags []flagView) (out []choice) {
	if !slices.ContainsFunc(flags, func(f flagView) bool { return f.Asked }) {
		return nil
	}
	for _, r := range store.Resources(tx) {
		if out = append(out, choice{Value: r.ID, Name: answerName(r)}); len(out) == rowsOffered {
			break
		}
	}
	return out
}

func answerName(r community.Resource) string { return r.Name + "（" + r.ID + "）" }

// rowMeant finds the row that was chosen, or typed by its id or its whole name; "" if there is none or more than one.
func rowMeant(rows []community.Resource, typed string) (id string) {
	for _, r := range rows {
		if typed == answerName(r) || typed == r.ID {
			return r.ID
		}
	}
	for _, r := range rows {
		if strings.TrimSpace(r.Name) != typed {
			continue
		}
		if id != "" {
			return ""
		}
		id = r.ID
	}
	return id
}

// answer makes an order of what staff say about a question nobody could answer: which row does, or that none does.
func (c *Console) answer(w http.ResponseWriter, r *http.Request, m me) {
	flag, said, ok := c.flag(w, r, m)
	if !ok {
		return
	}
	if flag.Kind != "unanswered" || said == nil {
		c.fail(w, r, http.StatusNotFound, "没有这个问题", "也许同事已经处理过了，或者原话过了保存期。")
		return
	}
	o := community.Order{Verb: "answer", Args: map[string]string{"key": flag.Key, "message": said.ID, "group": string(said.Group), "sender": string(said.Sender)}}
	if r.PostFormValue("no") == "" {
		var rows []community.Resource
		if err := c.house.Store().View(r.Context(), m.Community, func(tx store.Tx) { rows = store.Resources(tx) }); err != nil {
			c.broken(w, r, err)
			return
		}
		if o.Args["row"] = rowMeant(rows, clean(r.PostFormValue("row"))); o.Args["row"] == "" {
			c.fail(w, r, http.StatusBadRequest, "没有认出是哪一行", "请返回，从清单里选一行，或写全它的名称或编号。")
			return
		}
	}
	c.give(w, r, m, o, Root)
}
