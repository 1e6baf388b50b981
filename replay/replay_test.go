package replay_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"linli/community"
	"linli/replay"
	"linli/store"
	"linli/store/storetest"
)

const yaml = "id: t\nname: 测试\ntype: old\ngroups: [{id: g1, name: 3号楼群, kind: building}]\n"

const talk = `{"id":"m1","time":"2026-05-11T09:00:00+08:00","group":"g1","sender":"u1","name":"张阿姨 3-502","type":"text","text":"2单元楼道灯坏了"}
{"id":"m2","time":"2026-05-11T09:00:20+08:00","group":"g1","sender":"u1","name":"张阿姨 3-502","type":"image","text":""}
{"id":"m3","time":"2026-05-11T09:10:00+08:00","group":"g1","sender":"u2","name":"老李 3-201","type":"text","text":"我们这也是黑的"}
{"id":"m4","time":"2026-05-11T09:20:00+08:00","group":"g1","sender":"u3","name":"小王","type":"text","text":"早上好"}
`

func run(t *testing.T) (replay.Result, string) {
	t.Helper()
	c, err := replay.ReadCase(fstest.MapFS{"community.yaml": {Data: []byte(yaml)}, "transcript.jsonl": {Data: []byte(talk)}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := replay.Run(t.Context(), storetest.Twice(store.NewMemory()), c)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := replay.WriteJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	return r, b.String()
}

func TestBurstIsOneRequestAndSecondNeighbourBecomesSupporter(t *testing.T) {
	r, first := run(t)
	if len(r.Requests) != 1 {
		t.Fatalf("got %d requests, want 1", len(r.Requests))
	}
	q := r.Requests[0]
	if q.Category != "lighting" || q.Where.Building != "3" || q.Where.Unit != "2" || len(q.Supporters) != 2 || len(q.Lines) != 3 {
		t.Fatalf("got %+v, want lighting at 3-2 with two supporters and three messages", q)
	}
	if got := r.Outcomes[3]; got.Heard.Reading.Intent != community.Chat || got.Reply != "" || got.Why == "" {
		t.Errorf("got %+v, want silence with a reason", got)
	}
	if _, second := run(t); first != second {
		t.Error("the same transcript gave two outputs")
	}
}

func TestBadTranscriptsAreNamed(t *testing.T) {
	for text, want := range map[string]string{"{\n": "transcript.jsonl 第 1 行", "\n{\"id\":\"a\"}\n": "transcript.jsonl 第 2 行：缺少 group",
		talk + talk: "transcript.jsonl 第 5 行：编号 m1 和第 1 行重复了"} {
		if _, err := replay.ReadMessages(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func FuzzReadMessages(f *testing.F) {
	f.Add(talk)
	f.Fuzz(func(t *testing.T, s string) {
		all, err := replay.ReadMessages(strings.NewReader(s))
		for _, m := range all {
			if err == nil && (m.ID == "" || m.Group == "" || m.At.IsZero()) {
				t.Fatalf("a message without id, group or time got through: %+v", m)
			}
		}
	})
}

// The labelled cases lie beside the repository; where they are, they must run whole.
func TestLabelledCasesRun(t *testing.T) {
	dirs, err := filepath.Glob("../../shared/corpus/*/transcript.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		c, err := replay.ReadCase(os.DirFS(filepath.Dir(d)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := replay.Run(t.Context(), store.NewMemory(), c)
		if err != nil || len(r.Outcomes) != len(c.Messages) || len(r.Requests) == 0 {
			t.Errorf("%s: %d outcomes of %d, %d requests, %v", d, len(r.Outcomes), len(c.Messages), len(r.Requests), err)
		}
	}
}
