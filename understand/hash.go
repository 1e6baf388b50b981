package understand

// Seeds keep the kinds of features apart.
const (
	seedPhrase = 0x9e3779b97f4a7c15 + iota
	seedGram
	seedServeGram
	seedClass
	seedPlace
	seedSituation
	seedPiece
	seedFound
)

// mix folds a value into a 64-bit hash; it is fast and the same on every machine.
func mix(h, v uint64) uint64 {
	h ^= v + 0x9e3779b97f4a7c15 + (h << 6) + (h >> 2)
	h *= 0xff51afd7ed558ccd
	return h ^ h>>32
}

func hashOf(s string) uint64 {
	h := uint64(seedClass)
	for _, r := range s {
		h = mix(h, uint64(r))
	}
	return h
}
