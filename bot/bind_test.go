package bot_test

import (
	"testing"
	"testing/synctest"
	"time"

	"linli/bot"
	"linli/community"
	"linli/store"
)

func TestNewGroupGetsItsPlatformNameAndBuilding(t *testing.T) {
	for name, want := range map[string]community.Group{
		"悦枫苑3号楼邻里群":  {Name: "悦枫苑3号楼邻里群", Kind: community.BuildingGroup, Building: "3"},
		"3号楼和5号楼联合群": {Name: "3号楼和5号楼联合群", Kind: community.EstateGroup},
		"业主大群":       {Name: "业主大群", Kind: community.EstateGroup},
		"":           {Name: "tape 1/g/7", Kind: community.EstateGroup},
	} {
		st := store.NewMemory()
		if err := st.Update(t.Context(), town, func(tx store.Tx) { store.PutProfile(tx, community.Profile{ID: town}) }); err != nil {
			t.Fatal(err)
		}
		b, err := bot.New(bot.Options{Store: st, Channels: []bot.Channel{&mouth{name: name}}, BindNew: town})
		if err != nil {
			t.Fatal(err)
		}
		h := community.Handle{Channel: "tape", ID: "1/g/7"}
		for range 2 {
			if err := b.Hear(t.Context(), community.Message{ID: "m1", Handle: h, Sender: "s", Kind: community.Text, Text: "早"}); err != nil {
				t.Fatal(err)
			}
		}
		got, err := b.Groups(t.Context(), town)
		if err != nil || len(got) != 1 || got[0].Name != want.Name || got[0].Kind != want.Kind || got[0].Building != want.Building || len(got[0].Handles) != 1 {
			t.Errorf("%q: got %+v %v, want one like %+v", name, got, err, want)
		}
		talk, err := b.Talk(t.Context(), town, h, time.Time{}, 5)
		if err != nil || len(talk) != 1 {
			t.Errorf("%q: got %d lines %v, want the one message", name, len(talk), err)
		}
	}
}

func TestPrivateWordsFindTheCommunityOfTheirSpeaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := house(t, &mouth{})
		put := func(c community.ID, ids ...community.PersonID) {
			err := b.Store().Update(t.Context(), c, func(tx store.Tx) {
				store.PutProfile(tx, community.Profile{ID: c})
				var list []community.Person
				for _, id := range ids {
					list = append(list, community.Person{ID: id, Name: "小王", Role: community.Staff})
				}
				store.PutPeople(tx, list)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		put(town, "wang", "both")
		put("other", "li", "both")
		say(t, b, "m1", "zhang", "早上好")
		for who, want := range map[community.PersonID]community.ID{"zhang": town, "wang": town, "li": "other", "both": "", "nobody": ""} {
			h := community.Handle{Channel: "tape", ID: "p/" + string(who)}
			m := community.Message{ID: "p1", Handle: h, Sender: who, Kind: community.Text, Text: "在吗", Private: true}
			if err := b.Hear(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			for _, c := range []community.ID{town, "other"} {
				talk, err := b.Talk(t.Context(), c, h, time.Time{}, 5)
				if err != nil || (len(talk) == 1) != (c == want) {
					t.Errorf("%s in %s: got %d lines %v, want it in %q only", who, c, len(talk), err, want)
				}
			}
		}
		if waiting, err := b.Unknown(t.Context()); err != nil || len(waiting) != 2 {
			t.Errorf("got %+v %v, want the two that no one list knows", waiting, err)
		}
	})
}
