package consumers

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
)

type records = []awsevents.DynamoDBEventRecord

// expired is the removal of a profile in which nothing is visible.
func expired(sequence string, revision int) awsevents.DynamoDBEventRecord {
	r := record("u", sequence, revision, 0)
	r.Change.OldImage["p.n"] = awsevents.NewMapAttribute(Image{"t": awsevents.NewStringAttribute(stampAt(revision).String())})
	return r
}

// erased leads to a profile that shows nothing, below a new fence.
func erased(sequence string, from, to int) awsevents.DynamoDBEventRecord {
	r := record("u", sequence, from, to)
	delete(r.Change.NewImage, "p.n")
	r.Change.NewImage["cleared"] = awsevents.NewStringAttribute(stampAt(to).String())
	return r
}

// deleted is the removal of a profile that shows n.
func deleted(sequence string, revision int) awsevents.DynamoDBEventRecord {
	return record("u", sequence, revision, 0)
}

func TestRemovals(t *testing.T) {
	for name, test := range map[string]struct {
		records records
		want    []string
	}{
		"expired":                         {records{expired("1", 2)}, nil},
		"expired after an announcement":   {records{record("u", "1", 1, 2), expired("2", 2)}, []string{"1->2 [n]"}},
		"expired before a return":         {records{expired("1", 2), record("u", "2", 0, 9)}, []string{"0->9 [n]"}},
		"expired between two, and after":  {records{record("u", "1", 1, 2), expired("2", 2), record("u", "3", 0, 9), expired("4", 9)}, []string{"1->2 [n]", "0->9 [n]"}},
		"erased, expired and made again":  {records{erased("1", 1, 2), expired("2", 2), record("u", "3", 0, 9)}, []string{"1->2 erased [n]", "0->9 [n]"}},
		"deleted":                         {records{deleted("1", 2)}, []string{"2->3 erased [n]"}},
		"deleted after a change":          {records{record("u", "1", 1, 2), deleted("2", 2)}, []string{"1->3 erased [n]"}},
		"deleted after an insert":         {records{record("u", "1", 0, 2), deleted("2", 2)}, []string{"0->3 erased []"}},
		"deleted and made again":          {records{deleted("1", 2), record("u", "2", 0, 9)}, []string{"2->3 erased [n]", "0->9 [n]"}},
		"deleted, made again and deleted": {records{deleted("1", 2), record("u", "2", 0, 9), deleted("3", 9)}, []string{"2->3 erased [n]", "0->10 erased []"}},
		"deleted, out of order":           {records{record("u", "2", 0, 9), deleted("1", 2)}, []string{"2->3 erased [n]", "0->9 [n]"}},
		"deleted twice by mistake":        {records{deleted("1", 2), deleted("2", 2)}, []string{"2->3 erased [n]", "2->3 erased [n]"}},
		"another user's":                  {records{record("v", "1", 1, 2), deleted("2", 2)}, []string{"1->2 [n]", "2->3 erased [n]"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepublishing()
			if failed := r.handle(t, test.records...); failed != nil {
				t.Errorf("failed %v", failed)
			}
			var got []string
			for _, u := range r.bus.offered {
				erased := ""
				if u.Erased {
					erased = " erased"
				}
				got = append(got, fmt.Sprintf("%d->%d%s %v", u.PreviousRevision, u.Revision, erased, u.ChangedKeys))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestADeletedProfileIsAnnouncedAsErased(t *testing.T) {
	r := newRepublishing()
	at := now.Add(-time.Minute)
	removal := deleted("1", 2)
	removal.Change.ApproximateCreationDateTime.Time = at
	r.handle(t, removal)
	want := []events.PreferencesUpdated{{
		UserID: "u", Revision: 3, PreviousRevision: 2, Changes: prefs{"n": events.Unset}, ChangedKeys: []string{"n"},
		Preferences: prefs{}, InferredKeys: []string{}, Erased: true, UpdatedAt: at, CausedBy: []events.Stamp{}, AsOf: stampAt(2),
	}}
	if diff := cmp.Diff(want, r.bus.offered); diff != "" {
		t.Error(diff)
	}
}

// The item is gone, so the letter is all that is left to announce from.
func TestTheDeadLetterOfARemovalSaysThatItErased(t *testing.T) {
	unreadableImage := deleted("1", 2)
	unreadableImage.Change.OldImage["p.n"] = awsevents.NewStringAttribute("broken")
	brokenBefore := record("u", "1", 1, 2)
	brokenBefore.Change.OldImage["p.n"] = awsevents.NewStringAttribute("broken")
	for name, test := range map[string]struct {
		records records
		answer  error
		want    map[string]any
	}{
		"the bus rejects": {
			records{deleted("1", 2)}, &events.SendError{Outcome: events.Rejected, Err: errors.New("why")},
			map[string]any{"revision": 3.0, "previous_revision": 2.0, "erased": true, "as_of": stampAt(2).String(), "code": "undeliverable"},
		},
		"the image cannot be read": {
			records{unreadableImage}, nil,
			map[string]any{"revision": 3.0, "previous_revision": 2.0, "erased": true, "as_of": nil, "code": "unreadable"},
		},
		"the first image cannot be read": {
			records{brokenBefore, deleted("2", 2)}, nil,
			map[string]any{"revision": 3.0, "previous_revision": 1.0, "erased": true, "as_of": stampAt(2).String(), "code": "unreadable"},
		},
		"no removal": {
			records{record("u", "1", 1, 2)}, &events.SendError{Outcome: events.Rejected, Err: errors.New("why")},
			map[string]any{"revision": 2.0, "previous_revision": 1.0, "erased": nil, "as_of": nil, "code": "undeliverable"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepublishing()
			r.bus.answer = func(string) error { return test.answer }
			if failed := r.handle(t, test.records...); failed != nil || len(r.letters.letters) != 1 {
				t.Fatalf("failed %v, %d letters", failed, len(r.letters.letters))
			}
			l := r.letters.letters[0]
			var got map[string]any
			if err := json.Unmarshal([]byte(l.Body), &got); err != nil {
				t.Fatal(err)
			}
			for name, want := range test.want {
				if got[name] != want {
					t.Errorf("%s is %v, want %v", name, got[name], want)
				}
			}
			if float64(l.Revision) != test.want["revision"] || l.UserID != "u" {
				t.Errorf("letter of %q, revision %d", l.UserID, l.Revision)
			}
		})
	}
}
