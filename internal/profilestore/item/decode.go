package item

import (
	"strconv"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/go-json-experiment/json/jsontext"
)

// Stored is what an item says. The zero Stored is an item that does not exist.
type Stored struct {
	events.Profile

	// Hidden are the entries below the fence that are still in the item.
	Hidden map[string]events.Entry

	// Weight bounds the profile's size from above; Weighed tells whether the
	// item has the attribute. Recounts says how often it was brought down.
	Weight   int64
	Weighed  bool
	Recounts int64

	// Late tells whether the item has the attribute late.
	Late bool

	// ExpiresAt is in seconds since 1970; 0: the item does not expire.
	ExpiresAt int64
}

// Exists tells whether there is an item.
func (s *Stored) Exists() bool { return s.Revision != 0 }

// Decode reads an item. One without attributes does not exist: the zero Stored.
// Every other error is a *MalformedError.
func Decode(raw Raw) (Stored, error) {
	if len(raw) == 0 {
		return Stored{}, nil
	}
	var s Stored
	if err := s.decodeFixed(raw); err != nil {
		return Stored{}, err
	}
	var malformed error
	var first string // by name, so that the same item gives the same error
	for i := range raw {
		key, ok := preferenceKey(raw[i].Name)
		if !ok {
			continue
		}
		switch e, err := decodeEntry(key, &raw[i]); {
		case err == nil:
			s.add(key, e)
		case malformed == nil || raw[i].Name < first:
			malformed, first = err, raw[i].Name
		}
	}
	if malformed != nil {
		return Stored{}, malformed
	}
	return s, nil
}

func (s *Stored) add(key string, e events.Entry) {
	into := &s.Entries
	if e.Stamp.Before(s.Cleared) {
		into = &s.Hidden
	}
	if *into == nil {
		*into = map[string]events.Entry{}
	}
	(*into)[key] = e
}

func (s *Stored) decodeFixed(raw Raw) (err error) {
	if s.UserID, err = raw.User(); err != nil {
		return err
	}
	if s.Revision, err = raw.Revision(); err != nil {
		return err
	}
	if s.UpdatedAt, err = raw.time(UpdatedAt); err != nil {
		return err
	}
	if cleared, ok := raw.get(Cleared); ok {
		if s.Cleared, ok = cleared.stamp(); !ok {
			return malformed(Cleared, ruleOfStamps)
		}
	}
	_, s.Weighed = raw.get(WeightSum)
	_, s.Late = raw.get(Late)
	if s.Weight, err = raw.count(WeightSum); err != nil {
		return err
	}
	if s.Recounts, err = raw.count(Recounts); err != nil {
		return err
	}
	s.Traceparent = raw.traceparent()
	s.ExpiresAt, err = raw.count(ExpiresAt)
	return err
}

// traceparent is empty where there is none, and where it is malformed.
func (raw Raw) traceparent() string {
	a, _ := raw.get(Traceparent)
	if a.Kind != String {
		return ""
	}
	traceparent, _ := events.ParseTraceparent(a.Text)
	return traceparent
}

// User reads the attribute user_id alone, of an item or of a record's keys.
func (raw Raw) User() (string, error) {
	id, _ := raw.get(UserID)
	if id.Kind != String || id.Text == "" {
		return "", malformed(UserID, "must be a string that is not empty")
	}
	return id.Text, nil
}

// Revision reads the attribute revision alone.
func (raw Raw) Revision() (int64, error) {
	a, _ := raw.get(Revision)
	n, err := a.integer()
	if err == nil && n <= 0 {
		err = malformed(Revision, "must be positive")
	}
	return n, err
}

// count reads a number that is not negative; absent gives 0.
func (raw Raw) count(name string) (int64, error) {
	a, ok := raw.get(name)
	if !ok {
		return 0, nil
	}
	n, err := a.integer()
	if err == nil && n < 0 {
		err = malformed(name, "must not be negative")
	}
	return n, err
}

func (raw Raw) time(name string) (time.Time, error) {
	if a, _ := raw.get(name); a.Kind == String {
		t, err := time.Parse(time.RFC3339, a.Text)
		if t = t.UTC(); err == nil && 0 <= t.Year() && t.Year() <= 9999 { // an offset may lead out of what RFC 3339 can write
			return t, nil
		}
	}
	return time.Time{}, malformed(name, "must be a time as RFC 3339 writes it")
}

func (a Attribute) integer() (int64, error) {
	if a.Kind == Number {
		if n, err := strconv.ParseInt(a.Text, 10, 64); err == nil {
			return n, nil
		}
	}
	return 0, malformed(a.Name, "must be a whole number")
}

const ruleOfStamps = "must be a ULID in upper case"

// stamp insists on upper case: DynamoDB compares the text.
func (a Attribute) stamp() (s events.Stamp, ok bool) {
	if a.Kind != String {
		return events.Stamp{}, false
	}
	s, err := events.ParseStamp(a.Text)
	return s, err == nil && !s.IsZero() && strings.ToUpper(a.Text) == a.Text
}

func decodeEntry(key string, a *Attribute) (events.Entry, error) {
	if !events.ValidKey(key) {
		return events.Entry{}, malformed(a.Name, "is not the name of a preference")
	}
	if a.Kind != Map {
		return events.Entry{}, malformed(a.Name, "must be a map")
	}
	t, _ := a.Members.get(Stamp)
	s, ok := t.stamp()
	if !ok {
		return events.Entry{}, malformed(a.Name+"."+Stamp, ruleOfStamps)
	}
	v, ok := a.Members.get(Value)
	if !ok {
		return events.Entry{Stamp: s}, nil
	}
	if v.Kind != String || v.Text == "null" || !plain(v.Text) && !jsontext.Value(v.Text).IsValid() {
		return events.Entry{}, malformed(a.Name+"."+Value, "must be the JSON text of a value other than null")
	}
	return events.Entry{Value: events.JSON(v.Text), Stamp: s}, nil
}

// plain tells whether a text is a JSON string of ASCII without escapes, as most
// values are: a decoder takes ten times as long to say so.
func plain(text string) bool {
	last := len(text) - 1
	if last < 1 || text[0] != '"' || text[last] != '"' {
		return false
	}
	for i := 1; i < last; i++ {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
