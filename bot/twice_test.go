package bot_test

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"linli/community"
	"linli/store"
)

// open makes the store of a test; TestEverythingOnceMore makes it one that runs every closure twice.
var open = func() store.Store { return store.NewMemory() }

// A rerun is a store on which every closure runs once for nothing and once in earnest, as it may on any store.
type rerun struct{ store.Store }

var errUndone = errors.New("undone")

func (r rerun) View(ctx context.Context, c community.ID, fn func(store.Tx)) error {
	if err := r.Store.View(ctx, c, fn); err != nil {
		return err
	}
	return r.Store.View(ctx, c, fn)
}

func (r rerun) Update(ctx context.Context, c community.ID, fn func(store.Tx)) error {
	err := r.Store.Update(ctx, c, func(tx store.Tx) { fn(tx); tx.Fail(errUndone) })
	if !errors.Is(err, errUndone) {
		return err
	}
	return r.Store.Update(ctx, c, fn)
}

// TestEverythingOnceMore runs the engine's tests where what runs inside Update or View runs twice.
func TestEverythingOnceMore(t *testing.T) {
	plain := open
	open = func() store.Store { return rerun{store.NewMemory()} }
	defer func() { open = plain }()
	for _, test := range []func(*testing.T){
		TestComplaintBecomesOneRequestAndOneAck, TestUnsureSendIsNeverRepeated, TestCertainFailureIsTriedAgain, TestEmergencySpeaksAtOnceAtAnyHour,
		TestStaffAreRungUntilTheyAnswer, TestStrangersWaitToBeBound, TestAPanicOverOneMessageSetsItAside, TestAReaderThatNeverComesBackIsLeftBehind,
		TestASlowGroupHoldsUpNeitherOthersNorEmergencies, TestACleanStopFinishesWhatIsInHand, TestAGroupThatWantsToBeLeftAloneIsOnlyCounted,
		TestAListeningGroupIsRecordedAndSilentButForEmergencies, TestTheNightTakesOldTalkAndPhotosNobodyShows,
	} {
		name := runtime.FuncForPC(reflect.ValueOf(test).Pointer()).Name()
		t.Run(name[strings.LastIndex(name, ".")+1:], test)
	}
}
