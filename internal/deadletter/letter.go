package deadletter

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter/letter"
)

// Names of message attributes, as package letter has them.
const (
	AttributeCode      = letter.AttributeCode
	AttributeMessage   = letter.AttributeMessage
	AttributeUser      = letter.AttributeUser
	AttributeRevision  = letter.AttributeRevision
	AttributeTruncated = letter.AttributeTruncated
	AttributeRedriven  = letter.AttributeRedriven
)

// Redriven is the code of a letter that came without a reason: SQS moved it
// here after repeated failure.
const Redriven events.Code = "redrive"

const (
	maxAttributes     = 10      // of one message, by SQS
	maxAttributeBytes = 1 << 10 // of one value, by the contract
)

// A Letter is one dead letter.
type Letter = letter.Letter

// A Browsed letter is one that Browse has received.
type Browsed struct {
	Letter
	ID        string    // of the message
	Source    string    // of the envelope: the bot that sent the change; empty where there is none
	Sent      time.Time // when the message entered its first queue
	Receives  int       // how often it was received, this time included
	Truncated bool      // the body is not whole
	Receipt   string    // for Redrive, Release and Discard; see Browse and Hold
}

// attributes are the message attributes of a letter, and the bytes they count
// toward MaxBytes. Values that are empty, too long or not printable ASCII are
// left out, and so are names beyond the ten that SQS takes, last names first.
// The letter matters more than its attributes.
func attributes(l *Letter, truncated bool) (map[string]types.MessageAttributeValue, int) {
	values := map[string]string{
		AttributeCode:    printable(string(l.Code), maxAttributeBytes),
		AttributeMessage: printable(l.Message, maxAttributeBytes),
	}
	if fits(l.UserID) {
		values[AttributeUser] = l.UserID
	}
	if l.Revision != 0 {
		values[AttributeRevision] = strconv.FormatInt(l.Revision, 10)
	}
	if truncated {
		values[AttributeTruncated] = "true"
	}
	maps.DeleteFunc(values, func(_, v string) bool { return v == "" })
	for _, name := range slices.Sorted(maps.Keys(l.Attributes)) {
		v := l.Attributes[name]
		if _, taken := values[name]; !taken && len(values) < maxAttributes && validName(name) && v != "" && fits(v) {
			values[name] = v
		}
	}
	all, bytes := make(map[string]types.MessageAttributeValue, len(values)), 0
	for name, v := range values {
		all[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(v)}
		bytes += len(name) + len("String") + len(v)
	}
	return all, bytes
}

// fits tells whether a value can be an attribute as it is.
func fits(value string) bool { return len(value) <= maxAttributeBytes && isPrintable(value) }

// validName tells whether SQS takes the name of an attribute.
func validName(name string) bool {
	lower := strings.ToLower(name)
	return name != "" && len(name) <= 256 &&
		strings.Trim(lower, "abcdefghijklmnopqrstuvwxyz0123456789_-.") == "" &&
		!strings.HasPrefix(lower, "aws.") && !strings.HasPrefix(lower, "amazon.") &&
		name[0] != '.' && name[len(name)-1] != '.' && !strings.Contains(name, "..")
}

// browsed reads a received message.
func browsed(m *types.Message) Browsed {
	b := Browsed{
		Letter: Letter{Body: aws.ToString(m.Body), Code: Redriven, Attributes: map[string]string{}},
		ID:     aws.ToString(m.MessageId), Receipt: aws.ToString(m.ReceiptHandle),
		Sent:     milliseconds(m.Attributes[string(types.MessageSystemAttributeNameSentTimestamp)]),
		Receives: int(number(m.Attributes[string(types.MessageSystemAttributeNameApproximateReceiveCount)])),
	}
	b.UserID, b.Source = origin(b.Body)
	for name, v := range m.MessageAttributes {
		switch value := aws.ToString(v.StringValue); {
		case name == AttributeCode && value != "":
			b.Code = events.Code(value)
		case name == AttributeMessage:
			b.Message = value
		case name == AttributeTruncated:
			b.Truncated = value == "true"
		case name == AttributeRevision:
			b.Revision = number(value)
		case name == AttributeUser:
			b.UserID = cmp.Or(b.UserID, value)
		default:
			b.Attributes[name] = value
		}
	}
	return b
}

func milliseconds(text string) time.Time {
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// number reads a count; 0 where the text is none.
func number(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}
