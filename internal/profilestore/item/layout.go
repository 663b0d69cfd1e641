package item

import (
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
)

// Names of the item's attributes.
const (
	UserID            = "user_id"
	Revision          = "revision"
	UpdatedAt         = "updated_at"
	Cleared           = "cleared"
	WeightSum         = "weight"
	Recounts          = "recounts"
	InferredWeightSum = "inferred_weight"
	InferredRecounts  = "inferred_recounts"
	ExpiresAt         = "expires_at"
	Late              = "late"

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

// The prefixes of the attributes that hold keys, by their origin.
const (
	statedPrefix   = "p."
	inferredPrefix = "i."
)

// Preference is the name of the attribute that holds what was stated under a key.
func Preference(key string) string { return statedPrefix + key }

// Register is the name of the attribute that holds a key's register of an origin.
func Register(o events.Origin, key string) string {
	if o == events.Inferred {
		return inferredPrefix + key
	}
	return statedPrefix + key
}

// registerOf is the register that an attribute holds, if it holds one.
func registerOf(name string) (o events.Origin, key string, ok bool) {
	if key, ok = strings.CutPrefix(name, statedPrefix); ok {
		return events.Stated, key, true
	}
	key, ok = strings.CutPrefix(name, inferredPrefix)
	return events.Inferred, key, ok
}

// WeightOf is the name of the attribute that bounds the size of one origin.
func WeightOf(o events.Origin) string {
	if o == events.Inferred {
		return InferredWeightSum
	}
	return WeightSum
}

// RecountsOf is the name of the attribute that counts the recounts of that bound.
func RecountsOf(o events.Origin) string {
	if o == events.Inferred {
		return InferredRecounts
	}
	return Recounts
}

// MaxWeight bounds the sum of weights of what was stated. Each weight is at least an
// entry's bytes and at least 1/MaxProfileKeys of MaxWeight, so a sum within MaxWeight
// implies that the profile keeps both of its limits.
const MaxWeight = events.MaxProfileBytes

// MaxInferredWeight is the same of what was inferred.
const MaxInferredWeight = events.MaxInferredBytes

// MaxWeightOf is the bound of one origin.
func MaxWeightOf(o events.Origin) int64 {
	if o == events.Inferred {
		return MaxInferredWeight
	}
	return MaxWeight
}

// minWeight is ceil(MaxProfileBytes / MaxProfileKeys), in bytes. The limits of what was
// inferred are a quarter each, so that it is the same.
const minWeight = (events.MaxProfileBytes + events.MaxProfileKeys - 1) / events.MaxProfileKeys

// Weight is what an entry adds to the attribute weight: its bytes as
// events.State.Bytes counts them, but at least 263.
func Weight(key string, e events.Entry) int64 { return int64(max(e.Bytes(key), minWeight)) }

// StateWeight is the sum of the weights of what was stated. It may exceed MaxWeight
// for a State that keeps its limits, but never the other way round.
func StateWeight(s events.State) int64 { return RegisterWeight(s.Entries) }

// RegisterWeight is the sum of the weights of the entries of one origin.
func RegisterWeight(register map[string]events.Entry) (sum int64) {
	for key, e := range register {
		sum += Weight(key, e)
	}
	return sum
}
