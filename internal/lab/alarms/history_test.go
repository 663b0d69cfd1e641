package alarms_test

import (
	"context"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
)

// withHistory is the same fault in a stage that keeps a history.
func (f fault) withHistory() fault {
	before := f.change
	f.change = func(o *virtual.Options) {
		withEverything(o)
		if before != nil {
			before(o)
		}
	}
	return f
}

// addHistoryFaults adds what can be wrong where the history is on, beyond the functions.
func addHistoryFaults(all map[string]fault) {
	all["history-dead-lettered"] = fault{
		begin: func(s *stage) { s.failHistory(); s.say(0) }, lasts: 8 * time.Minute, // five tries, a minute apart
		mend: func(s *stage) { s.Restore(virtual.History); s.purge("history-dlq") }, ends: 3 * time.Minute,
		not: []string{"changes-dead-lettered", "announcements-dead-lettered", "changes-waiting"}, // nobody else is concerned
	}.withHistory()
}

// failHistory makes recordHistory fail.
func (s *stage) failHistory() {
	s.Replace(virtual.History, func(context.Context, []byte) ([]byte, error) { return nil, errCrash })
}

// A history that is behind for a while, and then keeps everything, has no gap.
func TestAHistoryThatCatchesUpFiresNothing(t *testing.T) {
	s := newStage(t, withEverything)
	s.failHistory()
	s.say(0)
	s.RunFor(2 * time.Minute)
	s.Restore(virtual.History)
	s.RunFor(10 * time.Minute)
	if len(s.fired) > 0 {
		t.Errorf("fired: %v", s.fired)
	}
}
