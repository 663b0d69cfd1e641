package virtual

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

// If a user's changes do not fit into the profile together, each is tried alone, and
// only those that overflow are refused. The handler itself does the same.
func TestARefusedFoldIsTriedAlone(t *testing.T) {
	c, err := New(Options{Root: "../../../..", Start: workload.Start, SideBySide: true})
	if err != nil {
		t.Fatal(err)
	}
	var tried []string
	letters := 0
	apply := consumers.Apply{
		Merge: func(ctx context.Context, user string, delta events.State, _ events.Traces) (consumers.Merged, error) {
			_ = c.Sleep(ctx, time.Millisecond)
			keys := fmt.Sprint(len(delta.Entries))
			if delta.Visible()["third"] != events.Unset {
				keys += " with the third"
			}
			tried = append(tried, user+": "+keys)
			if len(delta.Entries) > 1 || len(tried) > 4 {
				return consumers.Merged{}, &events.Refusal{Code: events.ProfileTooLarge}
			}
			return consumers.Merged{}, nil
		},
		DeadLetters: consumers.DeadLettersFunc(func(context.Context, deadletter.Letter) error { letters++; return nil }),
		Now:         c.Now, Logger: slog.New(slog.DiscardHandler), Concurrency: 1,
	}
	var batch awsevents.SQSEvent
	stamps := c.Stamps()
	for i, key := range []string{"first", "second", "third", "first"} {
		change := events.PreferenceChange{ID: stamps.Next(), UserID: []string{"u", "u", "u", "v"}[i], Preferences: events.Preferences{key: events.Text("x")}}
		envelope := events.ChangeEnvelope("test", &change, c.Now())
		envelope.ID = fmt.Sprintf("00000000-0000-4000-8000-00000000000%d", i)
		batch.Records = append(batch.Records, awsevents.SQSMessage{MessageId: fmt.Sprint(i), Body: string(envelope.AppendJSON(nil))})
	}
	c.Go(func() {
		answer, err := merges{c, apply}.Handle(context.Background(), batch)
		if err != nil || len(answer.BatchItemFailures) > 0 {
			t.Errorf("answered %+v, %v", answer, err)
		}
	})
	if err := c.Run(time.Minute); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(tried), "[u: 3 with the third v: 1 u: 1 u: 1 u: 1 with the third]"; got != want || letters != 1 {
		t.Errorf("tried %s, want %s; %d dead letters", got, want, letters)
	}
}
