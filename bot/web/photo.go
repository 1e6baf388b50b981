package web

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"time"

	"linli/bot/photo"
	"linli/community"
)

// upload is one uploaded photo: the name of its blob and its kind.
type upload struct{ hash, kind string }

// maxPhotos is how many photos one form may bring.
const maxPhotos = 9

// photoKey is where the shelf notes that a photo belongs to a conversation; the message's id follows.
func photoKey(h community.Handle, hash string) string {
	return "photo/" + hash + "/" + url.PathEscape(h.ID) + "/"
}

func isUpload(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "multipart/form-data"
}

// parsed reads the form, big or small, and says so when it is too big.
func (c *Channel) parsed(w http.ResponseWriter, r *http.Request) bool {
	var err error
	if isUpload(r) {
		err = r.ParseMultipartForm(1 << 20)
	} else {
		err = r.ParseForm()
	}
	if err == nil {
		return true
	}
	if _, big := errors.AsType[*http.MaxBytesError](err); big {
		c.tooBig(w, r)
		return false
	}
	c.fail(w, r, http.StatusBadRequest, "没有收全", "网络可能断了一下，请再发一次。")
	return false
}

func (c *Channel) tooBig(w http.ResponseWriter, r *http.Request) {
	c.fail(w, r, http.StatusRequestEntityTooLarge, "照片太大了", "一张照片最多 10 MB，请换一张小一点的。")
}

// photos keeps the uploaded photos. What a file is, is told by its content, never by its name.
func (c *Channel) photos(w http.ResponseWriter, r *http.Request) ([]upload, bool) {
	if r.MultipartForm == nil {
		return nil, true
	}
	files := r.MultipartForm.File["photo"]
	if len(files) > maxPhotos {
		c.fail(w, r, http.StatusUnprocessableEntity, "照片太多了", "一次最多 9 张。")
		return nil, false
	}
	var out []upload
	for _, head := range files {
		if head.Size == 0 {
			continue // an empty file field of a plain form
		}
		f, err := head.Open()
		if err != nil {
			c.broken(w, r, err)
			return nil, false
		}
		p, err := c.keep(r, f)
		f.Close()
		switch {
		case errors.Is(err, photo.ErrTooBig):
			c.tooBig(w, r)
			return nil, false
		case errors.Is(err, photo.ErrNotPhoto):
			c.fail(w, r, http.StatusUnsupportedMediaType, "这不是照片", "这个文件打不开，不是照片。可以发手机拍的照片，或者截图。")
			return nil, false
		case errors.Is(err, photo.ErrHEIC):
			c.fail(w, r, http.StatusUnsupportedMediaType, "这张照片别人看不了", "这是 HEIC 格式，很多手机打不开。请把它截个图再发，或在相机设置里选「兼容性最佳」。")
			return nil, false
		case err != nil:
			c.broken(w, r, err)
			return nil, false
		}
		out = append(out, p)
	}
	return out, true
}

// keep stores a photo without what tells where and by whom it was made.
func (c *Channel) keep(r *http.Request, f io.Reader) (upload, error) {
	kind, bare, err := photo.Read(f)
	if err != nil {
		return upload{}, err
	}
	hash, err := c.house.Load().SaveBlob(r.Context(), bytes.NewReader(bare), photo.Max)
	return upload{hash, kind}, err
}

// photo shows one photo to those who are in the conversation it was posted to.
func (c *Channel) photo(w http.ResponseWriter, r *http.Request, d device) {
	k, ok := c.looking(w, r, d)
	if !ok {
		return
	}
	hash := r.PathValue("hash")
	found, err := c.shelf().Scan(r.Context(), photoKey(k.room.Handle, hash))
	if err != nil {
		c.broken(w, r, err)
		return
	}
	kind := ""
	for _, v := range found {
		kind = string(v)
	}
	f, err := c.house.Load().OpenBlob(hash)
	if kind == "" || errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			f.Close()
		}
		http.NotFound(w, r)
		return
	}
	if err != nil {
		c.broken(w, r, err)
		return
	}
	defer f.Close()
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "private, max-age=600")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(w, r, "", time.Time{}, f)
}
