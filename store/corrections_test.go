package store_test

import (
	"testing"
	"time"

	"linli/community"
	"linli/store"
	"linli/store/storetest"
)

// tapped decides nothing: it carries out a plan for a tap, as the pen does.
func tapped(t *testing.T, st store.Store, key string, at time.Time, fixes ...community.Correction) {
	t.Helper()
	e := community.Event{Key: key, At: at, Order: &community.Order{Verb: "x"}}
	if err := st.Update(t.Context(), town, func(tx store.Tx) {
		store.Receive(tx, e)
		store.Apply(tx, e, community.Plan{Why: "x", Fixes: fixes})
	}); err != nil {
		t.Fatal(err)
	}
}

func corrections(t *testing.T, st store.Store) (out []community.Correction) {
	t.Helper()
	view(t, st, func(tx store.Tx) { out = store.Corrections(tx) })
	return out
}

func heardAs(t *testing.T, st store.Store, m community.Message, rd community.Reading) {
	t.Helper()
	e := community.Event{Key: community.MessageKey(m.Handle, m.ID), At: m.At, Message: &m, Reading: rd}
	if err := st.Update(t.Context(), town, func(tx store.Tx) {
		store.Receive(tx, e)
		store.Apply(tx, e, community.Plan{Why: "x"})
	}); err != nil {
		t.Fatal(err)
	}
}

func TestCorrectionKeepsWhatWasReadAndNoRoom(t *testing.T) {
	st := storetest.Twice(store.NewMemory())
	heardAs(t, st, community.Message{ID: "m1", Group: "g1", Sender: "u1", Kind: community.Text, Text: "灯坏了", At: morning},
		community.Reading{Intent: community.Asks, Category: "power", Where: community.Place{Building: "3", Room: "502"}, Summary: "灯坏了", Why: "「灯坏」"})
	tapped(t, st, "tap/1", morning, community.Correction{Kind: community.FixCategory, Message: "m1", Group: "g1", Sender: "u1", Right: community.Label{Category: "lighting"}, By: "s1", At: morning})
	tapped(t, st, "tap/2", morning, community.Correction{Kind: community.FixPlace, Message: "m1", Group: "g1", Sender: "u1", Right: community.Label{Where: community.Place{Building: "3", Room: "503"}}})
	all := corrections(t, st)
	if len(all) != 2 {
		t.Fatalf("got %d corrections, want 2", len(all))
	}
	if c := all[0]; c.Read.Category != "power" || c.Right.Category != "lighting" || c.Read.Where.Room != "***" || c.By != "s1" {
		t.Errorf("got %+v", c)
	}
	if c := all[1]; c.Right.Where.Room != "***" || c.Right.Where.Building != "3" {
		t.Errorf("got %+v, want no room in it", c)
	}
}

func TestCorrectionPutBackIsNone(t *testing.T) {
	st := storetest.Twice(store.NewMemory())
	for id, m := range map[string]community.Message{
		"g": {ID: "m1", Group: "g1", Sender: "u1", Kind: community.Text, At: morning},
		"p": {ID: "m1", Sender: "u1", Private: true, Kind: community.Text, At: morning, Handle: community.Handle{Channel: "x", ID: "y"}},
	} {
		heardAs(t, st, m, community.Reading{Intent: community.Asks, Category: "power"})
		fix := community.Correction{Kind: community.FixCategory, Message: "m1", Group: m.Group, Sender: "u1", Right: community.Label{Category: "noise"}}
		tapped(t, st, "tap/1"+id, morning, fix)
		fix.Right.Category = "pets"
		tapped(t, st, "tap/2"+id, morning, fix)
		if all := corrections(t, st); len(all) != 1 || all[0].Right.Category != "pets" || all[0].Read.Category != "power" {
			t.Fatalf("got %+v, want the later of two", all)
		}
		fix.Right.Category = "power"
		tapped(t, st, "tap/3"+id, morning, fix)
		fix.Kind, fix.Right = community.FixSame, community.Label{Request: "7"}
		tapped(t, st, "tap/4"+id, morning, fix)
		fix.Right = community.Label{}
		tapped(t, st, "tap/5"+id, morning, fix)
		if all := corrections(t, st); len(all) != 0 {
			t.Errorf("got %+v, want none", all)
		}
	}
}

func TestCorrectionOutlivesTheTalk(t *testing.T) {
	st := storetest.Twice(store.NewMemory())
	heardAs(t, st, community.Message{ID: "m1", Group: "g1", Sender: "u1", Kind: community.Text, Text: "灯坏了", At: morning}, community.Reading{Intent: community.Asks, Category: "power"})
	fix := community.Correction{Kind: community.FixCategory, Message: "m1", Group: "g1", Sender: "u1", Right: community.Label{Category: "noise"}}
	tapped(t, st, "tap/1", morning, fix)
	night := community.Event{Key: "tick/prune", At: morning.Add(100 * 24 * time.Hour), Tick: &community.Tick{Job: "prune"}}
	if err := st.Update(t.Context(), town, func(tx store.Tx) {
		store.Receive(tx, night)
		store.Apply(tx, night, community.Plan{Why: "x", Forget: &community.Forget{Talk: night.At, Inbox: morning}})
	}); err != nil {
		t.Fatal(err)
	}
	fix.Right.Category = "pets"
	tapped(t, st, "tap/2", night.At, fix)
	view(t, st, func(tx store.Tx) {
		if _, kept := store.HeardOf(tx, "g1", "m1"); kept {
			t.Error("the words are still there")
		}
	})
	if all := corrections(t, st); len(all) != 1 || all[0].Read.Category != "power" || all[0].Right.Category != "pets" {
		t.Errorf("got %+v, want what was read and what is right", all)
	}
}
