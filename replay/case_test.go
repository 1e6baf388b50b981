package replay_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"linli/replay"
)

// The whole of the files beside the repository is read, not a part of it.
func TestLabelledCasesAreReadWhole(t *testing.T) {
	dirs, err := filepath.Glob("../../shared/corpus/*/transcript.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		c, err := replay.ReadCase(os.DirFS(filepath.Dir(d)))
		if err != nil || len(c.Profile.Estates) == 0 || len(c.Groups) < 4 || len(c.Resources) < 40 || len(c.Messages) < 100 {
			t.Errorf("%s: got %d estates, %d groups, %d resources, %d messages, %v", d, len(c.Profile.Estates), len(c.Groups), len(c.Resources), len(c.Messages), err)
		}
	}
}

const (
	townYAML = "id: t\nname: 测试\ntype: old\ngroups:\n  - id: g1   # 一群\n    name: 3号楼群\n    kind: building\n"
	oneLine  = `{"id":"m1","time":"2026-05-11T09:00:00+08:00","group":"g1","sender":"u1","name":"张阿姨","type":"text","text":"早上好"}`
)

func caseOf(parts ...string) fstest.MapFS {
	dir := fstest.MapFS{}
	for i := 0; i < len(parts); i += 2 {
		dir[parts[i]] = &fstest.MapFile{Data: []byte(parts[i+1])}
	}
	return dir
}

// A recorded list is heard even where an import would ask for corrections.
func TestRecordedListIsTakenAsItIs(t *testing.T) {
	list := "id,name,kind,category,phone,note\nR1,食堂,public_service,养老,51255500101,x\nR2,,什么,,,\n"
	c, err := replay.ReadCase(caseOf("community.yaml", townYAML, "transcript.jsonl", oneLine, "resources.csv", list))
	if err != nil || len(c.Resources) != 2 || c.Resources[0].Phone != "51255500101" || c.Resources[1].Kind != "什么" {
		t.Errorf("got %+v %v, want both rows as they stand", c.Resources, err)
	}
	if _, err = replay.ReadCase(caseOf("community.yaml", townYAML, "transcript.jsonl", oneLine, "resources.csv", "")); err != nil {
		t.Errorf("got %v, want an empty list", err)
	}
	if c, err = replay.ReadCase(caseOf("community.yaml", townYAML, "transcript.jsonl", oneLine)); err != nil || len(c.Messages) != 1 || c.Groups[0].Handles[0].Channel != replay.Channel {
		t.Errorf("got %+v %v, want a case without a list", c, err)
	}
}

func TestBrokenCaseIsNamed(t *testing.T) {
	for want, dir := range map[string]fstest.MapFS{
		"community.yaml":         caseOf("transcript.jsonl", oneLine),
		"第 4 行":                  caseOf("community.yaml", "id: t\n\n\ngroups: x\n", "transcript.jsonl", oneLine),
		"编号":                     caseOf("community.yaml", townYAML, "transcript.jsonl", oneLine, "resources.csv", "name,kind\na,b\n"),
		"transcript.jsonl 第 1 行": caseOf("community.yaml", townYAML, "transcript.jsonl", "{"),
		"transcript.jsonl":       caseOf("community.yaml", townYAML),
	} {
		if _, err := replay.ReadCase(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}
