package main

import (
	"fmt"
	"io"
	"net"

	"linli/configs"
)

// welcome prints where the pages can be opened and returns how their addresses begin.
func welcome(out io.Writer, addr string, cfg configs.Config) (base string) {
	host, port, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	everywhere := err == nil && ip != nil && ip.IsUnspecified()
	switch {
	case cfg.BehindTLS:
		fmt.Fprintf(out, "在 %s 等着前面的 TLS 代理（Ctrl-C 停止）。请用您的域名打开网页\n", addr)
		return "https://您的域名"
	case everywhere: // 0.0.0.0 is no address that a browser can open
		base = "http://127.0.0.1:" + port
	default:
		base = "http://" + addr
	}
	fmt.Fprintf(out, "打开 %s 就可以说话了（Ctrl-C 停止）\n", base)
	if everywhere {
		for _, ip := range neighbouring() {
			fmt.Fprintf(out, "同一网络里的手机打开 http://%s\n", net.JoinHostPort(ip, port))
		}
	}
	if cfg.InsecureLAN {
		fmt.Fprintln(out, "注意：没有加密，同一网络里的人都能看到群里的话。只用来试，不要给真实居民用")
	}
	return base
}

// neighbouring are this machine's own addresses in its networks, as phones at home write them.
func neighbouring() (out []string) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil // only a hint is missing
	}
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsPrivate() {
			out = append(out, n.IP.String())
		}
	}
	return out
}
