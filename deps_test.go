package main

// Modules whose room is still being built; each goes when its room imports it.
import (
	_ "github.com/coder/websocket"
)
