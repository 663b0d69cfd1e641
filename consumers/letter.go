package consumers

import (
	"context"
	"strconv"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Letter is what goes to a dead-letter queue.
type Letter struct {
	Body    string      // as it came: of any length, and perhaps not UTF-8
	Code    events.Code // ERROR_CODE
	Message string      // ERROR_MESSAGE: printable ASCII, at most 1 KiB, no values

	// UserID, where it is known, for the queue's attributes. Revision is that
	// of an announcement; 0: unknown, or not about one.
	UserID   string
	Revision int64
}

// Attributes are further message attributes: USER_ID and REVISION, as far as
// they are known.
func (l *Letter) Attributes() map[string]string {
	attributes := map[string]string{}
	if l.UserID != "" {
		attributes["USER_ID"] = l.UserID
	}
	if l.Revision != 0 {
		attributes["REVISION"] = strconv.FormatInt(l.Revision, 10)
	}
	return attributes
}

// DeadLetters takes letters. Put returns nil only once the letter is certainly
// in the queue. It is called by several goroutines at once.
type DeadLetters interface {
	Put(ctx context.Context, l Letter) error
}

// DeadLettersFunc makes DeadLetters of a function.
type DeadLettersFunc func(ctx context.Context, l Letter) error

// Put calls f.
func (f DeadLettersFunc) Put(ctx context.Context, l Letter) error { return f(ctx, l) }
