package store

import (
	"slices"
	"strings"

	"linli/community"
)

// Blobs lie beside the store. Which message needs which one is noted under
// blob/HASH/CONV/ID; when the last note goes, unblob/HASH says that the file may go too.

func needBlobs(tx Tx, m community.Message) {
	for _, hash := range m.Blobs {
		tx.Put(join("blob", esc(hash), talkOf(m), esc(m.ID)), nil)
		tx.Delete("unblob/" + esc(hash))
	}
}

func freeBlobs(tx Tx, m community.Message) {
	for _, hash := range m.Blobs {
		tx.Delete(join("blob", esc(hash), talkOf(m), esc(m.ID)))
		if !NeedsBlob(tx, hash) {
			tx.Put("unblob/"+esc(hash), nil)
		}
	}
}

// NeedsBlob reports whether a message of the community still shows the blob.
func NeedsBlob(tx Tx, hash string) bool {
	prefix := "blob/" + esc(hash) + "/"
	for range tx.Scan(prefix, after(prefix)) {
		return true
	}
	return false
}

// FreeBlobs lists up to n blobs that no message of the community shows any more.
func FreeBlobs(tx Tx, n int) []string {
	var out []string
	for k := range tx.Scan("unblob/", after("unblob/")) {
		if out = append(out, strings.TrimPrefix(k, "unblob/")); len(out) >= n {
			break
		}
	}
	return slices.Clip(out)
}

// BlobGone notes that a free blob was dealt with.
func BlobGone(tx Tx, hash string) { tx.Delete("unblob/" + esc(hash)) }
