//go:build previous

package sim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/lab/sim/previous/consumers"
	"github.com/bot-preferences/bot-preferences/internal/lab/sim/previous/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/sim/previous/inside/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/lab/sim/previous/inside/profilestore"
)

// previousApply is apply as the previous version wires it. ci/previous makes the packages.
func (s *Simulation) previousApply(table *dynamodb.Client, letters *sqs.Client, url string) applyFunc {
	store := profilestore.New(table, s.names.table, profilestore.WithClock(s.clock))
	a := &consumers.Apply{
		Merge: func(ctx context.Context, userID string, delta events.State) (consumers.Merged, error) {
			result, err := store.Merge(ctx, userID, delta)
			return consumers.Merged{Stored: result.Stored, After: result.Profile.State}, err
		},
		DeadLetters: deadletter.New(letters, url),
		Now:         s.clock, Logger: quietLog, Concurrency: 1,
	}
	return a.Handle
}
