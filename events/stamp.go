package events

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"
)

// A Stamp is a ULID: 48 bits of milliseconds since 1970, then 80 random bits.
// It identifies a change and orders it. Its text is 26 upper-case characters of
// Crockford's base 32, which sort as strings just as the stamps do. The zero
// Stamp means "none" and is less than every other.
//
// Specification: https://github.com/ulid/spec
type Stamp [16]byte

// ParseStamp reads the 26 characters of a ULID, in either case. It is strict:
// the letters I, L, O and U, and a first character above 7 (which would
// overflow 128 bits), are errors.
func ParseStamp(text string) (Stamp, error) {
	id, err := ulid.ParseStrict(text)
	if err != nil {
		return Stamp{}, errNotULID
	}
	return Stamp(id), nil
}

// ParseID reads the id of a change: a ULID, as ParseStamp does, or a UUID of
// version 7, which has the same 128 bits in another form. A UUID has 36
// characters with hyphens, in either case, and the variant of RFC 9562. All
// other versions are errors: their first 48 bits are no clock.
//
// Specification: RFC 9562, section 5.7.
func ParseID(text string) (Stamp, error) {
	if len(text) != uuidLength {
		return ParseStamp(text)
	}
	var s Stamp
	digits := make([]byte, 0, 2*len(s))
	for i := range len(text) {
		isHyphen := i == 8 || i == 13 || i == 18 || i == 23
		if isHyphen != (text[i] == '-') {
			return Stamp{}, errNotUUID
		}
		if !isHyphen {
			digits = append(digits, text[i])
		}
	}
	if _, err := hex.Decode(s[:], digits); err != nil || s[6]>>4 != 7 || s[8]>>6 != 2 {
		return Stamp{}, errNotUUID
	}
	return s, nil
}

const uuidLength = 36

var errNotULID = errors.New("not a ULID: that has 26 characters, the digits and the letters A to Z without I, L, O and U, and begins with 0 to 7")

var errNotUUID = errors.New("not a UUID of version 7")

// DeriveStamp makes a stamp of an envelope's time, in milliseconds, and the
// first 10 bytes of the SHA-256 of its id. DecodeChange uses it for a change
// that carries no id of its own. Redeliveries of one envelope therefore agree.
// A time before 1970 or after the year 10889 is an error: no ULID can carry it.
func DeriveStamp(at time.Time, envelopeID string) (Stamp, error) {
	ms := at.UnixMilli()
	var id ulid.ULID
	if ms < 0 || id.SetTime(uint64(ms)) != nil {
		return Stamp{}, fmt.Errorf("the time %s does not fit a ULID", at.UTC().Format(time.RFC3339))
	}
	sum := sha256.Sum256([]byte(envelopeID))
	copy(id[6:], sum[:10])
	return Stamp(id), nil
}

// Time is the stamp's clock part, to the millisecond, in UTC.
func (s Stamp) Time() time.Time { return time.UnixMilli(int64(ulid.ULID(s).Time())).UTC() }

// IsZero tells whether there is no stamp.
func (s Stamp) IsZero() bool { return s == Stamp{} }

// Compare returns -1, 0 or +1 as s is less than, equal to or greater than t.
func (s Stamp) Compare(t Stamp) int { return ulid.ULID(s).Compare(ulid.ULID(t)) }

// After tells whether s is greater than t.
func (s Stamp) After(t Stamp) bool { return s.Compare(t) > 0 }

// Before tells whether s is less than t.
func (s Stamp) Before(t Stamp) bool { return s.Compare(t) < 0 }

// String is the stamp's upper-case text, empty for the zero Stamp.
func (s Stamp) String() string {
	if s.IsZero() {
		return ""
	}
	return ulid.ULID(s).String()
}

// UUID writes the same 128 bits in the form of a UUID, for places that want
// one, such as an envelope's id.
func (s Stamp) UUID() string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", s[0:4], s[4:6], s[6:8], s[8:10], s[10:16])
}

// MarshalText writes what String returns.
func (s Stamp) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what ParseStamp reads; empty text is the zero Stamp.
func (s *Stamp) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = Stamp{}
		return nil
	}
	parsed, err := ParseStamp(string(text))
	if err == nil {
		*s = parsed
	}
	return err
}
