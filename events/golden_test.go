package events_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/changes"
)

const envelopeID = "11111111-2222-4333-8444-555555555555"

func TestMalformedGoldensAreRefused(t *testing.T) {
	for _, c := range changes.Malformed() {
		t.Run(c.Name, func(t *testing.T) {
			if !c.Envelope && c.DetailType == events.DetailTypeChange {
				parsed, err := events.ParseChange(c.Text)
				checkRefusal(t, "ParseChange", atNow(parsed, err), c.Code, c.Field)
			}
			decoded, err := events.DecodeChange(c.Body(envelopeID, changes.Now))
			field := c.Field
			if r, ok := errors.AsType[*events.Refusal](err); ok && field == "" && !c.Envelope {
				field = r.Field // broken JSON: the envelope may see the fault at detail
			}
			checkRefusal(t, "DecodeChange", atNow(decoded, err), c.Code, field)
		})
	}
}

// atNow is the error of a change, that of its time included.
func atNow(c events.PreferenceChange, err error) error {
	if err != nil || c.ID.IsZero() {
		return err
	}
	return events.CheckTime(c.ID, changes.Now)
}

func checkRefusal(t *testing.T, call string, err error, code events.Code, field string) {
	t.Helper()
	r, ok := errors.AsType[*events.Refusal](err)
	if !ok {
		t.Fatalf("%s: %v, want a refusal %s of %q", call, err, code, field)
	}
	if r.Code != code || r.Field != field {
		t.Errorf("%s refuses with %s of %q (%v), want %s of %q", call, r.Code, r.Field, r, code, field)
	}
	checkPrintable(t, r)
}

func TestValidGoldensDecode(t *testing.T) {
	for _, c := range changes.Valid() {
		t.Run(c.Name, func(t *testing.T) {
			got, err := events.ParseChange(c.Text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.Change, got); diff != "" {
				t.Errorf("ParseChange (-want +got):\n%s", diff)
			}
			want := c.Change
			if want.ID.IsZero() {
				want.ID, _ = events.DeriveStamp(derivedAt(want), envelopeID)
			}
			got, err = events.DecodeChange(c.Body(envelopeID, changes.Now))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("DecodeChange (-want +got):\n%s", diff)
			}
			if err := atNow(got, nil); err != nil {
				t.Errorf("at %s: %v", changes.Now, err)
			}
		})
	}
}

// derivedAt is the time of a change without an id that the bus took at
// changes.Now: the end of that second for what only forgets.
func derivedAt(c events.PreferenceChange) time.Time {
	for _, v := range c.Preferences {
		if v != events.Unset && !c.Replace {
			return changes.Now
		}
	}
	return changes.Now.Truncate(time.Second).Add(time.Second)
}

func TestValidGoldensComeBack(t *testing.T) {
	for _, c := range changes.Valid() {
		t.Run(c.Name, func(t *testing.T) {
			again, err := events.ParseChange(c.Change.AppendJSON(nil))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.Change, again, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("through AppendJSON (-want +got):\n%s", diff)
			}
			if err := c.Change.Validate(); err != nil {
				t.Errorf("Validate: %v", err)
			}
		})
	}
}
