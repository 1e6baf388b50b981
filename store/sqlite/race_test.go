//go:build race

package sqlite

const raced = true // the race detector takes several times the time and the memory

const usually = 60 // requests in TestLargeHouse
