//go:build !race

package sqlite

const raced = false

const usually = 500 // requests in TestLargeHouse
