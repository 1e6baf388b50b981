package understand

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"maps"
	"math"
	"slices"
)

// Act is what a message may do, seen from what lies on the desk. It is finer than
// an Intent: it keeps apart what is solved and what is not, and what only leads up to a request.
type Act uint8

// The acts. Those from More on are about one request on the desk.
const (
	ActChat Act = iota
	ActAnswer
	ActQuestion
	ActSignup
	ActCommand
	ActLead // a photo or a bit of context before the words that say what is wrong
	ActAsks
	ActMore
	ActSame
	ActDone
	ActStill
	acts = iota
)

const (
	links      = int(acts) - int(ActMore) // acts about a request
	categories = 20
	urgencies  = 3
	columns    = int(acts) + categories + urgencies + homes + 1
	catAt      = int(acts)
	urgAt      = int(acts) + categories
	homeAt     = urgAt + urgencies
	listAt     = homeAt + homes // whether the resource list can answer a question
)

// Whether what nobody says about the place is that of the speaker's home or of the group's building.
const (
	homeBuilding = iota
	homeUnit
	homeRoom
	groupBuilding
	homes
)

// Weights are what the model has learnt: one row of small numbers for each feature of
// a text or situation, and one for each bucket of a pair (message, request).
type Weights struct {
	mask  uint32
	marks []uint16 // second half of the feature's hash, so that strangers find nothing; 0: empty
	rows  []int8   // len(marks) × columns
	scale [columns]float32
	bias  [columns]float32
	pair  []float32   // pairSize × links
	Sure  [11]float32 // how often a reading of confidence 0, 0.1 … 1 was right
	Note  string      // what it was trained on and the figures it reached
}

//go:embed model.bin
var modelFile []byte

var learnt = mustWeights(modelFile)

// Learnt are the embedded weights.
func Learnt() *Weights { return learnt }

func mustWeights(raw []byte) *Weights {
	w, err := DecodeWeights(raw)
	if err != nil {
		panic(err) // embedded above
	}
	return w
}

// probes bounds how far a feature may stand from where its hash points.
const probes = 16

// row finds the weights of a feature; nil if it was not worth learning.
func (w *Weights) row(f uint64) []int8 {
	mark := uint16(f>>48) | 1
	at := uint32(f) & w.mask
	for range probes {
		switch w.marks[at] {
		case mark:
			return w.rows[int(at)*columns : (int(at)+1)*columns]
		case 0:
			return nil
		}
		at = (at + 1) & w.mask
	}
	return nil
}

// add adds the weights of features to the sums of the first columns, all of them if upTo is columns.
func (w *Weights) add(sum *[columns]float32, features []uint64, value float32, upTo int) {
	var whole [columns]int32
	for _, f := range features {
		row := w.row(f)
		if row == nil {
			continue
		}
		for c, v := range row[:upTo] {
			whole[c] += int32(v)
		}
	}
	for c := range upTo {
		sum[c] += float32(whole[c]) * w.scale[c] * value
	}
}

// Pack makes Weights of what training found: a row of columns for each feature, and the
// pair weights. Features whose weights are all tiny are left out.
func Pack(rows map[uint64][]float32, bias []float32, pair []float32, note string) (*Weights, error) {
	w := &Weights{pair: pair, Note: note}
	copy(w.bias[:], bias)
	for _, r := range rows {
		for c, v := range r {
			w.scale[c] = max(w.scale[c], float32(math.Abs(float64(v)))/127)
		}
	}
	size := uint32(1024)
	for int(size) < len(rows)*5/4 {
		size *= 2
	}
	w.mask = size - 1
	w.marks, w.rows = make([]uint16, size), make([]int8, int(size)*columns)
	for _, f := range sortedKeys(rows) {
		if err := w.put(f, rows[f]); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *Weights) put(f uint64, row []float32) error {
	mark := uint16(f>>48) | 1
	at := uint32(f) & w.mask
	for range probes {
		if w.marks[at] == mark {
			return nil // a stranger with the same mark: one in thirty thousand; the first keeps the place
		}
		if w.marks[at] == 0 {
			w.marks[at] = mark
			for c, v := range row {
				if w.scale[c] > 0 {
					w.rows[int(at)*columns+c] = int8(math.Round(float64(v / w.scale[c])))
				}
			}
			return nil
		}
		at = (at + 1) & w.mask
	}
	return nil // the street is full: the weakest come last and may be left out
}

// magic begins a file of weights; its last byte is the version of the layout.
const magic = "linli-w3"

// Encode writes the weights as model.bin. Empty rows take one bit.
func (w *Weights) Encode() []byte {
	out := []byte(magic)
	u32 := func(v int) { out = binary.LittleEndian.AppendUint32(out, uint32(v)) }
	f32 := func(v float32) { u32(int(math.Float32bits(v))) }
	u32(len(w.Note))
	out = append(out, w.Note...)
	u32(len(w.marks))
	for _, list := range [][]float32{w.scale[:], w.bias[:], w.Sure[:]} {
		for _, v := range list {
			f32(v)
		}
	}
	u32(len(w.pair))
	for _, v := range w.pair {
		f32(v)
	}
	for _, m := range w.marks {
		out = binary.LittleEndian.AppendUint16(out, m)
	}
	for i, m := range w.marks {
		if m != 0 {
			for _, v := range w.rows[i*columns : (i+1)*columns] {
				out = append(out, byte(v))
			}
		}
	}
	return out
}

var errModel = errors.New("understand: not a model of this version")

// DecodeWeights reads what Encode wrote.
func DecodeWeights(raw []byte) (*Weights, error) {
	if len(raw) < len(magic)+4 || string(raw[:len(magic)]) != magic {
		return nil, errModel
	}
	d := decoder{raw: raw[len(magic):]}
	w := &Weights{Note: string(d.bytes(int(d.u32())))}
	n := int(d.u32())
	if n < 2 || n&(n-1) != 0 || n > len(raw) {
		return nil, errModel
	}
	w.mask = uint32(n - 1)
	for _, list := range [][]float32{w.scale[:], w.bias[:], w.Sure[:]} {
		for i := range list {
			list[i] = d.f32()
		}
	}
	w.pair = make([]float32, min(int(d.u32()), len(d.raw)/4))
	for i := range w.pair {
		w.pair[i] = d.f32()
	}
	w.marks, w.rows = make([]uint16, n), make([]int8, n*columns)
	for i := range w.marks {
		w.marks[i] = d.u16()
	}
	for i, m := range w.marks {
		if m == 0 {
			continue
		}
		for c, v := range d.bytes(columns) {
			w.rows[i*columns+c] = int8(v)
		}
	}
	if d.short || len(w.pair) != pairSize*links {
		return nil, errModel
	}
	return w, nil
}

// decoder reads little-endian numbers; reading past the end gives zeros and marks it short.
type decoder struct {
	raw   []byte
	short bool
}

func (d *decoder) bytes(n int) []byte {
	if n < 0 || n > len(d.raw) {
		d.short = true
		return make([]byte, max(0, min(n, columns)))
	}
	b := d.raw[:n]
	d.raw = d.raw[n:]
	return b
}

func (d *decoder) u16() uint16  { return binary.LittleEndian.Uint16(d.bytes(2)) }
func (d *decoder) u32() uint32  { return binary.LittleEndian.Uint32(d.bytes(4)) }
func (d *decoder) f32() float32 { return math.Float32frombits(d.u32()) }

// What training needs to know of the layout.
const (
	Columns     = columns   // columns of a row: acts, categories, urgencies
	Acts        = int(acts) // the first of them
	CategoryAt  = catAt     // where the categories begin
	UrgencyAt   = urgAt     // where the urgencies begin
	HomeAt      = homeAt    // where the questions of place begin: each a yes or no of its own
	Homes       = homes     // how many there are
	ListAt      = listAt    // whether the resource list can answer: a yes or no
	PairBuckets = pairSize
	PairWeights = pairSize * links // weights of pairs
)

// PairAt is where the weight of a pair's bucket stands for an act about a request.
func PairAt(bucket uint16, a Act) int { return int(bucket)*links + int(a-ActMore) }

func sortedKeys(rows map[uint64][]float32) []uint64 { return slices.Sorted(maps.Keys(rows)) }
