package understand

import (
	"regexp"
	"time"
	"unicode/utf8"

	"linli/community"
)

var (
	quarrelWords = []string{"神经病", "不要脸", "滚", "有病吧", "闭嘴", "你算什么", "骂谁", "去死", "缺德", "政府都", "贪污", "黑心", "节哀", "去世", "走好"}

	isDone    = regexp.MustCompile(`修好|弄好|搞好了|处理好|处理完|清理完|清理好|已(?:经)?(?:修|恢复|更换|换好|处理|清|解决|通|完成|疏通|挪|关)|恢复(?:了|正常|供)|来(?:电|水)了|有(?:电|水)了|亮了|通了|解决了|不漏了|好了(?:[,。!~ 谢]|$)|换好了|挪走了|开走了|弄干净`)
	notDone   = regexp.MustCompile(`还没(?:好|修|弄|解决|来)|还是(?:不|没|漏|坏|黑|堵|臭|吵|老样子|那样)|没修好|又(?:坏|漏|堵|不亮|停|灭|来了|开始)|依旧|依然|白修|没(?:好|解决|用)`)
	asksBack  = regexp.MustCompile(`[?？]|吗|没有?$|了没|好没|嘛$|么$|咋|什么时候|啥时候|几时|多久|怎么还|进展|有消息|催`)
	chases    = regexp.MustCompile(`修好没|好了没|好了吗|修了吗|修了没|什么时候(?:修|来|好|能)|啥时候|几时|怎么还(?:没|不)|有人管|有人来|进展|催一|多久|到底(?:修|管)`)
	meToo     = regexp.MustCompile(`^\+1|^＋1|^加1|我(?:家|们|这|也)|(?:也|同样|一样)(?:是|的|没|不|有|停|漏|黑|坏|遇到|闻到|听到|这样)|^同(?:问|感|上|求)?[!。,]?$|^顶|^支持|俺(?:家|们|也)|阿拉`)
	promises  = regexp.MustCompile(`收到|好的|马上|安排|联系|派|已(?:经)?(?:报|通知|联系|安排|登记|反映)|稍等|师傅|在路上|这就|明天|尽快|核实|了解|反馈`)
	questions = regexp.MustCompile(`[?？]|吗|哪(?:里|儿|个|家|边)?|几点|多少|怎么(?:办|走|弄|申请|报|交|联系|预约|去)|如何|电话|谁(?:知道|有|晓得|能)|有没有|有(?:什么|啥)|请问|求(?:推荐|问|助)|啥时候|什么时候|咋(?:弄|办|走)|能不能|可以.{0,12}(?:吗|不)|要(?:带|准备)什么|在哪|阿有|啥地方|哪能`)
	rhetoric  = regexp.MustCompile(`谁(?:还|不|叫|让|信|受得)|难道|凭什么|有什么用|还有王法|像话吗|算什么|至于吗|是不是傻|吃了吗|对吧|是吧|好吗$|不是吗`)
	trade     = regexp.MustCompile(`转让|出售|拼车|团购|代购|优惠|特价|招聘|出租|求租|二手|闲置|顺风车|扫码|加微信|欢迎(?:选购|咨询|光临)|下单|包邮|满减|红包|砍一刀|投票`)
	informs   = regexp.MustCompile(`\d{3,}|在.{1,10}(?:楼|边|旁|对面|门口|里)|可以(?:去|打|找|问|在)|要(?:带|先|去)|打.{0,6}电话|找(?:居委|物业|社区|网格)|周[一二三四五六日天]|上午|下午|点(?:半|开|到)|不用|需要`)
)

// readServing reads those who answer for the community: their words are answers, results or notices.
func readServing(r *Reader, l *look) (community.Reading, bool) {
	if !l.serve {
		return community.Reading{}, false
	}
	long := utf8.RuneCountInString(l.t) > 90
	if th, ok := threadOf(l, l.cat.key); ok && !long {
		if w := isDone.FindString(l.t); w != "" && !asksBack.MatchString(l.t) && !notDone.MatchString(l.t) {
			return community.Reading{Intent: community.Done, Request: th.ID, Why: "工作人员说「" + w + "」", Confidence: 0.85}, true
		}
	}
	if h, ok := lastTalk(l, replyTime); ok && !long || l.m.ReplyTo != "" {
		return community.Reading{Intent: community.Answer, Request: h.Request, Why: "工作人员在回应"}, true
	}
	if promises.MatchString(l.t) && !long && len(l.m.Mentions) > 0 {
		return community.Reading{Intent: community.Answer, Why: "工作人员在回应"}, true
	}
	if l.m.Role == community.Staff || l.m.Role == community.Property || !wrong.MatchString(l.t) {
		return community.Reading{Intent: community.Chat, Why: "工作人员的通知或闲聊"}, true
	}
	return community.Reading{}, false
}

// readOutcome reads what residents say about how an open request went.
func readOutcome(_ *Reader, l *look) (community.Reading, bool) {
	good, bad := isDone.FindString(l.t), notDone.FindString(l.t)
	chase := chases.FindString(l.t)
	if good == "" && bad == "" && chase == "" || utf8.RuneCountInString(l.t) > 80 {
		return community.Reading{}, false
	}
	th, ok := threadOf(l, l.cat.key)
	if !ok {
		return community.Reading{}, false
	}
	switch {
	case chase != "":
		return community.Reading{Intent: community.More, Request: th.ID, Why: "催问「" + chase + "」"}, true
	case bad != "" && (th.State == community.Unproved || th.State == community.Solved || hadDone(th)):
		return community.Reading{Intent: community.Done, StillOpen: true, Request: th.ID, Why: "说还没好「" + bad + "」"}, true
	case bad != "":
		return community.Reading{}, false
	case good != "" && !asksBack.MatchString(l.t):
		return community.Reading{Intent: community.Done, Request: th.ID, Why: "说好了「" + good + "」"}, true
	}
	return community.Reading{}, false
}

func hadDone(r community.Request) bool {
	for _, x := range r.Lines {
		if x.Part == community.Done {
			return true
		}
	}
	return false
}

// readSame reads a neighbour who says "with us too" about what was just reported.
func readSame(_ *Reader, l *look) (community.Reading, bool) {
	w := meToo.FindString(l.t)
	if w == "" || questions.MatchString(l.t) || trade.MatchString(l.t) || utf8.RuneCountInString(l.t) > 40 {
		return community.Reading{}, false
	}
	th, ok := quoted(l)
	if !ok {
		h, found := lastTalk(l, 20*time.Minute)
		if !found || h.Request == "" || l.cat.key != "" && !l.cat.strong && !wrong.MatchString(l.t) {
			return community.Reading{}, false
		}
		if th, ok = l.s.Request(h.Request); !ok || l.cat.key != "" && l.cat.key != th.Category {
			return community.Reading{}, false
		}
	}
	rd := community.Reading{Intent: community.Same, Request: th.ID, Why: "说自己也一样「" + w + "」"}
	if supports(th, l.m.Sender) {
		rd.Intent, rd.Why = community.More, "同一个人再说"
	}
	return rd, true
}

// readAnswer reads one neighbour answering another's question.
func readAnswer(_ *Reader, l *look) (community.Reading, bool) {
	h, ok := lastTalk(l, 10*time.Minute)
	if !ok || h.Reading.Intent != community.Question || l.m.MentionsBot {
		return community.Reading{}, false
	}
	if questions.MatchString(l.t) && !informs.MatchString(l.t) || wrong.MatchString(l.t) && l.cat.strong {
		return community.Reading{}, false
	}
	if l.m.ReplyTo == h.Message.ID || informs.MatchString(l.t) {
		return community.Reading{Intent: community.Answer, Why: "在回答邻居的问题"}, true
	}
	return community.Reading{}, false
}

// readQuestion is the gate before the resource list: is this a question for it at all?
func readQuestion(r *Reader, l *look) (community.Reading, bool) {
	w := questions.FindString(l.t)
	n := utf8.RuneCountInString(l.t)
	if w == "" || n < 4 || n > 120 || rhetoric.MatchString(l.t) || trade.MatchString(l.t) {
		return community.Reading{}, false
	}
	if (l.cat.strong || l.cat.key != "" && wrong.MatchString(l.t)) && !l.m.MentionsBot && !any1(l.t, []string{"电话", "哪里", "几点", "怎么申请", "找谁", "怎么联系", "在哪", "多少钱"}) {
		return community.Reading{}, false
	}
	rows, service := r.index.search(l.t), serviceLike.MatchString(l.t)
	if !service && len(rows) == 0 && !l.m.MentionsBot && !(seeks.MatchString(l.t) && n >= 7) {
		return community.Reading{}, false
	}
	return community.Reading{Intent: community.Question, Rows: rows, Why: "在问「" + w + "」", Confidence: 0.8}, true
}

// seeks are ways of asking for information, whether or not the list has it.
var seeks = regexp.MustCompile(`请问|有没有人知道|有人(?:知道|晓得)|谁(?:知道|晓得)|哪(?:里|儿|家|边|天)|啥地方|什么地方|几(?:点|号|时)|多久|怎么(?:弄|办|走|去|登记|处理|申请|交)|咋(?:弄|办|走)|如何|在哪|找谁|归谁|有吗|指条路`)

var serviceLike = regexp.MustCompile(`电话|地址|几点|开门|上班|营业|办理?|申请|预约|报名|材料|流程|收费|多少钱|补贴|社保|医保|居住证|身份证|户口|公积金|食堂|助餐|理发|维修|开锁|疏通|回收|体检|疫苗|打针|配药|卫生|医院|托管|学校|幼儿园|入学|课|班|图书|活动|场地|快递|驿站|公交|班车|充电|办证|盖章|证明|律师|法律|调解|养老|护理|家政|保姆|月嫂|师傅|服务|借|租用|轮椅|雨伞|打印|推荐|哪家|修.{0,4}(?:哪|谁)`)

// readProblem opens a request, or finds that it repeats a known one.
func readProblem(r *Reader, l *look) (community.Reading, bool) {
	if trade.MatchString(l.t) || utf8.RuneCountInString(l.t) < 4 {
		return community.Reading{}, false
	}
	w := wrong.FindString(l.t)
	if !l.cat.strong && (l.cat.key == "" || w == "") {
		return community.Reading{}, false
	}
	key, why := l.cat.key, "「"+l.cat.word+"」"
	if w != "" && w != l.cat.word {
		why += "「" + w + "」"
	}
	if th, ok := own(l, burst); ok && (th.Category == key || !l.cat.strong) {
		return community.Reading{Intent: community.More, Request: th.ID, Why: "接着说 " + why}, true
	}
	if th, ok := sameMatter(r, l, key); ok {
		rd := community.Reading{Intent: community.Same, Request: th.ID, Category: key, Why: "同一件事 " + why}
		if supports(th, l.m.Sender) {
			rd.Intent = community.More
			if notDone.MatchString(l.t) && hadDone(th) {
				rd.Intent, rd.StillOpen = community.Done, true
			}
		}
		return rd, true
	}
	return community.Reading{Intent: community.Asks, Category: key, Urgency: urgencyOf(l.t, key), Why: why}, true
}

// readMore takes up what a speaker adds right after their own report.
func readMore(_ *Reader, l *look) (community.Reading, bool) {
	th, ok := own(l, 3*time.Minute)
	if q, is := quoted(l); is {
		th, ok = q, supports(q, l.m.Sender)
	}
	if !ok || !supports(th, l.m.Sender) || any1(l.t, []string{"谢谢", "感谢", "辛苦", "哈哈"}) || l.t == "" {
		return community.Reading{}, false
	}
	return community.Reading{Intent: community.More, Request: th.ID, Where: l.where, Why: "接着自己的话补充"}, true
}
