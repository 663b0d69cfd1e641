package consumers

import (
	"context"
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
)

const (
	traceA = "00-11111111111111111111111111111111-00f067aa0ba902b7-01"
	traceB = "00-22222222222222222222222222222222-00f067aa0ba902b7-00"
)

func tracedBody(c events.PreferenceChange, trace string) string {
	c.Traceparent = trace
	return body(c)
}

func TestApplyGivesTheStoreTheTracesOfItsChanges(t *testing.T) {
	a := newApplying()
	failed := a.handle(t, batchOf(
		tracedBody(change("u", 1, prefs{"a": events.JSON("1")}), traceA),
		tracedBody(change("u", 2, prefs{"b": events.JSON("1")}), traceB),
		body(change("u", 3, prefs{"c": events.JSON("1")})),
		body(change("v", 1, prefs{"a": events.JSON("1")})),
	))
	u, v := a.store.traces["u"], a.store.traces["v"]
	if failed != nil || len(u) != 2 || u[stampAt(1)] != traceA || u[stampAt(2)] != traceB || v != nil {
		t.Errorf("failed %v; u %v, v %v", failed, u, v)
	}
}

// An envelopes bus keeps what it is given.
type envelopes []events.Envelope

func (e *envelopes) Send(_ context.Context, offered []events.Envelope) []error {
	*e = append(*e, offered...)
	return make([]error, len(offered))
}

func withTrace(r awsevents.DynamoDBEventRecord, before, after string) awsevents.DynamoDBEventRecord {
	for _, side := range []struct {
		image Image
		trace string
	}{{r.Change.OldImage, before}, {r.Change.NewImage, after}} {
		if side.image != nil && side.trace != "" {
			side.image["traceparent"] = awsevents.NewStringAttribute(side.trace)
		}
	}
	return r
}

func TestAnnouncementsCarryTheItemsTrace(t *testing.T) {
	for name, test := range map[string]struct {
		records []awsevents.DynamoDBEventRecord
		want    string
	}{
		"of the new image":                {[]awsevents.DynamoDBEventRecord{withTrace(record("u", "1", 1, 2), traceA, traceB)}, traceB},
		"none any more":                   {[]awsevents.DynamoDBEventRecord{withTrace(record("u", "1", 1, 2), traceA, "")}, ""},
		"of the last of a fold":           {[]awsevents.DynamoDBEventRecord{withTrace(record("u", "1", 1, 2), "", traceA), withTrace(record("u", "2", 2, 3), traceA, traceB)}, traceB},
		"an invalid one":                  {[]awsevents.DynamoDBEventRecord{withTrace(record("u", "1", 1, 2), traceA, "x")}, ""},
		"a profile that somebody deleted": {[]awsevents.DynamoDBEventRecord{withTrace(record("u", "1", 1, 0), traceA, "")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, bus := newRepublishing(), envelopes{}
			r.Announcer = &bus
			if failed := r.handle(t, test.records...); failed != nil || len(bus) != 1 {
				t.Fatalf("failed %v, %d announcements", failed, len(bus))
			}
			var u events.PreferencesUpdated
			if err := u.UnmarshalJSON(bus[0].Detail); err != nil {
				t.Fatal(err)
			}
			if u.Traceparent != test.want || bus[0].Traceparent != test.want {
				t.Errorf("announced %q, beside it %q, want %q", u.Traceparent, bus[0].Traceparent, test.want)
			}
		})
	}
}
