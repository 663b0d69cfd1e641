package consumers

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter/letter"
)

// user merges the changes of one user, all together where that is one write. An
// error leaves the messages from there on unsettled.
func (a *Apply) user(ctx context.Context, messages []*message) {
	slices.SortStableFunc(messages, func(m, n *message) int { return m.change.ID.Compare(n.change.ID) })
	for _, alike := range apart(messages) {
		for _, group := range groups(alike) {
			if err := a.group(ctx, group); err != nil {
				a.log(ctx, slog.LevelError, "changes not stored", group[0], slog.Int("messages", len(messages)), slog.Any("error", err))
				return
			}
		}
	}
}

// apart separates late changes from the others, so that a write has only changes whose
// delay is measured, or none of them. It keeps the order within each part.
func apart(messages []*message) [][]*message {
	isLate := func(m *message) bool { return m.late }
	if !slices.ContainsFunc(messages, isLate) {
		return [][]*message{messages}
	}
	var late, others []*message
	for _, m := range messages {
		if isLate(m) {
			late = append(late, m)
		} else {
			others = append(others, m)
		}
	}
	if len(others) == 0 {
		return [][]*message{late}
	}
	return [][]*message{late, others}
}

// group merges changes together. Where the profile would become too large for
// all of them, they are tried one by one, oldest first, and exactly those that
// overflow are refused.
func (a *Apply) group(ctx context.Context, messages []*message) error {
	result, err := a.merge(messages[0])(ctx, messages[0].change.UserID, fold(messages), traces(messages))
	messages[0].retries += int32(result.Retries)
	var refusal *events.Refusal
	switch {
	case err == nil:
		settled(messages, &result)
		a.written(messages, &result)
		return nil
	case !errors.As(err, &refusal):
		return err
	case len(messages) == 1:
		a.deadLetter(ctx, messages[0], refusal)
		return nil
	}
	for i := range messages {
		if err := a.group(ctx, messages[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// settled notes what became of changes whose merge went well. They are in the
// order of their stamps, so copies of one change follow each other.
func settled(messages []*message, result *Merged) {
	var last events.Stamp
	for _, m := range messages {
		switch id := m.change.ID; {
		case id != last && holds(&result.Stored, id):
			m.outcome = merged
		case id == last || holds(&result.After, id):
			m.outcome = duplicate
		default:
			m.outcome = superseded
		}
		last = m.change.ID
	}
}

// holds tells whether anything in a State has this stamp.
func holds(s *events.State, id events.Stamp) bool {
	if s.Cleared == id {
		return true
	}
	for _, origin := range [...]events.Origin{events.Stated, events.Inferred} {
		for _, e := range s.Register(origin) {
			if e.Stamp == id {
				return true
			}
		}
	}
	return false
}

// merge is the Merge for a message and those that it is folded with.
func (a *Apply) merge(m *message) Merge {
	if m.late && a.MergeLate != nil {
		return a.MergeLate
	}
	return a.Merge
}

func (a *Apply) deadLetter(ctx context.Context, m *message, r *events.Refusal) {
	err := a.DeadLetters.Put(ctx, letter.Letter{Body: m.body, Code: r.Code, Message: r.Error(), UserID: m.change.UserID})
	if err != nil {
		a.log(ctx, slog.LevelError, "dead letter not taken", m, slog.String("message_id", m.id), code(r), slog.Any("error", err))
		return
	}
	m.outcome, m.refusal = deadLettered, r
	a.log(ctx, slog.LevelWarn, "change refused", m, slog.String("message_id", m.id), code(r), slog.String("field", r.LogField()))
}

func fold(messages []*message) events.State {
	var s events.State
	for _, m := range messages {
		s.Apply(&m.change)
	}
	return s
}

func traces(messages []*message) (t events.Traces) {
	for _, m := range messages {
		t.Add(&m.change)
	}
	return t
}

// registers bounds from above how wide a fold is, without folding.
func registers(messages []*message) (n int) {
	for _, m := range messages {
		n += len(m.change.Preferences)
	}
	return n
}

// width is how many registers a fold writes.
func width(messages []*message) int {
	folded := fold(messages)
	return folded.Len()
}

// groups are the messages as the store can take them. They stay together where
// their fold is no wider than a change may be: that is one write, stored whole
// or not at all. Otherwise they are cut between changes, in order, so that no
// change is refused after a part of it was stored.
func groups(messages []*message) [][]*message {
	if registers(messages) <= events.MaxChangeKeys || width(messages) <= events.MaxChangeKeys {
		return [][]*message{messages}
	}
	var cut [][]*message
	var state events.State
	start := 0
	for i, m := range messages {
		state.Apply(&m.change)
		if state.Len() > events.MaxChangeKeys {
			cut = append(cut, messages[start:i])
			start, state = i, events.Fold(m.change)
		}
	}
	return append(cut, messages[start:])
}
