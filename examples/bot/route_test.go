package main

import (
	"context"
	"errors"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/producers"
)

// memory is a Route that keeps the entries that it accepts. If fail is set, it is
// called first.
type memory struct {
	taken []events.Envelope
	calls [][]events.Stamp // ids per call, failed ones included
	fail  func(call int, c *events.PreferenceChange) error
}

var _ producers.Route = (*memory)(nil)

func (m *memory) Send(_ context.Context, envelopes []events.Envelope) []error {
	errs := make([]error, len(envelopes))
	var ids []events.Stamp
	for i, e := range envelopes {
		c, _ := events.ParseChange(e.Detail) // what is not a change has no id
		ids = append(ids, c.ID)
		if m.fail != nil {
			errs[i] = m.fail(len(m.calls), &c)
		}
		if errs[i] == nil {
			m.taken = append(m.taken, e)
		}
	}
	m.calls = append(m.calls, ids)
	return errs
}

// received separates what the pipeline would accept from its dead letters.
func (m *memory) received(t *testing.T) (accepted []events.PreferenceChange, refused []*events.Refusal) {
	t.Helper()
	for _, e := range m.taken {
		if e.Source != "telegram-bot" || e.DetailType != events.DetailTypeChange {
			t.Errorf("event of %s: %s", e.Source, e.DetailType)
		}
		c, err := events.ParseChange(e.Detail)
		var refusal *events.Refusal
		switch {
		case err == nil:
			accepted = append(accepted, c)
		case errors.As(err, &refusal):
			refused = append(refused, refusal)
		default:
			t.Error(err)
		}
	}
	return accepted, refused
}
