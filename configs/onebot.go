package configs

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// OneBot is how a community's own bridge is linked. It is off while Mode is empty.
type OneBot struct {
	Mode       string `yaml:"mode"`        // "", reverse, forward
	Path       string `yaml:"path"`        // reverse: where the bridge links to, on the one address
	URL        string `yaml:"url"`         // forward: where the bridge listens
	TokenEnv   string `yaml:"token_env"`   // name of the environment variable with the access token
	TokenFile  string `yaml:"token_file"`  // file with the access token; goes before the variable
	SelfID     string `yaml:"self_id"`     // the only account that may link
	Robots     string `yaml:"robots"`      // ids of other programs, comma between
	PhotoHosts string `yaml:"photo_hosts"` // where photos may be fetched from, comma between
}

// shortest is the shortest access token that is let through.
const shortest = 16

// Token reads the access token; "" if there is none.
func (o OneBot) Token() (string, error) {
	if o.TokenFile == "" {
		return strings.TrimSpace(os.Getenv(o.TokenEnv)), nil
	}
	raw, err := os.ReadFile(o.TokenFile)
	if err != nil {
		return "", fmt.Errorf("onebot 的令牌文件打不开：%w", err)
	}
	if token := strings.TrimSpace(string(raw)); token != "" {
		return token, nil
	}
	return "", fmt.Errorf("onebot 的令牌文件 %s 是空的", o.TokenFile)
}

// List cuts a setting at its commas.
func List(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '，' || r == ' ' })
}

// check refuses a bridge that anybody could pretend to be. alone says that only this machine reaches us.
func (o OneBot) check(alone bool) error {
	if o.Mode == "" {
		return nil
	}
	token, err := o.Token()
	forward, known := map[string]bool{"reverse": false, "forward": true}[o.Mode]
	switch {
	case !known:
		return fmt.Errorf("onebot 的 mode 写的是「%s」，只能是 reverse 或 forward，不用就留空", o.Mode)
	case err != nil:
		return err
	case forward && !strings.HasPrefix(o.URL, "ws://") && !strings.HasPrefix(o.URL, "wss://"):
		return errors.New("onebot 用 forward 时要写 url，例如 ws://127.0.0.1:6700/")
	case strings.ContainsAny(o.URL, "?@"):
		return errors.New("onebot 的 url 里不要带令牌：地址会进日志。请用 token_env 或 token_file")
	case !forward && (!strings.HasPrefix(o.Path, "/hook/") || len(o.Path) == len("/hook/") || strings.ContainsAny(o.Path, "{} ")):
		return fmt.Errorf("onebot 的 path 写的是「%s」，应以 /hook/ 开头，例如 /hook/onebot", o.Path)
	case token != "" && len(token) < shortest:
		return fmt.Errorf("onebot 的令牌太短，容易被猜到：至少 %d 个字符", shortest)
	case token == "" && !forward && !alone:
		return fmt.Errorf("onebot 没有令牌，外面的人就能冒充桥接程序，所以不启动。请在环境变量 %s 或 token_file 里放一个至少 %d 个字符的令牌", o.TokenEnv, shortest)
	}
	return nil
}
