package storetest

import (
	"testing"

	"linli/store"
)

func TestMemory(t *testing.T) { Run(t, func(testing.TB) store.Store { return store.NewMemory() }) }
