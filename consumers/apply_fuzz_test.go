package consumers

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/changes"
)

// checkLetters holds every letter to what G7 promises: a code, and a reason that
// a log line and a message attribute take.
func checkLetters(t *testing.T, letters []deadletter.Letter) {
	t.Helper()
	for _, l := range letters {
		if l.Code == "" || l.Message == "" || len(l.Message) > 1024 || strings.ContainsFunc(l.Message, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("code %q, message %q", l.Code, l.Message)
		}
	}
}

// Any message among good ones of the same and of other users. The good ones are
// merged. The message is merged or dead-lettered, and reported as failed only
// where the dead-letter queue does not take it (G7).
func FuzzApplyMessage(f *testing.F) {
	for _, c := range append(changes.Valid(), changes.Malformed()...) {
		if text := c.Body("11111111-2222-4333-8444-555555555555", now); len(text) < 2<<10 {
			f.Add(string(text), uint8(len(text)), len(text)%2 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, hostile string, at uint8, full bool) {
		a := newApplying()
		if full {
			a.letters.full = errors.New("full")
		}
		good := []events.PreferenceChange{change("good-1", 1, prefs{"n": events.JSON("1")}), change("good-2", 2, prefs{"n": events.JSON("2")}), change("good-1", 3, prefs{"m": events.JSON("3")})}
		bodies := []string{body(good[0]), body(good[1]), body(good[2])}
		place := int(at) % (len(bodies) + 1)
		failed := a.handle(t, batchOf(slices.Insert(bodies, place, hostile)...))

		want := map[string]events.State{"good-1": events.Fold(good[0], good[2]), "good-2": events.Fold(good[1])}
		var wantFailed []string
		letters := 0
		switch c, err := events.DecodeChange([]byte(hostile)); {
		case err == nil && events.CheckTime(c.ID, now) == nil:
			s := want[c.UserID]
			s.Apply(&c)
			want[c.UserID] = s
		case full:
			wantFailed = []string{fmt.Sprintf("m%d", place)}
		default:
			letters = 1
		}
		if !cmp.Equal(failed, wantFailed) || len(a.letters.letters) != letters {
			t.Errorf("failed %v, want %v; %d letters, want %d", failed, wantFailed, len(a.letters.letters), letters)
		}
		if diff := cmp.Diff(want, a.store.profiles, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("stored (-want +got):\n%s", diff)
		}
		checkLetters(t, a.letters.letters)
		for _, l := range a.letters.letters {
			if l.Body != hostile {
				t.Errorf("the letter is %q", l.Body)
			}
		}
	})
}

// An event, whatever Lambda may hand over as one: the answer names only messages
// of the event, each at most once, and in their order.
func FuzzApplyEvent(f *testing.F) {
	for _, bodies := range [][]string{{}, {"x"}, {body(change("u", 1, prefs{"a": events.JSON("1")})), "{}", body(change("v", 2, prefs{"b": events.JSON("2")}))}} {
		text, err := json.Marshal(batchOf(bodies...))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, false)
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text []byte, broken bool) {
		var event awsevents.SQSEvent
		if json.Unmarshal(text, &event) != nil {
			return // Lambda's runtime refuses it
		}
		a := newApplying()
		if broken {
			a.letters.full = errors.New("full")
			a.store.fail = func(string) error { panic("the store") }
		}
		failed := a.handle(t, event)
		if !broken && failed != nil {
			t.Errorf("failed %v, though store and dead-letter queue work", failed)
		}
		if broken && len(failed) != len(event.Records) {
			t.Errorf("failed %v of %d, though nothing works", failed, len(event.Records))
		}
		next := 0
		for _, m := range event.Records {
			if next < len(failed) && m.MessageId == failed[next] {
				next++
			}
		}
		if next < len(failed) {
			t.Errorf("failed %v are not messages of the event, in order", failed)
		}
		checkLetters(t, a.letters.letters)
	})
}
