package main

import (
	"fmt"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"linli/configs"
	"linli/replay"
	"linli/understand"
	"linli/understand/openai"
)

// secondOpinion builds the model that the settings name, with its counters; without an address there is none.
func secondOpinion(m configs.Model) (understand.Asker, []prometheus.Collector, error) {
	if !m.On() {
		return nil, nil, nil
	}
	key, err := m.Key()
	if err != nil {
		return nil, nil, err
	}
	c, err := openai.New(openai.Options{Address: m.Address, Model: m.Name, Key: key, Deadline: m.Deadline, RequestsPerDay: m.RequestsPerDay, TokensPerDay: m.TokensPerDay})
	if err != nil || m.Record == "" {
		return c, modelCounters(c), err
	}
	rec, err := replay.NewRecorder(m.Record, c, slog.Default())
	return rec, modelCounters(c), err
}

// modelCounters are what /metrics tells of a model.
func modelCounters(c *openai.Client) (all []prometheus.Collector) {
	count := func(name, help string, get func(openai.Stats) uint64) {
		all = append(all, prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "linli_model_" + name + "_total", Help: help}, func() float64 { return float64(get(c.Stats())) }))
	}
	count("asked", "Requests sent to the language model.", func(s openai.Stats) uint64 { return s.Asked })
	count("answered", "Questions it answered with labels.", func(s openai.Stats) uint64 { return s.Answered })
	count("remembered", "Questions answered from memory.", func(s openai.Stats) uint64 { return s.Cached })
	count("over_budget", "Questions not asked because today's budget is spent.", func(s openai.Stats) uint64 { return s.Spent })
	count("resting", "Questions not asked after too many failures.", func(s openai.Stats) uint64 { return s.Resting })
	count("failed", "Questions asked in vain.", func(s openai.Stats) uint64 { return s.Failed })
	return all
}

// checkModel looks whether a model that is set can be asked; it sends nothing.
func checkModel(m configs.Model) []finding {
	if !m.On() {
		return []finding{{good, "没有用大模型，不影响使用", ""}}
	}
	key, err := m.Key()
	if err != nil {
		return []finding{{fix, err.Error(), ""}}
	}
	found := []finding{{good, fmt.Sprintf("大模型 %s，一天最多 %d 次、%d token", m.Name, m.RequestsPerDay, m.TokensPerDay), ""}}
	if key == "" {
		found = append(found, finding{warn, "大模型没有密钥", "本机的 Ollama 不用密钥；别的请写 key_env 或 key_file"})
	}
	if m.Record != "" {
		found = append(found, finding{warn, "问大模型的话会存进 " + m.Record, "姓名房号已去掉，但仍是居民的话；用完请关掉 record 并删除"})
	}
	return found
}
