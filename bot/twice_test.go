package bot_test

import (
	"reflect"
	"runtime"
	"strings"
	"testing"

	"linli/store"
	"linli/store/storetest"
)

// open makes the store of a test; TestEverythingOnceMore makes it one that runs every closure twice.
var open = func() store.Store { return store.NewMemory() }

// TestEverythingOnceMore runs the engine's tests where what runs inside Update or View runs twice.
func TestEverythingOnceMore(t *testing.T) {
	plain := open
	open = func() store.Store { return storetest.Twice(store.NewMemory()) }
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
