package queue

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/events"
)

// Names of message attributes. The first two are EventBridge's own.
const (
	AttributeCode      = "ERROR_CODE"
	AttributeMessage   = "ERROR_MESSAGE"
	AttributeUser      = "USER_ID"
	AttributeTruncated = "BODY_TRUNCATED" // "true" where the body was cut to fit
)

// Redriven is the code of a letter that came without a reason: SQS moved it
// here after repeated failure.
const Redriven events.Code = "redrive"

const (
	maxAttributes     = 10      // of one message, by SQS
	maxAttributeBytes = 1 << 10 // of one value, by the contract
)

// A Letter is one dead letter: what could not be processed, and why.
type Letter struct {
	Body       string
	Code       events.Code       // ERROR_CODE
	Message    string            // ERROR_MESSAGE
	Attributes map[string]string // further ones: USER_ID, EventBridge's RULE_ARN, ...

	// What follows is set by Browse and ignored by Put.

	ID        string    // of the message
	UserID    string    // from the body, as far as it can be read; not validated
	Sent      time.Time // when the message entered its first queue
	Receives  int       // how often it was received, this time included
	Truncated bool      // the body is not whole
	Receipt   string    // for Redrive, Release and Discard; see Browse
}

// attributes are the message attributes of a letter, and the bytes they count
// toward MaxBytes. Values that are empty, too long or not printable ASCII are
// left out, and so are names beyond the ten that SQS takes, last names first:
// the letter matters more than its labels.
func (l *Letter) attributes(truncated bool) (map[string]types.MessageAttributeValue, int) {
	values := map[string]string{
		AttributeCode:    printable(string(l.Code), maxAttributeBytes),
		AttributeMessage: printable(l.Message, maxAttributeBytes),
	}
	if truncated {
		values[AttributeTruncated] = "true"
	}
	maps.DeleteFunc(values, func(_, v string) bool { return v == "" })
	for _, name := range slices.Sorted(maps.Keys(l.Attributes)) {
		v := l.Attributes[name]
		if _, taken := values[name]; !taken && len(values) < maxAttributes && validName(name) && v != "" && len(v) <= maxAttributeBytes && isPrintable(v) {
			values[name] = v
		}
	}
	attributes, bytes := make(map[string]types.MessageAttributeValue, len(values)), 0
	for name, v := range values {
		attributes[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(v)}
		bytes += len(name) + len("String") + len(v)
	}
	return attributes, bytes
}

// validName tells whether SQS takes the name of an attribute.
func validName(name string) bool {
	lower := strings.ToLower(name)
	return name != "" && len(name) <= 256 &&
		strings.Trim(lower, "abcdefghijklmnopqrstuvwxyz0123456789_-.") == "" &&
		!strings.HasPrefix(lower, "aws.") && !strings.HasPrefix(lower, "amazon.") &&
		name[0] != '.' && name[len(name)-1] != '.' && !strings.Contains(name, "..")
}

// letterOf reads a received message.
func letterOf(m *types.Message) Letter {
	l := Letter{
		Body: aws.ToString(m.Body), Code: Redriven, Attributes: map[string]string{},
		ID: aws.ToString(m.MessageId), Receipt: aws.ToString(m.ReceiptHandle),
		Sent:     milliseconds(m.Attributes[string(types.MessageSystemAttributeNameSentTimestamp)]),
		Receives: number(m.Attributes[string(types.MessageSystemAttributeNameApproximateReceiveCount)]),
	}
	for name, v := range m.MessageAttributes {
		switch value := aws.ToString(v.StringValue); {
		case name == AttributeCode && value != "":
			l.Code = events.Code(value)
		case name == AttributeMessage:
			l.Message = value
		case name == AttributeTruncated:
			l.Truncated = value == "true"
		default:
			l.Attributes[name] = value
		}
	}
	if l.UserID = userID(l.Body); l.UserID == "" {
		l.UserID = l.Attributes[AttributeUser]
	}
	return l
}

func milliseconds(text string) time.Time {
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func number(text string) int {
	n, _ := strconv.Atoi(text) // 0: SQS did not say
	return n
}
