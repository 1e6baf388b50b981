//go:build !race

package sheets

// manyRows is what a whole district's list may have.
const manyRows = 50_000
