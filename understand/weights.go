package understand

import (
	"cmp"
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

// Weights are what the model has learnt: a row of small numbers for each feature of the words
// (all columns), one for each feature of the situation (acts only), and one weight for each
// bucket of a pair (message, request) and act.
type Weights struct {
	words     table
	situation table
	scale     [columns]float32
	bias      [columns]float32
	pair      []float32   // pairSize × links
	Sure      [11]float32 // how often a reading of confidence 0, 0.1 … 1 was right
	Note      string      // what it was trained on and the figures it reached
}

// A table finds rows by the hash of a feature: open addressing, no pointers.
type table struct {
	width int
	mask  uint32
	marks []uint16 // second half of the feature's hash, so that strangers find nothing; 0: empty
	rows  []int8   // len(marks) × width
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
func (t *table) row(f uint64) []int8 {
	mark := uint16(f>>48) | 1
	at := uint32(f) & t.mask
	for range probes {
		switch t.marks[at] {
		case mark:
			return t.rows[int(at)*t.width : (int(at)+1)*t.width]
		case 0:
			return nil
		}
		at = (at + 1) & t.mask
	}
	return nil
}

// add adds the weights of features to the sums of the first columns.
func (w *Weights) add(sum *[columns]float32, from *table, features []uint64, value float32, upTo int) {
	var whole [columns]int32
	for _, f := range features {
		row := from.row(f)
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

// The strongest features are kept, so that the file stays small; more gained less than they weigh.
const (
	mostWords      = 26000
	mostSituations = 26000
)

// Pack makes Weights of what training found: rows of all columns for the features of words, rows
// of acts for those of situations, and the weights of pairs.
func Pack(words, situation map[uint64][]float32, bias []float32, pair []float32, note string) (*Weights, error) {
	w := &Weights{pair: pair, Note: note}
	if len(pair) != PairWeights {
		return nil, errModel
	}
	copy(w.bias[:], bias)
	strong, near := strongest(words, mostWords), strongest(situation, mostSituations)
	for _, list := range []map[uint64][]float32{words, situation} {
		for _, r := range list {
			for c, v := range r {
				w.scale[c] = max(w.scale[c], float32(math.Abs(float64(v)))/127)
			}
		}
	}
	w.words, w.situation = newTable(len(strong), columns), newTable(len(near), int(acts))
	for _, f := range strong {
		w.words.put(f, words[f], w.scale[:])
	}
	for _, f := range near {
		w.situation.put(f, situation[f], w.scale[:])
	}
	return w, nil
}

// strongest are the features with the largest weights, the strongest first.
func strongest(rows map[uint64][]float32, most int) []uint64 {
	list := slices.Sorted(maps.Keys(rows))
	slices.SortStableFunc(list, func(a, b uint64) int { return cmp.Compare(strength(rows[b]), strength(rows[a])) })
	return list[:min(len(list), most)]
}

func strength(row []float32) (most float32) {
	for _, v := range row {
		most = max(most, float32(math.Abs(float64(v))))
	}
	return most
}

func newTable(n, width int) table {
	size := uint32(1024)
	for int(size) < n*5/4 {
		size *= 2
	}
	return table{width, size - 1, make([]uint16, size), make([]int8, int(size)*width)}
}

// put keeps a row; where the street is full the weaker one, which comes later, is left out.
func (t *table) put(f uint64, row, scale []float32) {
	mark := uint16(f>>48) | 1
	at := uint32(f) & t.mask
	for range probes {
		if t.marks[at] == mark {
			return // a stranger with the same mark: one in thirty thousand
		}
		if t.marks[at] == 0 {
			t.marks[at] = mark
			for c, v := range row {
				if scale[c] > 0 {
					t.rows[int(at)*t.width+c] = int8(math.Round(float64(v / scale[c])))
				}
			}
			return
		}
		at = (at + 1) & t.mask
	}
}

// magic begins a file of weights; its last byte is the version of the layout.
const magic = "linli-w4"

// Encode writes the weights as model.bin. Empty rows take two bytes.
func (w *Weights) Encode() []byte {
	out := []byte(magic)
	u32 := func(v int) { out = binary.LittleEndian.AppendUint32(out, uint32(v)) }
	u32(len(w.Note))
	out = append(out, w.Note...)
	for _, list := range [][]float32{w.scale[:], w.bias[:], w.Sure[:]} {
		for _, v := range list {
			u32(int(math.Float32bits(v)))
		}
	}
	top := strength(w.pair)
	u32(int(math.Float32bits(top)))
	for _, v := range w.pair {
		out = append(out, byte(int8(math.Round(float64(v/max(top, 1e-9)*127)))))
	}
	for _, t := range []*table{&w.words, &w.situation} {
		u32(len(t.marks))
		for _, m := range t.marks {
			out = binary.LittleEndian.AppendUint16(out, m)
		}
		for i, m := range t.marks {
			if m != 0 {
				for _, v := range t.rows[i*t.width : (i+1)*t.width] {
					out = append(out, byte(v))
				}
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
	w := &Weights{Note: string(d.bytes(int(d.u32()))), pair: make([]float32, PairWeights)}
	for _, list := range [][]float32{w.scale[:], w.bias[:], w.Sure[:]} {
		for i := range list {
			list[i] = d.f32()
		}
	}
	top := d.f32()
	for i, v := range d.bytes(PairWeights) {
		w.pair[i] = float32(int8(v)) / 127 * top
	}
	w.words, w.situation = d.table(columns), d.table(int(acts))
	if d.short || len(d.raw) > 0 {
		return nil, errModel
	}
	return w, nil
}

func (d *decoder) table(width int) table {
	n := int(d.u32())
	if n < 2 || n&(n-1) != 0 || n > len(d.raw) {
		d.short = true
		return table{}
	}
	t := table{width, uint32(n - 1), make([]uint16, n), make([]int8, n*width)}
	for i := range t.marks {
		t.marks[i] = d.u16()
	}
	for i, m := range t.marks {
		if m == 0 || d.short {
			continue
		}
		for c, v := range d.bytes(width) {
			t.rows[i*width+c] = int8(v)
		}
	}
	return t
}

// decoder reads little-endian numbers; reading past the end gives zeros and marks it short.
type decoder struct {
	raw   []byte
	short bool
}

func (d *decoder) bytes(n int) []byte {
	if n < 0 || n > len(d.raw) {
		d.short = true
		return make([]byte, max(0, min(n, PairWeights)))
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
