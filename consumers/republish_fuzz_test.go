package consumers

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
)

// hostileRecords are records that are wrong in one way each, as JSON.
func hostileRecords(f *testing.F) [][]byte {
	good := record("u", "12", 2, 3)
	var texts [][]byte
	for _, spoil := range []func(*awsevents.DynamoDBStreamRecord){
		func(*awsevents.DynamoDBStreamRecord) {},
		func(c *awsevents.DynamoDBStreamRecord) { c.Keys = nil },
		func(c *awsevents.DynamoDBStreamRecord) { c.OldImage = nil },
		func(c *awsevents.DynamoDBStreamRecord) { c.NewImage = nil },
		func(c *awsevents.DynamoDBStreamRecord) { c.SequenceNumber = "" },
		func(c *awsevents.DynamoDBStreamRecord) {
			c.NewImage = Image{"revision": awsevents.NewNumberAttribute("x")}
		},
		func(c *awsevents.DynamoDBStreamRecord) { c.OldImage = Image{"user_id": awsevents.NewNullAttribute()} },
		func(c *awsevents.DynamoDBStreamRecord) { c.NewImage = image("other", 3) },
		func(c *awsevents.DynamoDBStreamRecord) { c.NewImage = image("u", 1) },
	} {
		r := good
		spoil(&r.Change)
		text, err := json.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		texts = append(texts, text)
	}
	return texts
}

// Any record among good ones of other users. The good ones are announced. The
// record is announced, dead-lettered with a reason, or nothing new, so that its
// shard goes on (G4, G7). Where neither bus nor dead-letter queue work, the
// answer names the records that Lambda is to begin again from.
func FuzzRepublishRecord(f *testing.F) {
	for i, text := range hostileRecords(f) {
		f.Add(text, uint8(i), false)
		f.Add(text, uint8(i), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, at uint8, broken bool) {
		var hostile awsevents.DynamoDBEventRecord
		if json.Unmarshal(text, &hostile) != nil {
			return // Lambda's runtime refuses it
		}
		republishAmongGood(t, hostile, at, broken)
	})
}

// The same, by what stands in the images: those that are no record at all are
// too many among random texts.
func FuzzRepublishImages(f *testing.F) {
	for _, s := range [][9]string{
		{"u", "u", "u", "2", "3", "2026-03-01T12:00:00.000Z", "", "n", "1"},
		{"u", "u", "u", "3", "2", "2026-03-01T12:00:00.000Z", stampAt(2).String(), "n", `"x"`},
		{"u", "v", "w", "0", "1", "9999-12-31T23:59:59-01:00", stampAt(9).String(), "n", "null"},
		{"", "u", "u", "-1", "1.5", "now", "none", "a b", "{"},
		{"a\x00b", "a\x00b", "a\x00b", "1", "9223372036854775807", "2026-03-01T12:00:00Z", "", "n", "[1,2]"},
	} {
		f.Add(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], uint8(0), false)
	}
	f.Fuzz(func(t *testing.T, keyUser, oldUser, newUser, oldRevision, newRevision, updated, cleared, key, value string, at uint8, broken bool) {
		imageOf := func(user, revision string) Image {
			i := Image{
				"user_id": awsevents.NewStringAttribute(user), "updated_at": awsevents.NewStringAttribute(updated),
				"revision": awsevents.NewNumberAttribute(revision),
				"p." + key: awsevents.NewMapAttribute(Image{"v": awsevents.NewStringAttribute(value), "t": awsevents.NewStringAttribute(stampAt(5).String())}),
			}
			if cleared != "" {
				i["cleared"] = awsevents.NewStringAttribute(cleared)
			}
			return i
		}
		hostile := record(keyUser, "12", 0, 0)
		hostile.Change.NewImage = imageOf(newUser, newRevision)
		if oldRevision != "0" {
			hostile.Change.OldImage = imageOf(oldUser, oldRevision)
		}
		republishAmongGood(t, hostile, at, broken)
	})
}

func republishAmongGood(t *testing.T, hostile awsevents.DynamoDBEventRecord, at uint8, broken bool) {
	t.Helper()
	records := []awsevents.DynamoDBEventRecord{record("good-1", "10", 0, 1), record("good-2", "11", 4, 5), record("good-1", "13", 1, 2)}
	records = slices.Insert(records, int(at)%(len(records)+1), hostile)
	r := newRepublishing()
	r.bus.answer = func(string) error { return nil }
	if broken {
		r.bus.answer = func(string) error { return &events.SendError{Outcome: events.NotSent} }
		r.letters.full = errors.New("full")
	}
	failed := r.handle(t, records...)
	for _, number := range failed {
		if !slices.ContainsFunc(records, func(r awsevents.DynamoDBEventRecord) bool { return r.Change.SequenceNumber == number }) {
			t.Errorf("%q is no record of the batch", number)
		}
	}
	if broken != (failed != nil) {
		t.Errorf("failed %v, broken %t", failed, broken)
	}
	checkLetters(t, r.letters.letters)
	for _, l := range r.letters.letters {
		if !json.Valid([]byte(l.Body)) {
			t.Errorf("the letter %q is no JSON", l.Body)
		}
	}
	checkGoodMates(t, r, hostile, broken, failed)
}

// The bus takes such an announcement, and no subscriber can read it.
func TestAnAnnouncementThatNobodyCouldReadIsADeadLetter(t *testing.T) {
	for name, hostile := range map[string]awsevents.DynamoDBEventRecord{
		"the revision falls":            record("u", "12", 3, 2),
		"the user id is not allowed":    record("a\x00b", "12", 2, 3),
		"the user id is over its limit": record(strings.Repeat("u", events.MaxUserIDBytes+1), "12", 2, 3),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepublishing()
			failed := r.handle(t, record("good", "11", 0, 1), hostile)
			if failed != nil || !cmp.Equal(r.letters.codes(), []events.Code{events.Unreadable}) || len(r.bus.offered) != 1 {
				t.Errorf("failed %v, letters %v, announced %v", failed, r.letters.letters, r.bus.offered)
			}
		})
	}
}

// checkGoodMates checks what became of the good users' records; those of a user
// that the hostile record names too are folded with it.
func checkGoodMates(t *testing.T, r *republishing, hostile awsevents.DynamoDBEventRecord, broken bool, failed []string) {
	t.Helper()
	named := r.user(hostile.Change.Keys)
	for user, want := range map[string]struct {
		revision, previous int64
		lowest             string
	}{"good-1": {2, 0, "10"}, "good-2": {5, 4, "11"}} {
		if user == named {
			continue
		}
		if broken {
			if !slices.Contains(failed, want.lowest) {
				t.Errorf("failed %v, without %s of %s", failed, want.lowest, user)
			}
			continue
		}
		if !slices.ContainsFunc(r.bus.offered, func(u events.PreferencesUpdated) bool {
			return u.UserID == user && u.Revision == want.revision && u.PreviousRevision == want.previous
		}) {
			t.Errorf("%s was not announced from %d to %d: %+v", user, want.previous, want.revision, r.bus.offered)
		}
	}
}
