package consumers

import (
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
)

// A change that took no effect is counted as what it is, also beside others of
// its user.
func TestChangesWithoutEffectAreCounted(t *testing.T) {
	set := func(ms int, key string) string { return body(change("u", ms, prefs{key: events.Number(ms)})) }
	erase := func(ms int) string {
		return body(events.PreferenceChange{ID: stampAt(ms), UserID: "u", Replace: true})
	}
	for _, tt := range []struct {
		name   string
		before []string
		batch  []string
		want   string
	}{
		{"new", nil, []string{set(1, "a")}, "merged=1 duplicates=0 superseded=0"},
		{"twice in a batch", nil, []string{set(1, "a"), set(1, "a")}, "merged=1 duplicates=1 superseded=0"},
		{"redelivered", []string{set(1, "a")}, []string{set(1, "a")}, "merged=0 duplicates=1 superseded=0"},
		{"redelivered beside a new one", []string{set(1, "a")}, []string{set(1, "a"), set(2, "b")}, "merged=1 duplicates=1 superseded=0"},
		{"older than what is stored", []string{set(2, "a")}, []string{set(1, "a")}, "merged=0 duplicates=0 superseded=1"},
		{"older than another of the batch", nil, []string{set(2, "a"), set(1, "a")}, "merged=1 duplicates=0 superseded=1"},
		{"below the fence", []string{erase(2)}, []string{set(1, "a")}, "merged=0 duplicates=0 superseded=1"},
		{"an erasure below the fence", []string{erase(2)}, []string{erase(1)}, "merged=0 duplicates=0 superseded=1"},
		{"an erasure that was redelivered", []string{erase(2)}, []string{erase(2)}, "merged=0 duplicates=1 superseded=0"},
	} {
		a := newApplying()
		a.handle(t, batchOf(tt.before...))
		a.log.Reset()
		a.handle(t, batchOf(tt.batch...))
		if log := a.log.String(); !strings.Contains(log, tt.want) {
			t.Errorf("%s: %s, want %s", tt.name, log, tt.want)
		}
	}
}
