package item

import (
	"errors"
	"testing"
)

// Of several malformed preferences the error names the first by name, in
// whatever order they come.
func TestTheSameItemGivesTheSameError(t *testing.T) {
	fixed := Raw{
		{Name: UserID, Kind: String, Text: "u"}, {Name: Revision, Kind: Number, Text: "1"},
		{Name: UpdatedAt, Kind: String, Text: "2026-03-01T12:00:00Z"},
	}
	a, b, c := Attribute{Name: "p.a"}, Attribute{Name: "p.b"}, Attribute{Name: "p.c"}
	for _, order := range []Raw{{a, b, c}, {b, a, c}, {c, b, a}} {
		_, err := Decode(append(order, fixed...))
		if malformed, ok := errors.AsType[*MalformedError](err); !ok || malformed.Attribute != "p.a" {
			t.Errorf("%v: %v", order, err)
		}
	}
}
