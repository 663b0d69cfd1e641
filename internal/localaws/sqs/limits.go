package sqs

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const maxAttributes = 10

// checkMessage checks a message by the rules of SendMessage.
func (q *Queue) checkMessage(body string, attributes map[string]Attribute) error {
	if body == "" {
		return missingParameter("MessageBody")
	}
	if r, bad := forbidden(body); bad {
		return errContents("message body", r)
	}
	if err := checkAttributes(attributes); err != nil {
		return err
	}
	if size(body, attributes) > q.maximumSize {
		return invalidParameter("One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", q.maximumSize)
	}
	return nil
}

// size returns what counts against MaximumMessageSize and the limit of a batch: body
// and user attributes with names and types, in bytes.
func size(body string, attributes map[string]Attribute) int {
	total := len(body)
	for name, a := range attributes {
		total += len(name) + len(a.DataType) + len(a.StringValue) + len(a.BinaryValue)
	}
	return total
}

// forbidden finds the first character that is not #x9, #xA, #xD, #x20 to
// #xD7FF, #xE000 to #xFFFD or #x10000 to #x10FFFF.
func forbidden(s string) (rune, bool) {
	for i, r := range s {
		switch {
		case r == 0x9, r == 0xA, r == 0xD, r >= 0x20 && r <= 0xFFFD && r != utf8.RuneError, r >= 0x10000:
			continue
		case r == utf8.RuneError && strings.HasPrefix(s[i:], string(utf8.RuneError)):
			continue // the character itself, not a broken encoding
		}
		return r, true
	}
	return 0, false
}

func errContents(where string, r rune) error {
	return queryError("InvalidMessageContents", "InvalidMessageContents",
		"Invalid binary character '#x%X' was found in the %s, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF", r, where)
}

func checkAttributes(attributes map[string]Attribute) error {
	if len(attributes) > maxAttributes {
		return invalidParameter("Number of message attributes [%d] exceeds the allowed maximum [%d].", len(attributes), maxAttributes)
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if reason := badAttributeName(name); reason != "" {
			return invalidParameter("Message (user) attribute name '%s' is invalid: %s.", name, reason)
		}
		if err := checkAttribute(name, attributes[name]); err != nil {
			return err
		}
	}
	return nil
}

var attributeName = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

func badAttributeName(name string) string {
	lower := strings.ToLower(name)
	switch {
	case name == "" || len(name) > 256:
		return "it must have 1 to 256 characters"
	case !attributeName.MatchString(name):
		return "it can contain A-Z, a-z, 0-9, underscore, hyphen and period"
	case strings.HasPrefix(lower, "aws.") || strings.HasPrefix(lower, "amazon."):
		return "it must not start with AWS. or Amazon."
	case strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, ".."):
		return "it must not start or end with a period or have two in a row"
	}
	return ""
}

func checkAttribute(name string, a Attribute) error {
	base, label, labelled := strings.Cut(a.DataType, ".")
	empty := a.StringValue == ""
	switch base {
	case "Binary":
		empty = len(a.BinaryValue) == 0
		if a.StringValue != "" {
			return invalidParameter("Message (user) attribute '%s' of type Binary takes no StringValue.", name)
		}
	case "String", "Number":
		if a.BinaryValue != nil {
			return invalidParameter("Message (user) attribute '%s' of type %s takes no BinaryValue.", name, base)
		}
	default:
		return invalidParameter("The type of message (user) attribute '%s' is invalid. You must use only the following supported type prefixes: Binary, Number, String.", name)
	}
	if labelled && label == "" || len(a.DataType) > 256 {
		return invalidParameter("The type of message (user) attribute '%s' is invalid: a label behind the period is 1 to 256 characters long with the type.", name)
	}
	if empty {
		return invalidParameter("Message (user) attribute '%s' must contain a non-empty value of type '%s'.", name, a.DataType)
	}
	if r, bad := forbidden(a.StringValue); bad {
		return errContents("message attribute '"+name+"'", r)
	}
	if base == "Number" && !isNumber(a.StringValue) {
		return invalidParameter("Can't cast the value of message (user) attribute '%s' to a number.", name)
	}
	return nil
}

var numberText = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$`)

// isNumber checks a number against SQS's range, 10^-128 to 10^126.
func isNumber(s string) bool {
	if !numberText.MatchString(s) {
		return false
	}
	f, err := strconv.ParseFloat(s, 64)
	return err == nil && f <= 1e126 && f >= -1e126
}

func checkGroup(id *string) error {
	if id != nil && !groupID.MatchString(*id) {
		return invalidValue(*id, "MessageGroupId", "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.")
	}
	return nil
}

// groupID are the printable ASCII characters but the space.
var groupID = regexp.MustCompile(`^[!-~]{1,128}$`)

// checkSystem holds the system attributes of a request to the only one there is.
func checkSystem(attributes map[string]Attribute) (trace string, err error) {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		if name != "AWSTraceHeader" {
			return "", invalidParameter("Message system attribute name '%s' is invalid.", name)
		}
		if a.DataType != "String" || a.StringValue == "" {
			return "", invalidParameter("Message (system) attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.")
		}
	}
	return attributes["AWSTraceHeader"].StringValue, nil
}
