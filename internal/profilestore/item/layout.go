package item

import (
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
)

// Names of the item's attributes.
const (
	UserID    = "user_id"
	Revision  = "revision"
	UpdatedAt = "updated_at"
	Cleared   = "cleared"
	WeightSum = "weight"
	Recounts  = "recounts"
	ExpiresAt = "expires_at"
	Late      = "late"

	// Traceparent is ignored where it is malformed: a profile is worth more.
	Traceparent = "traceparent"
)

// Names within a preference.
const (
	Value = "v"
	Stamp = "t"
)

// LateText is the value of Late: the distinct stamps of a delta, without anything
// between them.
func LateText(delta events.State) string {
	stamps := delta.Stamps()
	text := make([]byte, 0, len(stamps)*stampLength)
	for _, s := range stamps {
		text = append(text, s.String()...)
	}
	return string(text)
}

const stampLength = 26

const preferencePrefix = "p."

// Preference is the name of the attribute that holds a key.
func Preference(key string) string { return preferencePrefix + key }

// preferenceKey is the key that an attribute holds, if it holds one.
func preferenceKey(name string) (string, bool) { return strings.CutPrefix(name, preferencePrefix) }

// MaxWeight bounds the sum of weights. Each weight is at least an entry's bytes
// and at least 1/MaxProfileKeys of MaxWeight, so a sum within MaxWeight implies
// that the profile keeps both of its limits.
const MaxWeight = events.MaxProfileBytes

// minWeight is ceil(MaxProfileBytes / MaxProfileKeys), in bytes.
const minWeight = (events.MaxProfileBytes + events.MaxProfileKeys - 1) / events.MaxProfileKeys

// Weight is what an entry adds to the attribute weight: its bytes as
// events.State.Bytes counts them, but at least 263.
func Weight(key string, e events.Entry) int64 { return int64(max(e.Bytes(key), minWeight)) }

// StateWeight is the sum of the weights of all entries. It may exceed MaxWeight
// for a State that keeps its limits, but never the other way round.
func StateWeight(s events.State) int64 {
	var sum int64
	for key, e := range s.Entries {
		sum += Weight(key, e)
	}
	return sum
}
