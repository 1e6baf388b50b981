//go:build !race

package bot_test

const slowdown = 1
