package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"linli/community"
	"linli/configs"
	"linli/store"
	"linli/understand"
	"linli/understand/learn"
)

const learnHelp = "learn [--data DIR] [--community ID] [--yes] | learn --undo [--data DIR]  从工作人员的改正里学，看过再用（先停下 serve）"

// learnShows is how many lines of differences are shown.
const learnShows = 40

// learner is one run of the command.
type learner struct {
	st       store.Store
	data     string
	only     community.ID
	training string // folder of labelled talk; "" what comes with the program
	yes      bool
	in       io.Reader
	out      io.Writer
}

// A pupil is a community that teaches, or whose days are heard again.
type pupil struct {
	id      community.ID
	name    string
	teaches bool
	taught  learn.Taught
}

// learnCommand learns from what staff put right, shows what would be different, and uses it on a yes.
func learnCommand(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	data := flags.String("data", configs.Default().Data, "数据文件夹")
	only := flags.String("community", "", "只学这一个社区的改正")
	training := flags.String("training", "", "另用这个文件夹里的训练聊天，不用自带的")
	yes := flags.Bool("yes", false, "不问，直接用")
	undo := flags.Bool("undo", false, "退回到学之前")
	if _, err := words(out, flags, learnHelp, args, 0, 0); err != nil {
		return err
	}
	st, err := openData(*data) // also for going back: a running serve would not notice
	if err != nil {
		return err
	}
	l := &learner{st: st, data: *data, only: community.ID(*only), training: *training, yes: *yes, in: in, out: out}
	if *undo {
		err = l.undo()
	} else {
		err = l.run(ctx)
	}
	return errors.Join(err, st.Close())
}

func (l *learner) undo() error {
	learnt, err := undoLearnt(l.data)
	switch {
	case err != nil:
		return err
	case learnt:
		fmt.Fprintln(l.out, "已退回到上一次学的。启动 linli serve 后生效；再运行一次 --undo 就换回来")
	default:
		fmt.Fprintln(l.out, "已退回到程序自带的理解。启动 linli serve 后生效；再运行一次 --undo 就换回来")
	}
	return nil
}

func (l *learner) run(ctx context.Context) error {
	all, err := l.pupils(ctx)
	if err != nil {
		return err
	}
	used := 0
	for _, p := range all {
		fmt.Fprintln(l.out, p.tell())
		used += p.taught.Used()
	}
	if used == 0 {
		fmt.Fprintln(l.out, "没有可学的：在工作台上改类别、改位置、合并、标「不是诉求」或教小邻答，以后再来学")
		return nil
	}
	now, err := l.now()
	if err != nil {
		return err
	}
	next, worse, err := l.learn(ctx, all, used)
	if err != nil {
		return err
	}
	if err := l.show(ctx, all, now, next); err != nil {
		return err
	}
	if yes, err := l.agreed(worse); err != nil || !yes {
		fmt.Fprintln(l.out, "没有换上，一切照旧")
		return err
	}
	raw, err := next.Encode()
	if err != nil {
		return err
	}
	if err := keepLearnt(l.data, raw); err != nil {
		return fmt.Errorf("学好了，但没有存下来，请检查 %s 的权限和空间：%w", l.data, err)
	}
	fmt.Fprintln(l.out, "已换上，启动 linli serve 后生效。不满意就运行 linli learn --undo 退回")
	return nil
}

// pupils are the communities, each with what it teaches. With --community the others teach nothing, but
// their days are heard again too: they are read by the same weights.
func (l *learner) pupils(ctx context.Context) ([]pupil, error) {
	profiles, err := profiles(ctx, l.st)
	if err != nil {
		return nil, err
	}
	if l.only != "" {
		if _, _, err := pickCommunity(ctx, l.st, l.only); err != nil {
			return nil, err
		}
	}
	var out []pupil
	for _, p := range profiles {
		x := pupil{id: p.ID, name: p.Name}
		if x.teaches = l.only == "" || p.ID == l.only; x.teaches {
			if x.taught, err = learn.FromStore(ctx, l.st, p.ID); err != nil {
				return nil, err
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// tell says how many corrections there are and what can be made of them.
func (p pupil) tell() string {
	t := p.taught
	if !p.teaches {
		return "「" + p.name + "」：这次不学它的改正，以前学过的也不算"
	}
	s := fmt.Sprintf("「%s」：%d 条改正", p.name, t.Corrections())
	var kinds []string
	for _, k := range community.FixNames {
		if n := t.Kinds[k.Kind]; n > 0 {
			kinds = append(kinds, fmt.Sprintf("%s %d", k.Name, n))
		}
	}
	if len(kinds) > 0 {
		s += "（" + strings.Join(kinds, "，") + "）"
	}
	for _, x := range []struct {
		n   int
		say string
	}{{t.Gone, "原话过了保存期或已撤回，跳过 %d 条"}, {t.Idle, "%d 条里没有能学的（比如位置是话里明说的）"}, {t.Left, "更早的 %d 条这次不学"}, {t.Around, "前后 %d 句读得准的照旧"}} {
		if x.n > 0 {
			s += "；" + fmt.Sprintf(x.say, x.n)
		}
	}
	return s
}

// now is what the house understands by until today.
func (l *learner) now() (understand.Knowledge, error) {
	k, err := readLearnt(l.data)
	if f := checkLearnt(l.data); err != nil {
		if f.level != good {
			fmt.Fprintln(l.out, "注意："+f.what+"，下面和程序自带的比")
		}
		return understand.Embedded(), nil
	}
	return k, nil
}

// learn trains, and tells by talk that neither has seen what has changed for everybody.
func (l *learner) learn(ctx context.Context, all []pupil, used int) (k understand.Knowledge, worse []string, err error) {
	begun := time.Now()
	m, err := l.material()
	if err != nil {
		return k, nil, err
	}
	k.Asked = map[community.ID][]understand.Asked{}
	for _, p := range all {
		m.Taught = append(m.Taught, p.taught.Lessons...)
		if len(p.taught.Asked) > 0 {
			k.Asked[p.id] = p.taught.Asked
		}
	}
	fmt.Fprintf(l.out, "正在学 %d 条改正和 %d 个小区的训练聊天，要一两分钟……\n", used, len(m.Cases))
	if k.Weights, err = learn.Train(ctx, m, learn.Rounds); err != nil {
		return k, nil, err
	}
	k.Weights.Sure = understand.Learnt().Sure
	k.Weights.Note = fmt.Sprintf("学自 %d 条改正", used)
	c, ok, err := learn.Compare(ctx, m)
	switch {
	case err != nil:
		return k, nil, err
	case !ok:
		fmt.Fprintln(l.out, "训练聊天太少，没法拿没见过的小区来比")
	default:
		fmt.Fprintf(l.out, "拿两个没见过的小区（%s）来考，学之前 → 学之后：\n", strings.Join(c.Unseen, "、"))
		c.Report(l.out)
		worse = c.Worse()
	}
	fmt.Fprintf(l.out, "学了 %v\n", time.Since(begun).Round(time.Second))
	return k, worse, nil
}

func (l *learner) material() (learn.Material, error) {
	if l.training == "" {
		return learn.Own(nil)
	}
	m, err := learn.Load([]string{l.training}, nil)
	if err != nil {
		return m, fmt.Errorf("训练聊天 %s 读不了：%w", l.training, err)
	}
	return m, nil
}

// show hears each community's last days again and shows what would be different.
func (l *learner) show(ctx context.Context, all []pupil, now, next understand.Knowledge) error {
	lines := learnShows
	for _, p := range all {
		r, err := learn.RecentOf(ctx, l.st, p.id)
		if err != nil {
			return err
		}
		found, err := r.Differences(ctx, now, next)
		if err != nil {
			return err
		}
		cut := ""
		if r.Cut {
			cut = "（只取最近的）"
		}
		fmt.Fprintf(l.out, "「%s」最近 14 天的 %d 句话%s重听一遍，有 %d 处不同", p.name, len(r.Case.Messages), cut, len(found))
		if len(found) == 0 {
			fmt.Fprintln(l.out)
			continue
		}
		fmt.Fprintln(l.out, "（－ 现在，＋ 学之后）：")
		left := learn.Show(l.out, found, lines)
		if lines -= 3 * (len(found) - left); left > 0 {
			fmt.Fprintf(l.out, "  ……还有 %d 处\n", left)
		}
	}
	return nil
}

// agreed asks; what has become worse is not taken on a yes given beforehand.
func (l *learner) agreed(worse []string) (bool, error) {
	if len(worse) > 0 {
		fmt.Fprintln(l.out, "！！注意：学之后对别的小区变差了："+strings.Join(worse, "；"))
	}
	switch {
	case !l.yes:
		return agreed(l.in, l.out)
	case len(worse) > 0:
		return false, errors.New("学之后变差了，--yes 不算数：去掉 --yes 再运行一次，看过以后当面回答")
	}
	return true, nil
}
