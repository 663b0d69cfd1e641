package item

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
)

// checkMalformed holds an error to what a log line takes, and to naming an
// attribute and its rule.
func checkMalformed(t *testing.T, err error) {
	t.Helper()
	malformed, ok := errors.AsType[*MalformedError](err)
	if !ok {
		t.Fatalf("%v (%T), want a MalformedError", err, err)
	}
	text := err.Error()
	if malformed.Attribute == "" || malformed.Rule == "" || len(text) > 1024 || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		t.Fatalf("attribute %q, rule %q: %q", malformed.Attribute, malformed.Rule, text)
	}
}

// encode writes what was read as an item again.
func encode(s *Stored) Image {
	text, number := awsevents.NewStringAttribute, func(n int64) awsevents.DynamoDBAttributeValue {
		return awsevents.NewNumberAttribute(strconv.FormatInt(n, 10))
	}
	i := Image{UserID: text(s.UserID), Revision: number(s.Revision), UpdatedAt: text(events.FormatTime(s.UpdatedAt))}
	if !s.Cleared.IsZero() {
		i[Cleared] = text(s.Cleared.String())
	}
	for _, o := range []events.Origin{events.Stated, events.Inferred} {
		if b := s.BoundOf(o); b.Weighed {
			i[WeightOf(o)] = number(b.Weight)
		}
		i[RecountsOf(o)] = number(s.BoundOf(o).Recounts)
	}
	if s.Traceparent != "" {
		i[Traceparent] = text(s.Traceparent)
	}
	i[ExpiresAt] = number(s.ExpiresAt)
	put := func(o events.Origin, entries map[string]events.Entry) {
		for key, e := range entries {
			members := Image{Stamp: text(e.Stamp.String())}
			if e.Value != events.Unset {
				members[Value] = text(e.Value.JSON())
			}
			i[Register(o, key)] = awsevents.NewMapAttribute(members)
		}
	}
	for _, o := range []events.Origin{events.Stated, events.Inferred} {
		put(o, s.Register(o))
		put(o, s.Hidden.Of(o))
	}
	put(events.Inferred, s.Dead)
	return i
}

// What Decode accepts keeps every rule that others rely on, is the same when
// written and read again, and is what the readers of single attributes say.
func checkImage(t *testing.T, i Image) {
	t.Helper()
	s, err := Decode(FromImage(i))
	user, userErr := UserOf(i)
	revision, revisionErr := RevisionOf(i)
	for _, err := range []error{err, userErr, revisionErr} {
		if err != nil {
			if len(i) > 0 {
				checkMalformed(t, err)
			}
		}
	}
	if err != nil || len(i) == 0 {
		return
	}
	if userErr != nil || revisionErr != nil || user != s.UserID || revision != s.Revision || !s.Exists() {
		t.Fatalf("user %q %v, revision %d %v; the whole item says %q, %d", user, userErr, revision, revisionErr, s.UserID, s.Revision)
	}
	checkEntries(t, &s)
	again, err := Decode(FromImage(encode(&s)))
	if err != nil {
		t.Fatalf("written again: %v", err)
	}
	s.UpdatedAt = s.UpdatedAt.Truncate(1e6)
	if diff := cmp.Diff(s, again); diff != "" {
		t.Fatalf("(-first +again):\n%s", diff)
	}
}

func checkEntries(t *testing.T, s *Stored) {
	t.Helper()
	visible := s.Visible()
	for _, o := range []events.Origin{events.Stated, events.Inferred} {
		for key, e := range s.Register(o) {
			if e.Stamp.Before(s.Cleared) || !events.ValidKey(key) {
				t.Fatalf("%q: %v, fence %s", key, e, s.Cleared)
			}
			if _, shown := visible[key]; e.Value != events.Unset && !shown || o == events.Stated && e.Value != events.Unset && visible[key] != e.Value {
				t.Fatalf("%q shows %q", key, visible[key])
			}
		}
		for key, e := range s.Hidden.Of(o) {
			if !e.Stamp.Before(s.Cleared) {
				t.Fatalf("%q is hidden, stamp %s, fence %s", key, e.Stamp, s.Cleared)
			}
		}
	}
	for key, e := range s.Dead {
		if e.Value == events.Unset || e.Stamp.After(s.Entries[key].Stamp) || s.Inferred[key] != (events.Entry{Stamp: e.Stamp}) {
			t.Fatalf("%q: dead %v beside %v, kept as %v", key, e, s.Entries[key], s.Inferred[key])
		}
	}
}

// FuzzImage reads an item as a stream record carries it.
func FuzzImage(f *testing.F) {
	f.Add([]byte(image))
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"user_id":{"S":"u"},"revision":{"N":"1"},"updated_at":{"S":"2025-06-15T15:06:40Z"}}`))
	f.Add([]byte(`{"p.x":{"M":{"t":{"B":"AA=="}}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var i Image
		if json.Unmarshal(text, &i) != nil {
			return // Lambda's runtime refuses it
		}
		checkImage(t, i)
	})
}

// FuzzAttributes reads an item of the right types with anything in them.
func FuzzAttributes(f *testing.F) {
	f.Add("u1", "1750000000001", "2025-06-15T15:06:40.001Z", stampB, "789", "2", "1760000000", "tone", stampC, `"formal"`)
	f.Add("u1", "1", "2025-06-15T15:06:40+02:00", "", "", "", "", "a.b:c", stampA, "1.0")
	f.Add("u1", "1", "9999-12-31T23:59:59-01:00", "", "", "", "", "tone", stampC, "1")
	f.Add("", "-1", "9999-12-31T23:59:59-01:00", strings.Repeat("0", 26), "1e3", "-1", "x", "a b", strings.ToLower(stampA), "null")
	f.Fuzz(func(t *testing.T, user, revision, updated, cleared, weight, recounts, expires, key, stamp, value string) {
		i := Image{
			UserID: awsevents.NewStringAttribute(user), Revision: awsevents.NewNumberAttribute(revision), UpdatedAt: awsevents.NewStringAttribute(updated),
			Preference("other"): awsevents.NewMapAttribute(Image{Stamp: awsevents.NewStringAttribute(stampB)}),
		}
		i[Preference(key)] = awsevents.NewMapAttribute(Image{Stamp: awsevents.NewStringAttribute(stamp), Value: awsevents.NewStringAttribute(value)})
		if cleared != "" {
			i[Cleared] = awsevents.NewStringAttribute(cleared)
		}
		for name, n := range map[string]string{WeightSum: weight, Recounts: recounts, ExpiresAt: expires} {
			if n != "" {
				i[name] = awsevents.NewNumberAttribute(n)
			}
		}
		checkImage(t, i)
	})
}
