package community

import "testing"

func TestNearestOffersWhatWasMeant(t *testing.T) {
	names := []string{"listen", "data", "behind_tls", "demo", "电话", "地址", "名称", "核对日期"}
	for word, want := range map[string]string{
		"listne": "listen", "lissten": "listen", "Listen": "listen", "dat": "data", "behindtls": "behind_tls",
		"电活": "电话", "核对日": "核对日期", "名": "", "备注": "", "": "", "database": "", "x": "",
	} {
		if got := Nearest(word, names); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}
