package alarms_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// announces tells whether a request puts announcements on the bus.
func announces(r virtual.Request) bool {
	return strings.HasPrefix(r.Target, "AWSEvents.PutEvents") && strings.Contains(string(r.Body), events.DetailTypeUpdated)
}

// writes tells whether a request writes to a table, by its name.
func writes(r virtual.Request, table string) bool {
	put := r.Target == "DynamoDB_20120810.UpdateItem" || r.Target == "DynamoDB_20120810.PutItem"
	return put && strings.Contains(string(r.Body), `"TableName":"`+table+`"`)
}

const (
	profiles = "bot-preferences-prod"
	kept     = "bot-preferences-prod-history"
)

// failing refuses requests, at each try.
func (s *stage) failing(which func(virtual.Request) bool) {
	s.refuse = func(r virtual.Request) *wire.Error {
		if which(r) {
			return &wire.Error{Code: "InternalFailure", Message: "by decision of the test", Status: 500}
		}
		return nil
	}
}

// several publishes a change of each of some users every second, for as long.
func (s *stage) several(users int, during time.Duration) {
	s.every(time.Second, during, func(i int) {
		for u := range users {
			s.sayOf(fmt.Sprint("u", u), "tone", events.Text(fmt.Sprint(i)))
		}
	})
}

var evenUser = regexp.MustCompile(`"u[0-9]*[02468]"`)

// addFailureFaults adds versions that fail on a part of each batch, and answer properly. No
// invocation of such an apply is an error. What such a republish left over is tried again
// by itself, and some of that fails as a whole.
func addFailureFaults(all map[string]fault) {
	all["changes-failed"] = fault{
		begin: func(s *stage) {
			s.failing(func(r virtual.Request) bool { return writes(r, profiles) && evenUser.Match(r.Body) })
			s.several(4, 5*time.Minute)
		}, lasts: 5 * time.Minute,
		mend: func(s *stage) { s.refuse = nil; s.purge("changes-dlq") }, ends: 8 * time.Minute, not: []string{"errors-" + virtual.Apply},
	}
	all["announcements-failed"] = fault{
		begin: func(s *stage) {
			s.failing(func(r virtual.Request) bool {
				user := evenUser.FindString(string(r.Body))
				return announces(r) && (int(r.At.Unix())/10+len(user))%2 == 0
			})
			s.several(30, 5*time.Minute)
		}, lasts: 5 * time.Minute,
		mend: func(s *stage) { s.refuse = nil }, ends: 8 * time.Minute,
	}
}

// A version that does nothing, and answers so, is an error for the alarms that end its
// deployment. Its answers name every item as failed.
func TestAVersionThatDoesNothingFiresItsErrors(t *testing.T) {
	for function, which := range map[string]func(virtual.Request) bool{
		virtual.Apply:     func(r virtual.Request) bool { return writes(r, profiles) },
		virtual.Republish: announces,
		virtual.History:   func(r virtual.Request) bool { return writes(r, kept) },
	} {
		t.Run(function, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, withEverything)
			s.failing(which)
			s.several(2, 5*time.Minute)
			s.RunFor(5 * time.Minute)
			if !s.fired["errors-"+function] {
				t.Errorf("fired: %v", s.fired)
			}
			for _, other := range slices.DeleteFunc([]string{virtual.Apply, virtual.Republish, virtual.History}, func(f string) bool { return f == function }) {
				if s.fired["errors-"+other] {
					t.Errorf("errors-%s fires too", other)
				}
			}
		})
	}
}

// Announcements that can never be made are no refused changes: the new version of apply
// is not to blame.
func TestLostAnnouncementsAreNoRefusedChanges(t *testing.T) {
	s := newStage(t, nil)
	s.every(time.Second, 11*time.Minute, s.damage)
	s.RunFor(12 * time.Minute)
	if !s.fired["announcements-dead-lettered"] || s.fired["changes-refused"] {
		t.Errorf("fired: %v", s.fired)
	}
}
