package configs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBridgeMustBeHardToPretend(t *testing.T) {
	const good = "0123456789abcdef"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(good+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		token  string
		change func(*Config)
		want   string // "" is well
	}{
		"off":                      {"", func(c *Config) { c.OneBot.Mode = "" }, ""},
		"this machine, no token":   {"", func(*Config) {}, ""},
		"behind a proxy, no token": {"", func(c *Config) { c.BehindTLS = true }, "令牌"},
		"everywhere, no token":     {"", func(c *Config) { c.BehindTLS, c.Listen = true, "0.0.0.0:80" }, "令牌"},
		"everywhere, token":        {good, func(c *Config) { c.BehindTLS, c.Listen = true, "0.0.0.0:80" }, ""},
		"everywhere, token file":   {"", func(c *Config) { c.BehindTLS, c.OneBot.TokenFile = true, file }, ""},
		"no such file":             {good, func(c *Config) { c.OneBot.TokenFile = file + "x" }, "打不开"},
		"short token":              {"12345", func(*Config) {}, "太短"},
		"unknown mode":             {"", func(c *Config) { c.OneBot.Mode = "sideways" }, "sideways"},
		"forward without address":  {"", func(c *Config) { c.OneBot.Mode = "forward" }, "url"},
		"token in the address":     {"", func(c *Config) { c.OneBot.Mode, c.OneBot.URL = "forward", "ws://h/?access_token=x" }, "日志"},
		"forward":                  {good, func(c *Config) { c.OneBot.Mode, c.OneBot.URL = "forward", "ws://127.0.0.1:6700/" }, ""},
		"path over the pages":      {"", func(c *Config) { c.OneBot.Path = "/" }, "/hook/"},
	} {
		c := Default()
		c.OneBot.Mode = "reverse"
		x.change(&c)
		t.Setenv(c.OneBot.TokenEnv, x.token)
		err := c.Check()
		if (err == nil) != (x.want == "") || err != nil && !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: got %v, want %q", name, err, x.want)
		}
		if err != nil && x.token != "" && strings.Contains(err.Error(), x.token) {
			t.Errorf("%s: the error tells the token", name)
		}
	}
}
