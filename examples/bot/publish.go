package main

import (
	"context"
	"errors"

	"github.com/bot-preferences/bot-preferences/events"
)

// publish publishes the changes of one message in their order, and describes the outcome
// of each.
func (b *bot) publish(ctx context.Context, changes []events.PreferenceChange) []string {
	outcomes := make([]string, len(changes))
	for i := range changes {
		outcomes[i] = b.publishOne(ctx, &changes[i])
	}
	return outcomes
}

// publishOne leaves trying again to the publisher. A bot that must not lose a change
// would keep it, with the id that PublishOne returns, if the error is events.Retryable.
func (b *bot) publishOne(ctx context.Context, c *events.PreferenceChange) string {
	_, err := b.publisher.PublishOne(ctx, *c)
	var refusal *events.Refusal
	switch {
	case err == nil:
		return learned(c)
	case errors.As(err, &refusal):
		return "refused: " + err.Error() + b.sendUnchecked(ctx, c)
	}
	b.lost++
	return "not published: " + err.Error()
}

// sendUnchecked puts a refused change on the bus, if the bot was started for that. The
// change has no id, which raw events may omit: the consumer derives one from the
// envelope.
func (b *bot) sendUnchecked(ctx context.Context, c *events.PreferenceChange) string {
	if !b.unchecked {
		return ""
	}
	raw := events.Envelope{Source: b.source, DetailType: events.DetailTypeChange, Detail: c.AppendJSON(nil)}
	for _, err := range b.route.Send(ctx, []events.Envelope{raw}) {
		if err != nil {
			b.lost++
			return "; not even sent unchecked: " + err.Error()
		}
	}
	return "; sent unchecked anyway"
}
