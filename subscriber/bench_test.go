package subscriber_test

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// A batch of ten announcements of profiles of so many keys, kept in memory.
func BenchmarkBatch(b *testing.B) {
	for _, keys := range []int{5, 100} {
		b.Run(fmt.Sprintf("keys=%d", keys), func(b *testing.B) {
			all := events.Preferences{}
			for i := range keys {
				all[fmt.Sprintf("key.%d", i)] = events.Text("a value of some length")
			}
			var bodies []string
			for i := range 10 {
				bodies = append(bodies, enveloped(events.PreferencesUpdated{
					UserID: fmt.Sprintf("u%d", i), Revision: 7, PreviousRevision: 6, Changes: events.Preferences{"key.0": all["key.0"]},
					ChangedKeys: []string{"key.0"}, Preferences: all, UpdatedAt: updatedAt, CausedBy: []events.Stamp{{1}}, AsOf: events.Stamp{1},
				}))
			}
			payload := batchOf(bodies...)
			copies := subscriber.NewProjection(subscriber.NewMemory())
			h := subscriber.NewHandler(copies.Apply, subscriber.WithLogger(slog.New(slog.DiscardHandler)))
			b.SetBytes(int64(len(payload)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := h.Invoke(b.Context(), payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
