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
	"github.com/bot-preferences/bot-preferences/internal/lab/sim/previous/inside/telemetry"
)

// previousApply is apply as the previous version wires it. ci/previous makes the packages.
func (s *Simulation) previousApply(table *dynamodb.Client, letters *sqs.Client, url string) applyFunc {
	store := profilestore.New(table, s.names.table, profilestore.WithClock(s.clock))
	into := func(store *profilestore.Store) consumers.Merge {
		return func(ctx context.Context, userID string, delta events.State, traces events.Traces) (consumers.Merged, error) {
			result, err := store.MergeTraced(ctx, userID, delta, traces)
			return consumers.Merged{Stored: result.Stored, After: result.Profile.State, Retries: result.Retries}, err
		}
	}
	a := &consumers.Apply{
		Merge: into(store), MergeLate: into(store.Late()),
		Telemetry:   &telemetry.Reporter{Stage: stage, StackID: "simulation", Out: reports{s}},
		DeadLetters: deadletter.New(letters, url),
		Now:         s.clock, Logger: quietLog, Concurrency: 1,
	}
	return a.Handle
}
