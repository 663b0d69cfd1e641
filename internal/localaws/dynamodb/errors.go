package dynamodb

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

const (
	messageKeySchema   = "The provided key element does not match the schema"
	messageItemSize    = "Item size has exceeded the maximum allowed size"
	messageUpdateSize  = "Item size to update has exceeded the maximum allowed size"
	messageNesting     = "Nesting Levels have exceeded supported limits"
	messageItemNesting = messageNesting + ": Attributes in the item have nested levels beyond supported limit"
	messageDuplicates  = "Provided list of item keys contains duplicates"
	messageStartKey    = "The provided starting key is invalid"
)

func validation(format string, args ...any) *wire.Error {
	return wire.Errorf("ValidationException", format, args...)
}

func invalidParameter(format string, args ...any) *wire.Error {
	return validation("One or more parameter values were invalid: "+format, args...)
}

// constraint is the error of DynamoDB's model checks. The shown value is
// quoted unless it is null.
func constraint(shown, member, rule string, args ...any) *wire.Error {
	if shown != "null" {
		shown = "'" + shown + "'"
	}
	return validation("1 validation error detected: Value %s at '%s' failed to satisfy constraint: %s", shown, member, fmt.Sprintf(rule, args...))
}

func notFound(format string, args ...any) *wire.Error {
	return wire.Errorf("ResourceNotFoundException", format, args...)
}

func conditionFailed(item Item, show bool) *wire.Error {
	err := wire.Errorf("ConditionalCheckFailedException", "The conditional request failed")
	if show && item != nil {
		err.Members = map[string]any{"Item": item}
	}
	return err
}

// itemError makes a ValidationException from an error of an expression or a number in
// an item.
func itemError(err error) error {
	if err == nil {
		return nil
	}
	var already *wire.Error
	if errors.As(err, &already) {
		return err
	}
	return validation("%s", err.Error())
}

// oneOf checks an enumerated parameter; empty means absent.
func oneOf(given, member string, allowed ...string) error {
	if given == "" || slices.Contains(allowed, given) {
		return nil
	}
	return constraint(given, member, "Member must satisfy enum value set: [%s]", strings.Join(allowed, ", "))
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
