package configs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func load(t *testing.T, text string) (Config, error) {
	t.Helper()
	p := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(p)
}

func TestSettingsFaultsAreSentencesWithTheirLine(t *testing.T) {
	for text, want := range map[string][]string{
		"# x\nlistne: 127.0.0.1:1\n":                   {"第 2 行", "listne", "是不是「listen」"},
		"data: a\nbehind-tls: true\n":                  {"第 2 行", "「behind_tls」"},
		"demo: maybe\ndat: x\nlisten:\n":               {"第 1 行", "true 或 false", "第 2 行", "「data」", "第 3 行", "没有写值"},
		"colour: red\n":                                {"第 1 行", "listen、data、behind_tls、demo"},
		"data: a\nwx_token: abcdef\n":                  {"第 2 行", "环境变量或单独的文件"},
		"listen: [a\n":                                 {"第 1 行", "写法有误"},
		"data: a\ndata: b\n":                           {"第 2 行"},
		"just words\n":                                 {"第 1 行", "键: 值"},
		"data: {x: 1}\n":                               {"第 1 行", "「data」只能写一个值"},
		"data: a\n---\ndata: b\n":                      {"只能有一份"},
		"data: \xcd\xf8\n":                             {"UTF-8"},
		"listen: 127.0.0.1:8080\n  data: x\n":          {"写法有误"},
		"demo: true\nlisten: *nowhere\n":               {"第 2 行"},
		"- listen: a\n":                                {"第 1 行", "键: 值"},
		"data: x\n\n\n# a remark\nListen: 0.0.0.0:1\n": {"第 5 行", "「listen」"},
	} {
		_, err := load(t, text)
		for _, w := range want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%q: got %v, want %q in it", text, err, w)
			}
		}
		if err != nil && strings.Contains(err.Error(), "abcdef") {
			t.Errorf("%q: the value of a secret is shown: %v", text, err)
		}
	}
}

func TestSettingsInAnyHonestStyle(t *testing.T) {
	for text, want := range map[string]Config{
		"":                                     Default(),
		"# nothing but remarks\n":              Default(),
		"\ufeffdemo: true # yes\n":             {Listen: Default().Listen, Data: Default().Data, Demo: true, Model: Default().Model},
		"{listen: \"[::1]:9\", data: 'a b'}\n": {Listen: "[::1]:9", Data: "a b", Model: Default().Model},
		"---\ndata: &d 我的数据\n":                 {Listen: Default().Listen, Data: "我的数据", Model: Default().Model},
	} {
		if got, err := load(t, text); err != nil || got != want {
			t.Errorf("%q: got %+v %v, want %+v", text, got, err, want)
		}
	}
}

func TestValuesAreChecked(t *testing.T) {
	for text, want := range map[string]string{"listen: 127.0.0.1:99999\n": "99999", "listen: 127.0.0.1\n": "主机:端口", "data: ' '\n": "文件夹"} {
		c, err := load(t, text)
		if err != nil {
			t.Fatal(err)
		}
		if err = c.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q in it", text, err, want)
		}
	}
}

// Every key of the example stands there with a remark above it.
func TestEveryKeyIsExplained(t *testing.T) {
	raw, err := os.ReadFile("linli.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(raw), "\n")
	key := regexp.MustCompile(`^ *#? ?[a-z_]+:( |$)`)
	keys := 0
	for i, l := range lines {
		if !key.MatchString(l) {
			continue
		}
		if keys++; i == 0 || !strings.HasPrefix(strings.TrimSpace(lines[i-1]), "# ") {
			t.Errorf("line %d: %q has no remark above it", i+1, l)
		}
	}
	if keys < 13 {
		t.Errorf("got %d keys, want all of them", keys)
	}
}
