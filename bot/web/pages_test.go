package web_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"linli/bot"
	"linli/bot/web"
	"linli/community"
)

func TestRoleTakingOnlyOnAStage(t *testing.T) {
	for _, x := range []struct {
		name      string
		options   web.Options
		community string
		path      string
		want      int
	}{
		{"sample, role", web.Options{}, "lan", "/who/take", http.StatusSeeOther},
		{"sample, newcomer", web.Options{}, "lan", "/who/join", http.StatusSeeOther},
		{"real, role", web.Options{}, "shi", "/who/take", http.StatusForbidden},
		{"real, newcomer", web.Options{}, "shi", "/who/join", http.StatusForbidden},
		{"real with demo, role", web.Options{Demo: true}, "shi", "/who/take", http.StatusSeeOther},
		{"nowhere", web.Options{Demo: true}, "nowhere", "/who/take", http.StatusForbidden},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := newTown(t, x.options)
			v := w.visitor()
			res, _ := v.must("POST", x.path, url.Values{"community": {x.community}, "person": {"c1"}, "name": {"王姐"}, "building": {"3"}, "room": {"301"}})
			if res.StatusCode != x.want {
				t.Fatalf("got %d, want %d", res.StatusCode, x.want)
			}
			if home, _ := v.must("GET", "/", nil); (home.StatusCode == http.StatusOK) != (x.want == http.StatusSeeOther) {
				t.Errorf("home afterwards: got %d", home.StatusCode)
			}
		})
	}
}

func TestResidentJoinsByInvitation(t *testing.T) {
	w := newTown(t, web.Options{Secure: true})
	path, err := w.web.Invite(context.Background(), web.Invitation{Community: "shi", Groups: []community.GroupID{"g3"}, Uses: 1})
	if err != nil {
		t.Fatal(err)
	}
	v := w.visitor()
	if res, body := v.must("GET", path, nil); res.StatusCode != http.StatusOK || !strings.Contains(body, "石桥社区") {
		t.Fatalf("the invitation's page: got %d", res.StatusCode)
	}
	form := url.Values{"name": {"王姐"}, "building": {"3号楼"}, "room": {"301室"}}
	res, _ := v.must("POST", path, form)
	if res.StatusCode != http.StatusSeeOther || len(res.Cookies()) != 1 {
		t.Fatalf("joining: got %d with %d cookies", res.StatusCode, len(res.Cookies()))
	}
	ck := res.Cookies()[0]
	if !ck.HttpOnly || !ck.Secure || ck.SameSite != http.SameSiteLaxMode || !strings.HasPrefix(ck.Name, "__Host-") {
		t.Errorf("the device token's cookie: got %s", ck)
	}
	in := w.visitor()
	in.header.Set("Cookie", ck.Name+"="+ck.Value)
	if _, body := in.must("GET", "/", nil); !strings.Contains(body, "王姐 3-301") || !strings.Contains(body, "3号楼邻里群") || strings.Contains(body, "银发志愿队") {
		t.Error("the list should show the nickname and only the invited group")
	}
	if res, _ := in.must("GET", "/chat/desk", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("a group one is not in: got %d, want 404", res.StatusCode)
	}
	if res, _ := w.visitor().must("POST", path, form); res.StatusCode != http.StatusGone {
		t.Errorf("an invitation used up: got %d, want 410", res.StatusCode)
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	w := newTown(t, web.Options{})
	v := w.as("v1")
	v.header.Set("Sec-Fetch-Site", "cross-site")
	v.header.Set("Origin", "https://elsewhere.example")
	res, _ := v.must("POST", "/chat/g3/say", url.Values{"token": {"12345678"}, "text": {"不是我说的"}})
	if res.StatusCode != http.StatusForbidden {
		t.Fatalf("got %d, want 403", res.StatusCode)
	}
	if n := len(w.said("g3")); n != 0 {
		t.Errorf("got %d lines, want none", n)
	}
}

func TestPagesLoadNothingForeignAndNothingInline(t *testing.T) {
	w := newTown(t, web.Options{})
	v := w.as("v1")
	v.says("g3", "三号楼二单元的灯又不亮了")
	foreign := regexp.MustCompile(`(?i)(src|href|action)="(https?:)?//|\sstyle=|\son[a-z]+="|<script>|<style`)
	for _, path := range []string{"/", "/who", "/chat/g3", "/chat/@me", "/nowhere"} {
		res, body := v.must("GET", path, nil)
		csp := res.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if hit := foreign.FindString(body); hit != "" {
			t.Errorf("%s: found %q", path, hit)
		}
	}
	for _, name := range []string{"base.css", "chat.css", "mind.css", "main.js", "live.js", "compose.js", "menu.js", "mind.js", "toast.js"} {
		res, body := v.must("GET", "/web/"+name, nil)
		if res.StatusCode != http.StatusOK || strings.Contains(body, "http://") || strings.Contains(body, "https://") {
			t.Errorf("%s: status %d, or it names another host", name, res.StatusCode)
		}
	}
}

func TestWordsAreShownAsWords(t *testing.T) {
	w := newTown(t, web.Options{})
	v := w.as("v1")
	v.says("g3", `<script>alert(1)</script><img src=x onerror=alert(2)>`)
	_, body := v.must("GET", "/chat/g3", nil)
	if strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") {
		t.Error("words became markup")
	}
	if !strings.Contains(body, "&lt;script&gt;alert(1)&lt;/script&gt;") {
		t.Error("the words are not shown")
	}
}

func TestSayingTwiceWithOneTokenIsOneMessage(t *testing.T) {
	w := newTown(t, web.Options{})
	v := w.as("v1")
	for range 2 {
		v.must("POST", "/chat/g3/say", url.Values{"token": {"same-token"}, "text": {"网不好，多点了一次"}})
	}
	if n := len(w.said("g3")); n != 1 {
		t.Errorf("got %d lines, want 1", n)
	}
}

func TestRecallWithinTwoMinutesAndOnlyOnesOwn(t *testing.T) {
	var ahead atomic.Int64
	w := newTown(t, web.Options{Clock: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	mine, other := w.as("v1"), w.as("s1")
	mine.says("g3", "说错了")
	mine.says("g3", "这句留着")
	lines := w.said("g3")
	if res, _ := other.must("POST", "/chat/g3/recall", url.Values{"message": {lines[0].ID}}); res.StatusCode != http.StatusNotFound {
		t.Errorf("somebody else's words: got %d, want 404", res.StatusCode)
	}
	if res, _ := mine.must("POST", "/chat/g3/recall", url.Values{"message": {lines[0].ID}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("one's own words: got %d, want 303", res.StatusCode)
	}
	w.until("the words are taken back", func() bool { return w.said("g3")[0].Recalled })
	if _, body := other.must("GET", "/chat/g3", nil); strings.Contains(body, "说错了") || !strings.Contains(body, "撤回了一条消息") {
		t.Error("the recalled words are still shown")
	}
	ahead.Store(int64(3 * time.Minute))
	if res, _ := mine.must("POST", "/chat/g3/recall", url.Values{"message": {lines[1].ID}}); res.StatusCode != http.StatusConflict {
		t.Errorf("after two minutes: got %d, want 409", res.StatusCode)
	}
}

func TestPhotoIsToldByItsContent(t *testing.T) {
	w := newTown(t, web.Options{})
	v := w.as("v1")
	for _, x := range []struct {
		name string
		file []byte
		want int
	}{
		{"photo.png", picture(t, 40, 30), http.StatusSeeOther},
		{"photo.jpg", []byte("<html><script>alert(1)</script>"), http.StatusUnsupportedMediaType},
		{"photo.png", picture(t, 40, 30)[:20], http.StatusUnsupportedMediaType},
		{"photo.png", append(picture(t, 40, 30), make([]byte, 10<<20)...), http.StatusRequestEntityTooLarge},
	} {
		if res := v.sends(t, "g3", x.name, x.file); res.StatusCode != x.want {
			t.Errorf("%s of %d bytes: got %d, want %d", x.name, len(x.file), res.StatusCode, x.want)
		}
	}
	lines := w.said("g3")
	if len(lines) != 1 || lines[0].Kind != community.Image || len(lines[0].Blobs) != 1 {
		t.Fatalf("got %d lines, want one photo", len(lines))
	}
	res, body := w.as("s1").must("GET", "/chat/g3/photo/"+lines[0].Blobs[0], nil)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "image/png" || body != string(picture(t, 40, 30)) {
		t.Errorf("the photo: got %d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	if res, _ := v.must("GET", "/chat/all/photo/"+lines[0].Blobs[0], nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("the photo through another group: got %d, want 404", res.StatusCode)
	}
}

func TestPrivateChatIsOnesOwn(t *testing.T) {
	w := newTown(t, web.Options{})
	a, b := w.as("v1"), w.as("s1")
	a.says("@me", "这话只跟小邻说")
	if _, body := a.must("GET", "/chat/@me", nil); !strings.Contains(body, "这话只跟小邻说") {
		t.Error("one's own private words are not shown")
	}
	if _, body := b.must("GET", "/chat/@me", nil); strings.Contains(body, "这话只跟小邻说") {
		t.Error("private words are shown to somebody else")
	}
}

func TestMentionsAndVoiceReachTheHouse(t *testing.T) {
	w := newTown(t, web.Options{})
	v := w.as("v1")
	v.says("g3", "@网格员小王 麻烦看一下，@小邻 也记一下")
	v.must("POST", "/chat/g3/say", url.Values{"token": {"voice-token"}, "mode": {"voice"}, "text": {"我用语音说的"}})
	lines := w.said("g3")
	if got := strings.Join(lines[0].Mentions, ","); got != "网格员小王,小邻" {
		t.Errorf("mentions: got %q", got)
	}
	i := 0
	for i < len(lines) && lines[i].Text != "我用语音说的" {
		i++
	}
	if i == len(lines) || lines[i].Kind != community.Voice {
		t.Error("the voice message was not heard as one")
	}
}

func TestTooManyWordsTooFast(t *testing.T) {
	w := newTown(t, web.Options{Clock: func() time.Time { return time.Date(2026, 5, 11, 9, 0, 0, 0, time.UTC) }})
	v := w.as("v1")
	last := 0
	for range 60 {
		res, _ := v.must("POST", "/chat/g3/read", nil)
		last = res.StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("got %d, want 429", last)
	}
}

func TestGetChangesNothing(t *testing.T) {
	w := newTown(t, web.Options{})
	v := w.as("v1")
	for _, path := range []string{"/who/take", "/who/join", "/leave", "/chat/g3/say", "/chat/g3/recall", "/chat/g3/read"} {
		if res, _ := v.must("GET", path, nil); res.StatusCode < 400 {
			t.Errorf("GET %s: got %d", path, res.StatusCode)
		}
	}
}

func TestSendKnowsItsHandles(t *testing.T) {
	w := newTown(t, web.Options{})
	if err := w.web.Send(context.Background(), web.GroupHandle("lan", "g3"), community.Outgoing{Key: "k", Text: "好"}); err != nil {
		t.Errorf("to a group: got %v", err)
	}
	err := w.web.Send(context.Background(), community.Handle{Channel: "web", ID: "nonsense"}, community.Outgoing{Key: "k", Text: "好"})
	if f, ok := err.(*bot.Failure); !ok || !f.Certain {
		t.Errorf("to nobody: got %v, want a certain failure", err)
	}
}

func picture(t *testing.T, wide, high int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, wide, high))
	for x := range wide {
		for y := range high {
			img.Set(x, y, color.RGBA{uint8(40 + 180*y/high), uint8(60 + 90*y/high), uint8(120 - 60*y/high), 255})
		}
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// sends uploads one photo as a plain form does.
func (v *visitor) sends(t *testing.T, g, name string, file []byte) *http.Response {
	t.Helper()
	var body bytes.Buffer
	mw := multipart.NewWriter(&body)
	mw.WriteField("token", "photo-"+web.Fingerprint(file))
	part, err := mw.CreateFormFile("photo", name)
	if err != nil {
		t.Fatal(err)
	}
	part.Write(file)
	mw.Close()
	req, err := http.NewRequest("POST", v.w.url+"/chat/"+g+"/say", &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", mw.FormDataContentType())
	res, err := v.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res
}
