package events_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
)

func TestRetryable(t *testing.T) {
	again, never := &events.SendError{Outcome: events.NotSent}, &events.SendError{Outcome: events.Rejected}
	refused := (&events.PreferenceChange{}).Validate()
	for name, row := range map[string]struct {
		err  error
		want bool
	}{
		"nil":                      {nil, false},
		"not sent":                 {again, true},
		"uncertain":                {&events.SendError{Outcome: events.Uncertain, Err: context.DeadlineExceeded}, true},
		"rejected":                 {never, false},
		"rejected for that reason": {&events.SendError{Outcome: events.Rejected, Err: again}, false},
		"without an outcome":       {&events.SendError{}, false},
		"a nil SendError":          {(*events.SendError)(nil), false},
		"refused":                  {refused, false},
		"wrapped":                  {fmt.Errorf("change 1: %w", again), true},
		"a refusal, wrapped":       {fmt.Errorf("change 1: %w", refused), false},
		"one of several":           {errors.Join(refused, never, fmt.Errorf("change 2: %w", again)), true},
		"none of several":          {errors.Join(refused, never), false},
		"something else":           {errors.New("no"), false},
	} {
		if got := events.Retryable(row.err); got != row.want {
			t.Errorf("%s: %t, want %t", name, got, row.want)
		}
	}
}
