package main

import (
	"context"
	"errors"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// How often, and after which pause, the bot publishes a change again that the route did
// not accept. The route itself has retried for a second or two by then.
const (
	attempts   = 3
	retryAfter = 2 * time.Second
)

// publish publishes the changes of one message, and describes the outcome of each
// change.
func (b *bot) publish(ctx context.Context, changes []events.PreferenceChange) []string {
	outcomes := make([]string, len(changes))
	open := make([]int, len(changes)) // indexes of the changes without a final outcome
	for i := range changes {
		open[i] = i
	}
	for attempt := 1; len(open) > 0; attempt++ {
		ended := attempt > 1 && pause(ctx, retryAfter) != nil
		open = b.offer(ctx, changes, open, outcomes, ended || attempt == attempts)
	}
	return outcomes
}

// offer makes one call for all open changes, and returns those that are worth a retry.
// last says that there will be no other call.
func (b *bot) offer(ctx context.Context, changes []events.PreferenceChange, open []int, outcomes []string, last bool) []int {
	batch := make([]events.PreferenceChange, len(open))
	for j, i := range open {
		batch[j] = changes[i]
	}
	results, _ := b.publisher.Publish(ctx, batch...)
	var again []int
	for j, i := range open {
		// A retry must have the same id. If the change did arrive, it is then a
		// duplicate.
		changes[i].ID = results[j].ID
		var failure *events.SendError
		switch err := results[j].Err; {
		case err == nil:
			outcomes[i] = learned(&changes[i])
		case !errors.As(err, &failure):
			outcomes[i] = "refused: " + err.Error() + b.sendUnchecked(ctx, &changes[i])
		case last || failure.Outcome == events.Rejected:
			outcomes[i] = "not published: " + err.Error()
			b.lost++
		default:
			again = append(again, i)
		}
	}
	return again
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
	return "; sent unchecked all the same"
}
