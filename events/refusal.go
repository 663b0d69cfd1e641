package events

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Code says why a change was refused. It travels as the dead letter's
// ERROR_CODE attribute.
type Code string

// The codes of this contract. Delivery may add EventBridge's own.
const (
	// Malformed: not JSON as this contract wants it, or a field breaks its rule.
	Malformed Code = "malformed"
	// UnknownVersion: a version other than 1.
	UnknownVersion Code = "unknown_version"
	// FromTheFuture: the stamp is more than MaxAhead ahead of the consumer's
	// clock; it would shadow later changes.
	FromTheFuture Code = "from_the_future"
	// TooOld: the stamp is older than Horizon; it could resurrect what was erased.
	TooOld Code = "too_old"
	// TooLarge: the change, or one of its values, is over its limit in bytes.
	TooLarge Code = "too_large"
	// ProfileTooLarge: the profile would grow over its limit in bytes or keys.
	ProfileTooLarge Code = "profile_too_large"
	// Unreadable: a stored profile cannot be read, so it cannot be announced.
	Unreadable Code = "unreadable"
	// Undeliverable: an announcement that the bus will not take.
	Undeliverable Code = "undeliverable"
)

// Limits in time.
const (
	// MaxAhead is how far a stamp may be ahead of the consumer's clock.
	MaxAhead = 5 * time.Minute
	// Horizon is how old a stamp may be.
	Horizon = 30 * 24 * time.Hour
)

// A Refusal is the error of a change that must not be retried as it is: it is
// poison, not bad luck. It names the field and the rule, never a value.
type Refusal struct {
	Code  Code
	Field string // dotted path such as "preferences.tone"; empty: the whole event
	Rule  string // what would be right
}

// LogField is Field as a log may have it. It leaves out a name that the contract does not
// know, because a broken bot may put a person's words or a user id there. "preferences.*"
// stands for a key that no preference can have, and "*" for another unknown field.
func (r *Refusal) LogField() string {
	key, ofKey := strings.CutPrefix(r.Field, "preferences.")
	switch {
	case ofKey && ValidKey(key), !ofKey && slices.Contains(loggedFields, r.Field):
		return r.Field
	case ofKey:
		return "preferences.*"
	}
	return "*"
}

// loggedFields are those of both events, of the envelope, and of the HTTP API.
var loggedFields = []string{
	"", "id", "user_id", "preferences", "replace", "origin", "version", "conversation_id", "traceparent",
	"time", "source", "detail", "detail-type", "event_id", "query", "keys", "If-Match",
}

// Error returns one line of printable ASCII of at most 1 KiB.
func (r *Refusal) Error() string {
	text := r.Rule
	if r.Field != "" {
		text = r.Field + ": " + r.Rule
	}
	return printable(text, 1024)
}

func refuse(code Code, field, rule string, args ...any) *Refusal {
	return &Refusal{Code: code, Field: field, Rule: fmt.Sprintf(rule, args...)}
}

// CheckTime refuses a stamp that is more than MaxAhead ahead of now, or older
// than Horizon. The answer depends on when it is asked: only the consumer's
// counts.
func CheckTime(id Stamp, now time.Time) error {
	switch at := id.Time(); {
	case at.After(now.Add(MaxAhead)):
		return refuse(FromTheFuture, "id", "is %s ahead of the clock, at most %s is allowed", distance(at.Sub(now)), MaxAhead)
	case at.Before(now.Add(-Horizon)):
		return refuse(TooOld, "id", "is %s old, at most %d days are allowed", distance(now.Sub(at)), Horizon/(24*time.Hour))
	}
	return nil
}

// distance is a duration for a person: in days where there are several. A time.Duration
// ends at 292 years, so the distance of a stamp of the year 10889 is not known.
func distance(d time.Duration) string {
	const day, century = 24 * time.Hour, 100 * 365 * 24 * time.Hour
	switch {
	case d < 2*day:
		return d.Round(time.Second).String()
	case d > century:
		return "over 100 years"
	}
	return fmt.Sprintf("%d days", d/day)
}

// maxNameBytes bounds a name from the input within a refusal.
const maxNameBytes = 80

// printable turns text into at most max bytes of printable ASCII: names in
// hostile input must not reach a log or a message attribute as they are. What
// it returns it leaves alone.
func printable(text string, max int) string {
	var b strings.Builder
	for i, r := range text {
		if b.Len() > max {
			break
		}
		switch {
		case ' ' <= r && r <= '~':
			b.WriteByte(byte(r))
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, text[i])
		default:
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	if b.Len() > max {
		return b.String()[:max-3] + "..."
	}
	return b.String()
}
