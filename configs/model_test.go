package configs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestModelIsOffUntilItHasAnAddress(t *testing.T) {
	if c := Default(); c.Model.On() || c.Check() != nil {
		t.Errorf("got %+v, want no model", c.Model)
	}
	c, err := load(t, "model:\n  address: https://api.deepseek.com/v1\n  name: deepseek-chat\n  key_env: K\n")
	if err != nil || !c.Model.On() || c.Check() != nil || c.Model.Deadline != 8*time.Second || c.Model.RequestsPerDay != 2000 || c.Listen != Default().Listen {
		t.Errorf("got %+v %v, want the model with the other defaults", c, err)
	}
	if c, err = load(t, "model: {address: 'http://127.0.0.1:11434/v1', name: qwen3, deadline: 500ms, tokens_per_day: 5}\n"); err != nil || c.Model.Deadline != time.Second/2 || c.Model.TokensPerDay != 5 || c.Check() != nil {
		t.Errorf("got %+v %v %v, want half a second and five tokens", c.Model, err, c.Check())
	}
}

func TestModelsFaultsAreSentences(t *testing.T) {
	const ok = "address: https://m.example/v1, name: m"
	for text, want := range map[string]string{
		"address: https://m.example/v1":              "name",
		"address: m.example/v1, name: m":             "网址",
		"address: 'ftp://m.example/v1', name: m":     "网址",
		"address: http://m.example/v1, name: m":      "https",
		"address: http://8.8.8.8/v1, name: m":        "https",
		"address: 'https://u:pw@m.example', name: m": "用户名",
		ok + ", key_env: A, key_file: b":             "只能写一个",
		ok + ", key_env: sk-abcdef":                  "换掉",
		ok + ", deadline: 0s":                        "deadline",
		ok + ", deadline: 5m":                        "60 秒",
		ok + ", requests_per_day: 0":                 "大于 0",
	} {
		c, err := load(t, "model: {"+text+"}\n")
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if err = c.Check(); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "abcdef") || strings.Contains(err.Error(), "pw") {
			t.Errorf("%s: got %v, want %q in it and no secret", text, err, want)
		}
	}
	for text, want := range map[string]string{"model:\n  key: sk-abcdef\n": "第 2 行", "model:\n  deadline: soon\n": "第 2 行", "model:\n": "没有写值", "model: yes please\n": "键: 值"} {
		if _, err := load(t, text); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "abcdef") {
			t.Errorf("%q: got %v, want %q in it and no secret", text, err, want)
		}
	}
	for _, host := range []string{"127.0.0.1", "localhost", "192.168.1.9", "ollama", "[::1]"} {
		if err := (Model{Address: "http://" + host + ":1/v1", Name: "m", Deadline: 1, RequestsPerDay: 1, TokensPerDay: 1}).check(); err != nil {
			t.Errorf("%s: got %v, want it allowed", host, err)
		}
	}
}

func TestKeyComesFromEnvironmentOrFile(t *testing.T) {
	t.Setenv("LINLI_TEST_KEY", " sk-1 \n")
	t.Setenv("LINLI_EMPTY_KEY", "")
	file := func(text string) string {
		p := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	for want, m := range map[string]Model{"sk-1": {KeyEnv: "LINLI_TEST_KEY"}, "sk-2": {KeyFile: file("sk-2\n")}, "": {}} {
		if got, err := m.Key(); got != want || err != nil {
			t.Errorf("got %q %v, want %q", got, err, want)
		}
	}
	for name, m := range map[string]Model{"是空的": {KeyEnv: "LINLI_EMPTY_KEY"}, "打不开": {KeyFile: "nowhere/key"}, "不像是密钥": {KeyFile: file("sk-abc\nsk-def")}, "密钥文件": {KeyFile: file(" \n")}} {
		if got, err := m.Key(); got != "" || err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "sk-abc") {
			t.Errorf("got %q %v, want %q", got, err, name)
		}
	}
}
