package consumers

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/emf"
)

// The golden batch: an insert, a replace, and the removal of what it hid.
func TestGoldenBatch(t *testing.T) {
	text, err := os.ReadFile("testdata/stream.json")
	if err != nil {
		t.Fatal(err)
	}
	var e awsevents.DynamoDBEvent
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatal(err)
	}
	stamp := func(s string) events.Stamp {
		parsed, err := events.ParseStamp(s)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	b := stamp("01KJMSK200000000000000000B")
	want := events.PreferencesUpdated{
		UserID: "u1", Revision: 1772366400002, PreviousRevision: 1772366400001,
		Changes: prefs{"language": events.Text("de"), "tone": events.Unset}, ChangedKeys: []string{"language", "tone"},
		Preferences: prefs{"language": events.Text("de")}, InferredKeys: []string{}, Erased: true,
		UpdatedAt: time.Date(2026, 3, 1, 12, 0, 1, 0, time.UTC), CausedBy: []events.Stamp{b}, AsOf: b,
	}
	for name, test := range map[string]struct {
		records []awsevents.DynamoDBEventRecord
		want    []events.PreferencesUpdated
	}{
		"the replace alone":                 {e.Records[1:2], []events.PreferencesUpdated{want}},
		"the replace and its removal":       {e.Records[1:], []events.PreferencesUpdated{want}},
		"the removal alone changes nothing": {e.Records[2:], nil},
		"all of it, from nothing": {e.Records, []events.PreferencesUpdated{func() events.PreferencesUpdated {
			u := want
			u.PreviousRevision, u.Changes, u.ChangedKeys = 0, prefs{"language": events.Text("de")}, []string{"language"}
			return u
		}()}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepublishing()
			if failed := r.handle(t, test.records...); failed != nil {
				t.Errorf("failed %v", failed)
			}
			if diff := cmp.Diff(test.want, r.bus.offered); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRecordsOfOneUserFold(t *testing.T) {
	r := newRepublishing()
	failed := r.handle(t, record("u", "10", 3, 4), record("v", "11", 0, 1), record("u", "9", 2, 3), record("u", "100", 4, 5))
	if failed != nil || r.bus.calls != 1 {
		t.Errorf("failed %v, %d calls", failed, r.bus.calls)
	}
	var got []string
	for _, u := range r.bus.offered {
		got = append(got, fmt.Sprintf("%s %d->%d", u.UserID, u.PreviousRevision, u.Revision))
	}
	if diff := cmp.Diff([]string{"u 2->5", "v 0->1"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(emf.Series{"Announced dev": {2}}, counted(t, &r.metrics)); diff != "" || !strings.Contains(r.metrics.String(), `"records":4,"folds":2,"_aws"`) {
		t.Errorf("%s\n%s", diff, &r.metrics)
	}
}

// Records whose keys cannot be read may be of different users.
func TestRecordsWithoutAReadableKeyStayAlone(t *testing.T) {
	r := newRepublishing()
	first, second := record("u", "1", 0, 1), record("v", "2", 0, 7)
	first.Change.Keys, second.Change.Keys = nil, nil
	failed := r.handle(t, first, second)
	if failed != nil || len(r.bus.offered) != 2 || r.bus.offered[0].UserID != "u" || r.bus.offered[1].PreviousRevision != 0 {
		t.Errorf("failed %v, announced %+v", failed, r.bus.offered)
	}
}

// The removal of what a replace hid makes a record without a revision of its own.
func TestRecordsWithoutARevisionFoldAway(t *testing.T) {
	for name, test := range map[string]struct {
		records []awsevents.DynamoDBEventRecord
		want    string
	}{
		"before a revision":       {[]awsevents.DynamoDBEventRecord{record("u", "1", 2, 2), record("u", "2", 2, 3)}, "2->3"},
		"after a revision":        {[]awsevents.DynamoDBEventRecord{record("u", "1", 2, 3), record("u", "2", 3, 3)}, "2->3"},
		"between two":             {[]awsevents.DynamoDBEventRecord{record("u", "1", 1, 2), record("u", "2", 2, 2), record("u", "3", 2, 3)}, "1->3"},
		"without its old image":   {[]awsevents.DynamoDBEventRecord{record("u", "1", 0, 2)}, "0->2"},
		"twice, and nothing else": {[]awsevents.DynamoDBEventRecord{record("u", "1", 2, 2), record("u", "2", 2, 2)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepublishing()
			failed := r.handle(t, test.records...)
			got := ""
			for _, u := range r.bus.offered {
				got += fmt.Sprintf("%d->%d", u.PreviousRevision, u.Revision)
			}
			if failed != nil || got != test.want {
				t.Errorf("failed %v, announced %q, want %q", failed, got, test.want)
			}
		})
	}
}
