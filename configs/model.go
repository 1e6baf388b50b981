package configs

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode"
)

// Model says where a language model is and how much it may be asked. Its key stands
// elsewhere: settings are copied, mailed and shown.
type Model struct {
	Address        string        `yaml:"address"`          // of an OpenAI-compatible API, up to and with /v1; "" is off
	Name           string        `yaml:"name"`             // the model's name at that address
	KeyEnv         string        `yaml:"key_env"`          // the environment variable with the key
	KeyFile        string        `yaml:"key_file"`         // or the file with the key
	Deadline       time.Duration `yaml:"deadline"`         // for one question
	RequestsPerDay int           `yaml:"requests_per_day"` // by the Chinese day
	TokensPerDay   int           `yaml:"tokens_per_day"`
	Record         string        `yaml:"record"` // folder for questions and answers; "" keeps none
}

// On reports whether a model is to be asked at all.
func (m Model) On() bool { return m.Address != "" }

// maxDeadline is the longest a street may wait for a second opinion.
const maxDeadline = time.Minute

func (m Model) check() error {
	if !m.On() {
		return nil
	}
	if err := m.checkAddress(); err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(m.Name) == "":
		return errors.New("model 有 address 却没有 name：请写上模型的名字，例如 name: deepseek-chat")
	case m.KeyEnv != "" && m.KeyFile != "":
		return errors.New("model 的 key_env 和 key_file 只能写一个")
	case strings.HasPrefix(m.KeyEnv, "sk-"):
		return errors.New("model 的 key_env 应是环境变量的名字，不是密钥本身；密钥不写在设置里，请换掉这个密钥")
	case m.Deadline <= 0 || m.Deadline > maxDeadline:
		return errors.New("model 的 deadline 应在 0 到 60 秒之间，例如 deadline: 8s")
	case m.RequestsPerDay <= 0 || m.TokensPerDay <= 0:
		return errors.New("model 的 requests_per_day 和 tokens_per_day 要大于 0；不想用大模型就把 address 留空")
	}
	return nil
}

func (m Model) checkAddress() error {
	u, err := url.Parse(m.Address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("model 的 address 应是一个网址，例如 https://api.deepseek.com/v1")
	}
	if u.User != nil {
		return errors.New("model 的 address 里不能有用户名和密码；密钥用 key_env 或 key_file")
	}
	if u.Scheme == "http" && !nearby(u.Hostname()) {
		return fmt.Errorf("model 的 address 在 %s，不在自己的机器或内网，要用 https：居民的话不能明文经过网络", u.Hostname())
	}
	return nil
}

// nearby: this machine, its own network, or a neighbouring container.
func nearby(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback() || ip.IsPrivate()
	}
	return !strings.Contains(host, ".")
}

// maxKey is longer than any key.
const maxKey = 4 << 10

// Key reads the key from where the settings say it is; "" if they say nothing. Errors never show it.
func (m Model) Key() (string, error) {
	key, where := "", ""
	switch {
	case m.KeyEnv != "":
		key, where = os.Getenv(m.KeyEnv), "环境变量 "+m.KeyEnv
	case m.KeyFile != "":
		where = "密钥文件 " + m.KeyFile
		raw, err := os.ReadFile(m.KeyFile)
		if err != nil {
			return "", fmt.Errorf("%s 打不开，请检查 model 的 key_file：%w", where, err)
		}
		key = string(raw)
	default:
		return "", nil
	}
	key = strings.TrimSpace(key)
	if key == "" {
		return "", fmt.Errorf("%s 是空的：请把大模型的密钥放进去，或把 model 的 address 留空", where)
	}
	if len(key) > maxKey || strings.ContainsFunc(key, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsGraphic(r) || r == ' ' }) {
		return "", fmt.Errorf("%s 里不像是密钥：应只有一行英文字母、数字和符号", where)
	}
	return key, nil
}
