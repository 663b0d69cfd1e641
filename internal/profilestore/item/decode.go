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
	Hidden Registers

	// Dead are the inferred entries that are dead and whose values are still in the
	// item. In the profile they are tombstones.
	Dead map[string]events.Entry

	// Bound bounds the size of what was stated, and InferredBound that of what was
	// inferred.
	Bound
	InferredBound Bound

	// Late tells whether the item has the attribute late.
	Late bool

	// ExpiresAt is in seconds since 1970; 0: the item does not expire.
	ExpiresAt int64
}

// Registers are entries by key, of each origin.
type Registers struct{ Stated, Inferred map[string]events.Entry }

// Of are the entries of one origin.
func (r Registers) Of(o events.Origin) map[string]events.Entry {
	if o == events.Inferred {
		return r.Inferred
	}
	return r.Stated
}

// Put adds an entry.
func (r *Registers) Put(o events.Origin, key string, e events.Entry) {
	into := &r.Stated
	if o == events.Inferred {
		into = &r.Inferred
	}
	if *into == nil {
		*into = map[string]events.Entry{}
	}
	(*into)[key] = e
}

// Len counts the entries of both origins.
func (r Registers) Len() int { return len(r.Stated) + len(r.Inferred) }

// A Bound bounds the size of one origin's entries from above.
type Bound struct {
	Weight   int64
	Weighed  bool  // the item has the attribute
	Recounts int64 // how often the bound was brought down
}

// BoundOf is the bound of one origin.
func (s *Stored) BoundOf(o events.Origin) Bound {
	if o == events.Inferred {
		return s.InferredBound
	}
	return s.Bound
}

// Untidy tells whether the item holds what no longer counts.
func (s *Stored) Untidy() bool { return s.Hidden.Len() > 0 || len(s.Dead) > 0 }

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
		origin, key, ok := registerOf(raw[i].Name)
		if !ok {
			continue
		}
		switch e, err := decodeEntry(key, &raw[i]); {
		case err == nil:
			s.add(origin, key, e)
		case malformed == nil || raw[i].Name < first:
			malformed, first = err, raw[i].Name
		}
	}
	if malformed != nil {
		return Stored{}, malformed
	}
	s.bury()
	return s, nil
}

func (s *Stored) add(o events.Origin, key string, e events.Entry) {
	if e.Stamp.Before(s.Cleared) {
		s.Hidden.Put(o, key, e)
		return
	}
	into := &s.Entries
	if o == events.Inferred {
		into = &s.Inferred
	}
	if *into == nil {
		*into = map[string]events.Entry{}
	}
	(*into)[key] = e
}

// bury takes the values of dead inferences out of the profile, and notes them.
func (s *Stored) bury() {
	for key, e := range s.Inferred {
		if e.Value == events.Unset || e.Stamp.After(s.Entries[key].Stamp) {
			continue
		}
		if s.Dead == nil {
			s.Dead = map[string]events.Entry{}
		}
		s.Dead[key] = e
		s.Inferred[key] = events.Entry{Stamp: e.Stamp}
	}
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
	_, s.Late = raw.get(Late)
	if s.Bound, err = raw.bound(events.Stated); err != nil {
		return err
	}
	if s.InferredBound, err = raw.bound(events.Inferred); err != nil {
		return err
	}
	s.Traceparent = raw.traceparent()
	s.ExpiresAt, err = raw.count(ExpiresAt)
	return err
}

func (raw Raw) bound(o events.Origin) (b Bound, err error) {
	_, b.Weighed = raw.get(WeightOf(o))
	if b.Weight, err = raw.count(WeightOf(o)); err != nil {
		return Bound{}, err
	}
	b.Recounts, err = raw.count(RecountsOf(o))
	return b, err
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
