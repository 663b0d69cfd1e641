package recovery_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
	"github.com/bot-preferences/bot-preferences/internal/recovery"
)

func TestAnnouncedRevisionsAreReadFromWhateverNamesThem(t *testing.T) {
	got, err := recovery.ReadAnnounced(strings.NewReader(strings.Join([]string{
		`{"user_id":"a","revision":5}`,
		``,
		`{"version":1,"user_id":"b","revision":7,"previous_revision":6,"changed_keys":["k"],"truncated":true,"snapshot":true}`,
		`{"detail-type":"PreferencesUpdated","source":"bot-preferences","detail":{"user_id":"a","revision":4,"preferences":{"k":1}}}`,
		`{"user_id":"c","revision":4503599627370496,"code":"undeliverable","message":"m"}`,
		`{"user_id":"d","revision":1,"preferences":{"k":"` + strings.Repeat("x", 1<<19) + `"}}`,
	}, "\n")))
	want := recovery.Announced{"a": 5, "b": 7, "c": recovery.MaxRevision, "d": 1}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v; want (-), got (+):\n%s", err, diff)
	}
}

func TestAnnouncedRevisionsThatCannotBeRead(t *testing.T) {
	for line, want := range map[string]string{
		`s3cret`:                                      "line 2: must be a JSON object with user_id and revision",
		`{"user_id":"s3cret"}`:                        "line 2: must be a JSON object with user_id and revision",
		`{"revision":5,"user_id":""}`:                 "line 2: must be a JSON object with user_id and revision",
		`{"user_id":"s3cret","revision":1.5}`:         "line 2: must be a JSON object with user_id and revision",
		`{"DDBStreamBatchInfo":{"shardId":"s"}}`:      "line 2: must be a JSON object with user_id and revision",
		`{"user_id":"s3cret","revision":0}`:           "line 2: revision must be 1 to 4503599627370496",
		`{"user_id":"a","revision":4503599627370497}`: "line 2: revision must be 1 to 4503599627370496",
	} {
		if got, err := recovery.ReadAnnounced(strings.NewReader("\n" + line)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, error %v", line, got, err)
		}
	}
	if _, err := recovery.ReadAnnounced(strings.NewReader(strings.Repeat("x", 2<<20))); err == nil {
		t.Error("a line without an end is taken")
	}
}

// read is a table's Store.Read. -1: cannot be read; -2: no answer; absent: no item.
func read(stored map[string]int64) func(context.Context, string) (events.Profile, error) {
	return func(_ context.Context, user string) (events.Profile, error) {
		switch r := stored[user]; r {
		case -1:
			return events.Profile{}, fmt.Errorf("profilestore: %w", &item.MalformedError{Attribute: item.Revision, Rule: "must be positive"})
		case -2:
			return events.Profile{}, errSlow
		default:
			return events.Profile{UserID: user, Revision: r}, nil
		}
	}
}

func TestPassMovesEachUserPastWhatWasAnnounced(t *testing.T) {
	stored := map[string]int64{"at": 10, "behind": 3, "one more": 11, "spoilt": -1, "race": 1}
	var told []string
	p := recovery.Pass{
		Read: read(stored),
		Move: func(_ context.Context, user string, to int64) (bool, float64, error) {
			if user == "race" {
				return false, 1, profilestore.ErrNoRevision
			}
			stored[user] = to
			return true, 1, nil
		},
		OnTrouble: func(user string, err error) { told = append(told, user+": "+err.Error()) },
	}
	announced := recovery.Announced{"at": 10, "behind": 10, "one more": 10, "spoilt": 10, "none": 10, "race": 10}
	p.DryRun = true
	counts, err := p.Run(t.Context(), announced)
	if want := (recovery.PassCounts{Users: 6, Behind: 3, Failed: 2}); counts != want || err != nil || stored["at"] != 10 {
		t.Errorf("a dry run: %+v, %v, %v", counts, err, stored)
	}
	p.DryRun, told = false, nil
	counts, err = p.Run(t.Context(), announced)
	if want := (recovery.PassCounts{Users: 6, Behind: 3, Moved: 2, Failed: 3}); counts != want || err != nil {
		t.Errorf("%+v, %v", counts, err)
	}
	if stored["at"] != 11 || stored["behind"] != 11 || stored["one more"] != 11 {
		t.Errorf("revisions %v", stored)
	}
	if want := []string{
		"none: the table has no item of this user", "race: profilestore: the item has no revision", "spoilt: profilestore: stored attribute revision must be positive",
	}; !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
}

func TestPassStopsWhereTheTableDoesNotAnswer(t *testing.T) {
	p := recovery.Pass{
		Read: read(map[string]int64{"a": 1, "b": -2, "c": 1}),
		Move: func(context.Context, string, int64) (bool, float64, error) { return true, 1, nil },
	}
	if counts, err := p.Run(t.Context(), recovery.Announced{"a": 1, "b": 1, "c": 1}); !errors.Is(err, errSlow) || counts.Moved != 1 {
		t.Errorf("reading: %+v, %v", counts, err)
	}
	p.Move = func(context.Context, string, int64) (bool, float64, error) { return false, 0, errSlow }
	if counts, err := p.Run(t.Context(), recovery.Announced{"a": 1}); !errors.Is(err, errSlow) || counts.Moved != 0 {
		t.Errorf("moving: %+v, %v", counts, err)
	}
}
