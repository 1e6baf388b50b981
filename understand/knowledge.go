package understand

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"linli/community"
)

// Why a file of knowledge cannot be used.
var (
	ErrOtherVersion = errors.New("understand: learnt by another version of the program")
	ErrDamaged      = errors.New("understand: not a whole file of what was learnt")
)

// knowledgeMagic begins a file of knowledge; after it comes the fingerprint of the program's own understanding.
const knowledgeMagic = "linli-k1"

// fingerprint names what a file stands on: the words the program knows and the weights it came with. A later
// program knows more; what was learnt on an earlier one would take that away again, so it is learnt anew.
var fingerprint = sync.OnceValue(func() []byte {
	h := sha256.New()
	h.Write(modelFile)
	err := fs.WalkDir(lexiconFiles, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := lexiconFiles.ReadFile(path)
		fmt.Fprintf(h, "%s %d\n", path, len(raw))
		h.Write(raw)
		return err
	})
	if err != nil {
		panic(err) // embedded
	}
	return h.Sum(nil)[:16]
})

// Encode writes knowledge as a file that tells when it is damaged or meant for another program.
func (k Knowledge) Encode() ([]byte, error) {
	asked, err := json.Marshal(k.Asked) // a map's keys are written in order
	if err != nil {
		return nil, err
	}
	out := append([]byte(knowledgeMagic), fingerprint()...)
	for _, part := range [][]byte{k.Weights.Encode(), asked} {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(part)))
		out = append(out, part...)
	}
	sum := sha256.Sum256(out)
	return append(out, sum[:]...), nil
}

// DecodeKnowledge reads what Encode wrote, or says by ErrDamaged or ErrOtherVersion why it does not.
func DecodeKnowledge(raw []byte) (k Knowledge, err error) {
	whole, sum, ok := sealed(raw)
	if !ok {
		return k, ErrDamaged
	}
	if own := sha256.Sum256(whole); !bytes.Equal(own[:], sum) {
		return k, ErrDamaged
	}
	head := len(knowledgeMagic) + len(fingerprint())
	if len(whole) < head || string(whole[:len(knowledgeMagic)]) != knowledgeMagic || !bytes.Equal(whole[len(knowledgeMagic):head], fingerprint()) {
		return k, ErrOtherVersion
	}
	d := decoder{raw: whole[head:]}
	weights := d.bytes(int(d.u32()))
	asked := d.bytes(int(d.u32()))
	if d.short {
		return k, ErrDamaged
	}
	if k.Weights, err = DecodeWeights(weights); err != nil {
		return k, ErrOtherVersion
	}
	k.Asked = map[community.ID][]Asked{}
	return k, json.Unmarshal(asked, &k.Asked)
}

// sealed cuts the sum off the end.
func sealed(raw []byte) (whole, sum []byte, ok bool) {
	if len(raw) < sha256.Size || !bytes.HasPrefix(raw, []byte("linli-k")) {
		return nil, nil, false
	}
	n := len(raw) - sha256.Size
	return raw[:n], raw[n:], true
}
