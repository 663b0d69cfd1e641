package oracle

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"
)

// The contract's limits on the time of a stamp, compared with the consumer's clock.
const (
	maxAhead = 5 * time.Minute
	horizon  = 30 * 24 * time.Hour
)

// A Change is one preference change as its publisher meant it.
type Change struct {
	Stamp    string            // a ULID, upper case
	User     string            //
	Set      map[string]string // the JSON text of each key's value; "null" unsets
	Replace  bool              // removes everything earlier
	Inferred bool              // a bot concluded it; else the person stated it
	Trace    string            // its traceparent; "" if it has none
}

// An envelope is the part of EventBridge's envelope that the oracle needs.
type envelope struct {
	ID     string          `json:"id"`
	Time   time.Time       `json:"time"`
	Detail json.RawMessage `json:"detail"`
}

// readChange reads a well-formed change from the body of a queue's message.
func readChange(body string) (*Change, error) {
	var e envelope
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		return nil, err
	}
	var d struct {
		ID          string                     `json:"id"`
		User        string                     `json:"user_id"`
		Preferences map[string]json.RawMessage `json:"preferences"`
		Replace     bool                       `json:"replace"`
		Origin      string                     `json:"origin"`
		Trace       any                        `json:"traceparent"`
	}
	if err := json.Unmarshal(e.Detail, &d); err != nil {
		return nil, err
	}
	c := &Change{Stamp: stampOf(d.ID), User: d.User, Set: map[string]string{}, Replace: d.Replace, Inferred: d.Origin == "inferred"}
	for key, value := range d.Preferences {
		c.Set[key] = string(value)
	}
	if text, ok := d.Trace.(string); ok {
		c.Trace = traceOf(text)
	}
	if d.ID == "" {
		c.Stamp = derived(c.counts(e.Time), e.ID)
	}
	return c, nil
}

// stampOf returns the stamp that an id stands for: a ULID's text, or the same 128 bits
// as a UUID writes them.
func stampOf(id string) string {
	bits, ok := new(big.Int).SetString(strings.ReplaceAll(id, "-", ""), 16)
	if len(id) != 36 || !ok {
		return strings.ToUpper(id)
	}
	low := new(big.Int)
	high, _ := new(big.Int).DivMod(bits, new(big.Int).Lsh(big.NewInt(1), 60), low)
	middle := new(big.Int)
	high.DivMod(high, new(big.Int).Lsh(big.NewInt(1), 60), middle)
	return digits(high.Uint64(), 2) + digits(middle.Uint64(), 12) + digits(low.Uint64(), 12)
}

// counts returns the time from which a change without an id counts. One that only
// forgets counts from the end of the second in which the bus took it.
func (c *Change) counts(taken time.Time) time.Time {
	forgets := true
	for _, value := range c.Set {
		forgets = forgets && value == "null"
	}
	if c.Replace || forgets {
		return taken.Truncate(time.Second).Add(time.Second)
	}
	return taken
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// derived returns the stamp of a change without an id: the milliseconds of the time
// from which it counts, then the first ten bytes of the SHA-256 of its id.
func derived(at time.Time, id string) string {
	text := digits(uint64(at.UnixMilli()), 10)
	sum := sha256.Sum256([]byte(id))
	high, low := uint64(0), uint64(0)
	for i, b := range sum[:10] { // two halves of forty bits: eight digits each
		if i < 5 {
			high = high<<8 | uint64(b)
		} else {
			low = low<<8 | uint64(b)
		}
	}
	return text + digits(high, 8) + digits(low, 8)
}

func digits(n uint64, width int) string {
	text := make([]byte, width)
	for i := width - 1; i >= 0; i-- {
		text[i] = crockford[n&31]
		n >>= 5
	}
	return string(text)
}

// timeOf returns the time in a stamp.
func timeOf(stamp string) time.Time {
	var ms int64
	for i := range 10 {
		ms = ms<<5 | int64(strings.IndexByte(crockford, stamp[i]))
	}
	return time.UnixMilli(ms)
}

// refusal returns the code with which a consumer whose clock shows now must refuse the
// change, or "".
func (c *Change) refusal(now time.Time) string {
	at := timeOf(c.Stamp)
	switch {
	case at.Sub(now) > maxAhead:
		return "from_the_future"
	case now.Sub(at) > horizon:
		return "too_old"
	}
	return ""
}

// identity identifies a change: a stamp is unique among the changes of one user.
func identity(userID, stamp string) string { return userID + "\x00" + stamp }

func (c *Change) identity() string { return identity(c.User, c.Stamp) }

// String is the change in one line, cut to a readable length.
func (c *Change) String() string {
	keys := []string{}
	for key, value := range c.Set {
		keys = append(keys, key+"="+value)
	}
	slices.Sort(keys)
	what := strings.Join(keys, " ")
	if c.Replace {
		what = "replace " + what
	}
	if c.Inferred {
		what = "inferred " + what
	}
	if len(what) > 80 {
		what = what[:80] + "..."
	}
	return fmt.Sprintf("%s of %s: %s", c.Stamp, c.User, what)
}
