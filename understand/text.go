package understand

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// traditional maps the traditional characters that appear in such talk to simplified ones.
var traditional = func() map[rune]rune {
	from := []rune("樓號單壞燈電梯漏水門禁車擋裡邊沒還這個們請問幾點嗎誰開關張陳劉時間錢應該報謝幫爺媽處場會過對說話講覺聲吵鬧髒亂臭掃驗淨滅煙氣閥險醫藥護養殘廢兒學園務業維檢線網絡動靜頂滲牆瓷磚裝遊戲鐵鎖鑰匙濕溝堵暢管龍頭陽臺臺階斷塊換監視頻")
	to := []rune("楼号单坏灯电梯漏水门禁车挡里边没还这个们请问几点吗谁开关张陈刘时间钱应该报谢帮爷妈处场会过对说话讲觉声吵闹脏乱臭扫验净灭烟气阀险医药护养残废儿学园务业维检线网络动静顶渗墙瓷砖装游戏铁锁钥匙湿沟堵畅管龙头阳台台阶断块换监视频")
	m := map[rune]rune{}
	for i := range min(len(from), len(to)) {
		m[from[i]] = to[i]
	}
	return m
}()

// Normalise makes a text comparable: valid UTF-8, half width, simplified, lower case,
// without marks that cannot be seen. Line breaks stay.
func Normalise(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = width.Fold.String(s)
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if to, ok := traditional[r]; ok {
			r = to
		}
		switch {
		case r == '\n' || r == ' ':
			b.WriteRune(r)
		case r == '\t' || r == '\r':
			b.WriteRune(' ')
		case unicode.In(r, unicode.Cf, unicode.Cc, unicode.Variation_Selector):
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.TrimSpace(b.String())
}
