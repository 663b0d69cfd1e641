package subscriber

import (
	"cmp"
	"context"
	"slices"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/handler"
)

// batch handles a batch and reports what failed, in the order of the messages.
func (h *Handler) batch(ctx context.Context, records []record) awsevents.SQSEventResponse {
	messages := h.receive(records)
	h.handle(ctx, messages)
	// Never null, which Lambda would take for the failure of the whole batch.
	response := awsevents.SQSEventResponse{BatchItemFailures: []awsevents.SQSBatchItemFailure{}}
	for _, m := range messages {
		if m.outcome == failed {
			response.BatchItemFailures = append(response.BatchItemFailures, awsevents.SQSBatchItemFailure{ItemIdentifier: m.id})
		}
	}
	return response
}

func (h *Handler) receive(records []record) []*message {
	messages := make([]*message, len(records))
	for i, r := range records {
		m := &message{id: r.MessageID}
		h.contained(m, func() { m.read([]byte(r.Body)) })
		messages[i] = m
	}
	return messages
}

// handle settles the messages and logs what became of them.
func (h *Handler) handle(ctx context.Context, messages []*message) {
	users := byUser(messages)
	handler.Each(len(users), h.concurrency, func(i int) { h.user(ctx, users[i]) })
	h.report(messages)
}

// byUser are the announcements of each user, in the order in which they are
// handled.
func byUser(messages []*message) [][]*message {
	var users [][]*message
	at := map[string]int{}
	for _, m := range messages {
		if m.announced == nil {
			continue
		}
		i, known := at[m.announced.UserID]
		if !known {
			i = len(users)
			at[m.announced.UserID] = i
			users = append(users, nil)
		}
		users[i] = append(users[i], m)
	}
	for _, u := range users {
		slices.SortStableFunc(u, func(m, n *message) int { return order(m.announced, n.announced) })
	}
	return users
}

// order puts lower revisions first, and of one revision what says the most last:
// a snapshot, and what is whole.
func order(u, v *events.PreferencesUpdated) int {
	rank := func(u *events.PreferencesUpdated) int {
		n := 0
		if u.Snapshot {
			n++
		}
		if !u.Truncated {
			n += 2
		}
		return n
	}
	return cmp.Or(cmp.Compare(u.Revision, v.Revision), cmp.Compare(rank(u), rank(v)))
}

// user handles the announcements of one user. One that fails does not keep the
// later ones: they say all that it says and more.
func (h *Handler) user(ctx context.Context, messages []*message) {
	newest := len(messages) - 1
	if !h.newest || h.needsOthers(messages[newest].announced) {
		for _, m := range messages {
			h.contained(m, func() { h.give(ctx, m) })
		}
		return
	}
	h.contained(messages[newest], func() { h.give(ctx, messages[newest]) })
	for _, m := range messages[:newest] {
		m.outcome, m.failure = messages[newest].outcome, messages[newest].failure
		if m.outcome == handled {
			m.outcome = superseded
		}
	}
}

// needsOthers tells whether an announcement says less than those before it: of one
// without preferences the changes are of use only beside the copy from before it.
func (h *Handler) needsOthers(u *events.PreferencesUpdated) bool { return u.Truncated && h.read == nil }

func (h *Handler) report(messages []*message) {
	log := h.logger()
	var counts [passedOver + 1]int
	for _, m := range messages {
		counts[m.outcome]++
		if m.outcome == failed {
			log.Error("announcement not handled", "message_id", m.id, "code", m.failure.code, "error", m.failure.err)
		}
	}
	log.Info("announcements handled", "messages", len(messages), "handled", counts[handled],
		"superseded", counts[superseded], "passed_over", counts[passedOver], "failed", counts[failed])
}
