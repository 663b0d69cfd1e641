package events_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

const noncharacters = "a\uFFFEb\uFFFFc"

func TestWhatTravelsFitsIntoAQueue(t *testing.T) {
	change := events.PreferenceChange{
		ID: events.NewClock().Next(), UserID: noncharacters,
		Preferences: events.Preferences{"name": events.Value(`"` + noncharacters + `"`)},
	}
	if err := change.Validate(); err != nil {
		t.Fatal(err)
	}
	e := events.ChangeEnvelope("test", &change, time.Now())
	announcement := events.Announce(&events.Profile{}, &events.Profile{UserID: noncharacters, Revision: 1, State: events.Fold(change)})
	for what, text := range map[string][]byte{"change": e.Detail, "announcement": announcement.Fit()} {
		if strings.ContainsAny(string(text), "\uFFFE\uFFFF") {
			t.Errorf("the %s holds a character that SQS refuses: %q", what, text)
		}
	}
	decoded, err := events.DecodeChange(e.AppendJSON(nil))
	if err != nil || decoded.UserID != noncharacters {
		t.Errorf("decoded %q, %v: an escape must mean the same", decoded.UserID, err)
	}
}
