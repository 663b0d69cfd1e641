// Package letter is what a dead letter says, and the names under which its message says
// it. It links no SDK client, so that a consumer which sends no letters links none.
// Package deadletter puts, browses and redrives letters.
package letter

import (
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/sqsbody"
)

// Names of message attributes. The first two are EventBridge's own.
const (
	AttributeCode      = "ERROR_CODE"
	AttributeMessage   = "ERROR_MESSAGE"
	AttributeUser      = "USER_ID"
	AttributeRevision  = "REVISION"
	AttributeTruncated = "BODY_TRUNCATED" // "true" where the body was cut to fit

	// AttributeRedriven is on a message of the change queue that deadletter.Queue.Redrive
	// sent.
	AttributeRedriven = sqsbody.Redriven
)

// A Letter is one dead letter: what could not be processed, and why.
type Letter struct {
	Body    string      // as it came: of any length, and perhaps not UTF-8
	Code    events.Code // ERROR_CODE
	Message string      // ERROR_MESSAGE: printable ASCII, at most 1 KiB, no values

	UserID     string            // USER_ID; empty where it is not known
	Revision   int64             // REVISION of an announcement; 0: unknown, or not about one
	Attributes map[string]string // further message attributes, such as EventBridge's RULE_ARN
}
