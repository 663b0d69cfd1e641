package eventbridge

import (
	"fmt"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

func invalid(format string, args ...any) *wire.Error {
	return wire.Errorf("ValidationException", format, args...)
}

func notFound(format string, args ...any) *wire.Error {
	return wire.Errorf("ResourceNotFoundException", format, args...)
}

func exists(format string, args ...any) *wire.Error {
	return wire.Errorf("ResourceAlreadyExistsException", format, args...)
}

func limitExceeded() *wire.Error {
	return wire.Errorf("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
}

// invalidArgument is the error of one entry of PutEvents.
func invalidArgument(parameter, format string, args ...any) *wire.Error {
	return wire.Errorf("InvalidArgument", "Parameter %s is not valid. Reason: %s", parameter, fmt.Sprintf(format, args...))
}
