package understand

import (
	"regexp"

	"linli/community"
)

// A finding is the category a text speaks of, with the word that shows it.
type finding struct {
	key, word string
	strong    bool // the word alone names a problem
}

// A topic is what people call a category's things, and what goes wrong with them.
type topic struct {
	key   string
	words []string // things
	fault []string // words that are a problem by themselves
}

// topics are asked in order: what is more special comes first.
var topics = []topic{
	{"elevator", []string{"电梯", "轿厢", "梯子停", "号梯"}, []string{"困梯", "困在电梯", "电梯坏", "电梯停", "电梯又", "电梯异响", "电梯卡"}},
	{"children", []string{"留守儿童", "单亲", "辍学", "孩子没人"}, []string{"打孩子", "孩子没人管", "小孩没人管", "校园欺负"}},
	{"disability", []string{"残疾", "轮椅", "盲道", "无障碍", "残障", "聋哑", "康复"}, []string{"轮椅上不", "轮椅下不"}},
	{"aid", []string{"低保", "困难补助", "救助", "吃不上饭", "交不起", "失业", "大病"}, []string{"揭不开锅", "吃不上饭", "没钱看病", "交不起"}},
	{"fire", []string{"燃气", "煤气", "天然气", "消防", "灭火器", "飞线", "飞线充电", "着火", "烟头", "起火", "冒烟", "通道堵", "电动车上楼", "推上楼充电", "楼道充电"},
		[]string{"着火", "起火", "冒烟", "煤气味", "燃气味", "飞线", "电瓶车上楼", "电动车上楼", "堆满杂物", "楼道堆", "堵消防", "占消防", "楼道充电", "堵着通道", "漏气"}},
	{"elderly", []string{"独居", "空巢", "孤老", "摔倒", "送餐", "助老", "老人没人"}, []string{"摔倒", "晕倒", "昏倒", "没人照顾", "好几天没看见", "敲门没人应", "没人应门", "倒在地", "没反应"}},
	{"pets", []string{"遛狗", "狗", "犬", "野猫", "流浪猫", "猫"}, []string{"狗屎", "狗粪", "不牵绳", "没牵绳", "没拴", "不拴", "狗咬", "咬人", "流浪狗", "狗尿", "狗叫"}},
	{"noise", []string{"噪音", "装修", "广场舞", "音响", "架子鼓", "跳舞", "钢琴", "唱歌", "扰民"}, []string{"太吵", "吵死", "吵得", "噪音", "噪声", "扰民", "睡不着", "敲敲打打", "电钻", "砰砰", "咚咚", "音响开", "半夜唱"}},
	{"parking", []string{"停车", "车位", "占位", "挪车", "道闸", "充电桩", "僵尸车", "堵车", "电瓶车", "电动车", "车库"}, []string{"挡住", "堵住", "堵着", "乱停", "占了", "占用车位", "僵尸车", "挪一下车", "挪车", "停在路中间", "出不去"}},
	{"access", []string{"门禁", "人脸", "单元门", "大门", "道闸", "监控", "摄像头", "门锁", "刷卡", "刷脸", "可视对讲", "对讲", "保安", "陌生人", "小偷", "偷"}, []string{"刷不开", "打不开门", "关不上", "被偷", "门禁坏", "开不了门", "小偷", "撬"}},
	{"lighting", []string{"路灯", "楼道灯", "声控灯", "感应灯", "灯", "一排灯", "照明"}, []string{"灯坏", "灯不亮", "灯灭", "黑漆漆", "乌漆", "摸黑", "黑咕隆咚", "一片漆黑", "灯又", "灯全灭", "灯也不"}},
	{"power", []string{"停电", "跳闸", "没电", "电表", "电线", "电箱", "配电", "变压器"}, []string{"停电", "跳闸", "没电", "断电", "电线掉", "电线垂", "漏电", "火花", "电线露", "裸露"}},
	{"plumbing", []string{"水管", "下水道", "下水", "马桶", "停水", "漏水", "水压", "污水", "窨井", "排水", "积水", "自来水", "水表", "水泵", "地漏", "化粪池", "地库", "天花板", "卫生间"},
		[]string{"漏水", "停水", "没水", "渗水", "堵了", "反水", "返水", "冒水", "溢出来", "爆管", "水管爆", "积水", "水压低", "水发黄", "水浑", "滴水", "淹了", "往外冒", "外溢", "进水", "翻上来"}},
	{"greening", []string{"绿化", "树", "草坪", "草", "花坛", "枝", "灌木", "桂花"}, []string{"树倒", "树枝断", "遮光", "挡光", "枯死", "草比人高", "杂草", "树枝"}},
	{"sanitation", []string{"垃圾", "卫生", "保洁", "蟑螂", "老鼠", "蚊子", "臭味", "厕所", "河道", "打扫", "小广告", "大件"}, []string{"臭死", "臭气", "臭味", "没人清", "没人扫", "没人收", "乱扔", "乱丢", "高空抛物", "扔下来", "老鼠", "蟑螂", "脏死", "堆成山", "小广告", "苍蝇", "恶臭", "满出来"}},
	{"building", []string{"外墙", "墙皮", "屋顶", "天花板", "瓷砖", "扶手", "墙", "屋面", "窗", "裂缝", "地砖", "台阶", "雨棚", "顶楼"}, []string{"脱落", "掉下来", "裂缝", "开裂", "渗漏", "漏雨", "松动", "塌", "掉皮", "翘起"}},
	{"public_space", []string{"健身器材", "长椅", "凉亭", "滑梯", "广场", "活动室", "晾衣", "座椅", "儿童乐园", "篮球", "秋千", "石凳", "跑道", "路面", "围栏"}, []string{"路面坑", "坑坑洼洼", "器材坏", "晃得厉害"}},
	{"property", []string{"物业费", "物业", "快递", "维修基金", "公共收益", "业委会"}, []string{"物业不", "物业没", "物业也", "没人管", "收费不", "乱收费", "电话打不通"}},
	{"neighbor", []string{"楼上", "隔壁", "邻居", "对门"}, []string{"吵架", "打起来", "骂人", "纠纷", "堆在门口", "抢占"}},
}

// categoryOf finds what a text is about; key "" if nothing of the taxonomy is in it.
func categoryOf(t string) finding {
	for _, tp := range topics {
		if w, ok := has(t, tp.fault); ok {
			return finding{tp.key, w, true}
		}
	}
	for _, tp := range topics {
		if w, ok := has(t, tp.words); ok {
			return finding{tp.key, w, false}
		}
	}
	return finding{}
}

// wrong are words that say something is wrong, whatever it is.
var wrong = regexp.MustCompile(`坏|不亮|不行了|失灵|不好使|不管用|没反应|不动|不制冷|卡住|卡死|断了|破了|裂|漏|堵|臭|脏|吵|黑|烂|掉下|松|歪|倒了|太慢|打不开|关不|开不了|用不了|不能用|没人管|没人修|没人来|没人扫|危险|吓人|受不了|投诉|反映|报修|求助|帮忙看|来看看|修一下|修修|处理一下|管管|管一管|解决一下|清理一下|能不能.{0,12}(?:修|装|清|管|处理|解决|派|加|换|改|来|弄|设|整)|能不能.{0,16}(?:停|捡|小一点|小点|轻|摆|放|划|搭|提|关)|受不了|进水|全灭|灭了|认不出|砸|往下掉|翻上来|滴水|横下来|封住|遮|讲了.{0,3}次|炸了|停满|风化|蹦迪|又(?:开始|来|停|不)|建议|希望|没得用|冇|不灵|勿亮|坏特|坏脱|瓦特|坏球|拐了|崴了|不得行|不中`)

// danger says whether life is at risk now, and what of.
var dangers = []struct {
	re  *regexp.Regexp
	key string
	why string
}{
	{regexp.MustCompile(`(?:困|关|卡)(?:在|到|死在|住在)?.{0,6}电[梯替]|电梯.{0,10}(?:困|关着|卡着|有人出不来|里面有人)`), "elevator", "有人困在电梯"},
	{regexp.MustCompile(`(?:闻到|一股|有|很重|好大|满).{0,8}(?:煤气|燃气|天然气)|(?:煤气|燃气|天然气).{0,6}(?:味|泄|漏)|瓦斯味`), "fire", "燃气味"},
	{regexp.MustCompile(`(?:着火|起火|失火|着起来|冒(?:黑|浓|大|白)烟|(?:在|正|往外)冒烟|焦味|火苗|烧起来|爆炸)`), "fire", "起火冒烟"},
	{regexp.MustCompile(`(?:晕|昏|摔|跌|倒)(?:倒|过去|在)?.{0,10}(?:不醒|没反应|没有反应|叫不应|不动|起不来|流血|一地血|没知觉|地上)|(?:晕倒|昏倒|昏迷|抽搐|没呼吸|叫不醒|口吐白沫|心脏病发|喘不上气|溺水|掉(?:河|水|井)里|落水)`), "elderly", "有人倒下"},
	{regexp.MustCompile(`(?:老人|老爷|阿婆|阿公|奶奶|爷爷|孩子|小孩|娃|儿子|女儿|老太|老伯|妈|爸).{0,14}(?:走失|走丢|不见了|找不到了|失踪|丢了)|到现在还?没(?:到家|回家|回来|上来|见人)`), "elderly", "有人走失"},
	{regexp.MustCompile(`不想(?:再)?(?:撑|活)|敲.{0,10}没人应|(?:120|救护车)进不来|要跳楼|想跳楼|站在(?:楼顶|天台)边|割腕|拿刀|持刀|砍人|触电|被电到|电倒`), "aid", "生命危险"},
}

// joking are words after which danger is a manner of speaking, over, elsewhere or only taught about.
var joking = regexp.MustCompile(`热死|笑死|累死|哈哈|演练|演习|讲座|宣传|防火|预防|注意防范|新闻|视频里|听说.{0,6}(?:别的|外地)|提醒大家|谨防|温馨提示|如遇|通知|找到了|已扑灭|没事了|虚惊|电动车起火案例|当心|打着火|手环|猫|狗|上次|去年|以前|钥匙|快递`)

func readDanger(r *Reader, l *look) (community.Reading, bool) {
	if l.serve && l.m.Kind != community.Voice && len(l.t) > 200 {
		return community.Reading{}, false
	}
	for _, d := range dangers {
		w := d.re.FindString(l.t)
		if w == "" || joking.MatchString(l.t) {
			continue
		}
		rd := community.Reading{Intent: community.Asks, Category: d.key, Urgency: community.Emergency, Confidence: 0.9, Why: d.why + "：「" + w + "」",
			Rows: r.index.search(d.why)}
		if d.key == "elderly" && any1(l.t, []string{"孩子", "小孩", "娃", "儿子", "女儿"}) {
			rd.Category = "children"
		}
		if open, ok := threadOf(l, d.key); ok && open.Urgency == community.Emergency {
			rd.Intent, rd.Request = community.More, open.ID
			if !supports(open, l.m.Sender) {
				rd.Intent = community.Same
			}
		}
		rd.Private = false
		return rd, true
	}
	return community.Reading{}, false
}

var urgentWords = []string{"停水", "没水", "停电", "没电", "淹", "爆管", "水漫", "电线掉", "电线垂", "裸露", "漏电", "火花", "喷水", "一直流", "哗哗", "马上", "赶紧", "着急", "急", "没人照顾", "一天没吃", "卡在", "掉下来", "砸"}

func urgencyOf(t, key string) community.Urgency {
	if _, ok := has(t, urgentWords); ok && key != "noise" {
		return community.Urgent
	}
	return community.Normal
}
