// Package configs reads what stands in YAML: the settings of the process, with
// their defaults and checks, and a community's profile; and it keeps the
// invented sample community. It starts nothing and knows no store. Only main
// imports it, and replay for a case's profile.
package configs

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// Config is linli.yaml.
type Config struct {
	Listen      string `yaml:"listen"`       // address of the pages, host:port
	Data        string `yaml:"data"`         // folder of the store and photos
	BehindTLS   bool   `yaml:"behind_tls"`   // a proxy with TLS stands in front; only then may Listen leave this machine
	Demo        bool   `yaml:"demo"`         // visitors may take on anybody's role
	InsecureLAN bool   `yaml:"insecure_lan"` // Listen may leave this machine without TLS: for a try at home
	Model       Model  `yaml:"model"`        // a language model behind the embedded understanding; off without an address
	BindNew     string `yaml:"bind_new"`     // a group nobody knows is bound to this community; "" lets it wait for staff
	OneBot      OneBot `yaml:"onebot"`       // a bridge that the community runs itself
}

// Default is what linli does without a file.
func Default() Config {
	return Config{Listen: "127.0.0.1:8080", Data: "data", OneBot: OneBot{Path: "/hook/onebot", TokenEnv: "LINLI_ONEBOT_TOKEN"},
		Model: Model{Deadline: 8 * time.Second, RequestsPerDay: 2000, TokensPerDay: 3_000_000}}
}

// Load reads a file over the defaults. A key nobody knows is refused, with its
// line and the name that was perhaps meant; all that is wrong is told at once.
func Load(path string) (Config, error) {
	c := Default()
	if path == "" {
		return c, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("设置文件打不开，请检查路径和权限：%w", err)
	}
	if _, err := fill(raw, &c, refused); err != nil {
		return c, fmt.Errorf("设置文件 %s 有误：\n%w", path, err)
	}
	return c, nil
}

// Check refuses what would expose residents: listening beyond this machine without TLS in front.
func (c Config) Check() error {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("listen 应写成 主机:端口，例如 127.0.0.1:8080：%w", err)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("listen 的端口「%s」不对，应是 0 到 65535 的数字，例如 127.0.0.1:8080", port)
	}
	if strings.TrimSpace(c.Data) == "" {
		return errors.New("data 是空的：请写一个放数据的文件夹，例如 data: data")
	}
	if c.BehindTLS && c.InsecureLAN {
		return errors.New("behind_tls 和 insecure_lan 只能写一个：前面要么有 TLS，要么没有")
	}
	if !here(host) && !c.BehindTLS && !c.InsecureLAN {
		return fmt.Errorf("不在 %s 上监听：群里的话会明文经过网络。请在前面放一个带 TLS 的代理，再写 behind_tls: true（或加 --behind-tls）。只是在自家网络里试一试、不给真实居民用，才可以写 insecure_lan: true（或加 --insecure-lan）", c.Listen)
	}
	if err := c.OneBot.check(here(host) && !c.BehindTLS); err != nil {
		return err
	}
	return c.Model.check()
}

// here reports whether a host is this machine as it calls itself.
func here(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

//go:embed sample linli.yaml
var files embed.FS

// Sample is the invented community: community.yaml, resources.csv, people.csv, opening.jsonl.
func Sample() fs.FS {
	sub, err := fs.Sub(files, "sample")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}
