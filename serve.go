package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"linli/bot"
	"linli/bot/web"
	"linli/configs"
	"linli/console"
	"linli/store/sqlite"
)

// What lies in the data folder.
const (
	storeName = "linli.db"
	blobsName = "blobs"
)

// serve runs the house until ctx ends, and then finishes what is in hand.
func serve(ctx context.Context, args []string, out io.Writer) error {
	cfg, err := settings(args, out)
	if err != nil {
		return err
	}
	st, err := sqlite.Open(filepath.Join(cfg.Data, storeName))
	if err != nil {
		return err
	}
	err = serveFrom(ctx, cfg, st, out)
	return errors.Join(err, st.Close())
}

func settings(args []string, out io.Writer) (configs.Config, error) {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	file := flags.String("config", "", "设置文件")
	data := flags.String("data", "", "数据文件夹")
	listen := flags.String("listen", "", "网页地址")
	demo := flags.Bool("demo", false, "访客可以扮演任何人")
	record := flags.String("model-record", "", "把问大模型的话和答案存进这个文件夹")
	tls := flags.Bool("behind-tls", false, "前面有带 TLS 的代理")
	bindNew := flags.String("bind-new", "", "没见过的群归到哪个社区")
	lan := flags.Bool("insecure-lan", false, "没有 TLS 也在本机以外监听，只在自家网络里试用")
	if _, err := words(out, flags, serveHelp, args, 0, 0); err != nil {
		return configs.Config{}, err
	}
	cfg, err := configs.Load(*file)
	if err != nil {
		return cfg, err
	}
	if *data != "" {
		cfg.Data = *data
	}
	if *listen != "" {
		cfg.Listen = *listen
	}
	if *record != "" {
		cfg.Model.Record = *record
	}
	if *bindNew != "" {
		cfg.BindNew = *bindNew
	}
	cfg.Demo = cfg.Demo || *demo
	cfg.BehindTLS = cfg.BehindTLS || *tls
	cfg.InsecureLAN = cfg.InsecureLAN || *lan
	return cfg, cfg.Check()
}

func serveFrom(ctx context.Context, cfg configs.Config, st *sqlite.Store, out io.Writer) error {
	if err := settle(ctx, st, time.Now()); err != nil {
		return err
	}
	model, counters, err := secondOpinion(cfg.Model)
	if err != nil {
		return err
	}
	chat := web.New(web.Options{Demo: cfg.Demo, Secure: cfg.BehindTLS, Log: slog.Default()})
	channels := []bot.Channel{chat}
	bridge, err := bridgeOf(cfg.OneBot)
	if err != nil {
		return err
	}
	if bridge != nil {
		channels = append(channels, bridge)
	}
	bindNew, err := homeForNew(ctx, st, cfg.BindNew)
	if err != nil {
		return err
	}
	house, err := bot.New(bot.Options{Store: st, Channels: channels, BindNew: bindNew, Blobs: filepath.Join(cfg.Data, blobsName), Alone: true, Asker: model,
		Understand: learntReader(cfg.Data)})
	if err != nil {
		return err
	}
	chat.Attach(house)
	if bridge != nil {
		bridge.Attach(house)
	}
	desk, err := staffPages(cfg, house, chat)
	if err != nil {
		return err
	}
	socket, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("地址 %s 用不了（别的程序占着？），可用 --listen 换一个：%w", cfg.Listen, err)
	}
	srv := &http.Server{Handler: withBridge(mux(house, chat, desk, counters...), cfg.OneBot, bridge), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(socket) }()
	if err := greet(ctx, out, socket.Addr().String(), cfg, desk); err != nil {
		return errors.Join(err, srv.Close())
	}
	tellBridge(out, socket.Addr().String(), cfg.OneBot)

	running, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
			slog.Error("web server stopped", "err", err)
		}
		stop()
	}()
	ticking := make(chan error, 1)
	go func() { ticking <- clockwork(running, house) }()
	err = house.Run(running)
	stop()
	err = errors.Join(err, <-ticking)
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, ignoreDeadline(srv.Shutdown(closing)))
}

// ignoreDeadline: a browser that keeps a stream open is no error of ours.
func ignoreDeadline(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

func mux(house *bot.Bot, chat *web.Channel, desk *console.Console, more ...prometheus.Collector) http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	m.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if _, err := house.Communities(r.Context()); err != nil {
			http.Error(w, "store", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	reg := prometheus.NewRegistry()
	reg.MustRegister(more...)
	count := func(name, help string, get func(bot.Stats) uint64) {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "linli_" + name + "_total", Help: help},
			func() float64 { return float64(get(house.Stats())) }))
	}
	count("heard", "Events accepted.", func(s bot.Stats) uint64 { return s.Heard })
	count("decided", "Events decided.", func(s bot.Stats) uint64 { return s.Decided })
	count("aside", "Events set aside after three tries.", func(s bot.Stats) uint64 { return s.Aside })
	count("handed_over", "Words that a platform took.", func(s bot.Stats) uint64 { return s.HandedOver })
	count("perhaps_said", "Words of which nobody knows whether they arrived.", func(s bot.Stats) uint64 { return s.Perhaps })
	count("refused", "Words that a platform refused.", func(s bot.Stats) uint64 { return s.Refused })
	m.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	m.Handle(console.Root, desk.Handler())
	m.Handle("/", chat.Handler())
	return m
}

// healthCommand asks a running linli how it is; for containers.
func healthCommand(ctx context.Context, args []string, out io.Writer) error {
	told, err := words(out, flag.NewFlagSet("health", flag.ContinueOnError), healthHelp, args, 0, 1)
	if err != nil {
		return err
	}
	addr := configs.Default().Listen
	if len(told) == 1 {
		addr = told[0]
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("地址应写成 主机:端口，例如 127.0.0.1:8080：%w", err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("%s 上没有 linli 应答，可能没有启动，或用了别的地址：%w", addr, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s 上的 linli 还没有准备好（%s）：看看它的日志，或运行 linli check", addr, res.Status)
	}
	fmt.Fprintln(out, "ok")
	return nil
}
