//go:build race

package bot_test

// slowdown is what the race detector costs.
const slowdown = 10
