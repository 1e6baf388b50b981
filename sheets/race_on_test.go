//go:build race

package sheets

// manyRows: under the race detector a tenth is slow enough.
const manyRows = 5_000
