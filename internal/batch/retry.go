package batch

import (
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/pause"
)

// WithDefaults fills what a Retry leaves out with the defaults of a route. These
// give up after 5 attempts and at most 1.5 s of waiting. That leaves a Lambda
// function of 5 s time for its calls.
func WithDefaults(r events.Retry) events.Retry {
	return pause.Filled(r, events.Retry{Attempts: 5, Base: 100 * time.Millisecond, Cap: time.Second})
}
