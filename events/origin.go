package events

import "strconv"

// An Origin tells how a bot came to know a preference. Each key of a profile has
// two registers, one for each origin; State says how they make one visible value.
// The zero Origin is Stated.
type Origin uint8

// The origins.
const (
	// Stated is what the person said, or chose.
	Stated Origin = iota
	// Inferred is what a bot concluded. It never takes the place of what the
	// person stated.
	Inferred
)

var originNames = [...]string{Stated: "stated", Inferred: "inferred"}

// String is the word on the wire: stated or inferred.
func (o Origin) String() string {
	if int(o) < len(originNames) {
		return originNames[o]
	}
	return "origin(" + strconv.Itoa(int(o)) + ")"
}

// ParseOrigin reads the word on the wire; ok is false for every other text.
func ParseOrigin(text string) (o Origin, ok bool) {
	switch text {
	case originNames[Stated]:
		return Stated, true
	case originNames[Inferred]:
		return Inferred, true
	}
	return Stated, false
}

const ruleOfOrigins = `must be "stated" or "inferred"`
