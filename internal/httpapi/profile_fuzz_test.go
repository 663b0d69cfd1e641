package httpapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
)

// A profile as HTTP shows it is strict JSON, and says exactly what is stored: the
// text of every value as it was sent.
func FuzzProfile(f *testing.F) {
	f.Add("u1", "tone", `"formal"`, "n", `1e400`, int64(1795428000001), int64(1795428000000))
	f.Add("\"\\\u2028\x7f🦊", "a.b:c", "[ 1.0,\n{\"x\" :null}]", "a.b:c", `"\ud83d\ude00"`, int64(-1), int64(0))
	f.Fuzz(func(t *testing.T, user, key1, value1, key2, value2 string, revision, ms int64) {
		c := events.PreferenceChange{UserID: user, Preferences: events.Preferences{key1: events.JSON(value1), key2: events.JSON(value2)}}
		id, err := events.DeriveStamp(time.UnixMilli(ms), user)
		if c.ID = id; err != nil || c.Validate() != nil || id.Time().Year() > 9999 {
			return // nothing of the kind is ever stored
		}
		if revision%2 == 0 {
			c.Origin = events.Inferred
		}
		p := events.Profile{UserID: user, Revision: revision, UpdatedAt: id.Time(), State: events.Fold(c)}
		answer := httpapi.Profile(&p, p.Visible())
		var got struct {
			UserID      string             `json:"user_id"`
			Preferences events.Preferences `json:"preferences"`
			Inferred    []string           `json:"inferred_keys"`
			Revision    int64              `json:"revision"`
			AsOf        events.Stamp       `json:"as_of"`
			LastUpdated time.Time          `json:"last_updated"`
		}
		if err := json.Unmarshal([]byte(answer.Body), &got, json.RejectUnknownMembers(true)); err != nil {
			t.Fatalf("%s: %v", answer.Body, err)
		}
		if got.UserID != user || got.Revision != revision || got.AsOf != id || !got.LastUpdated.Equal(p.UpdatedAt) || answer.StatusCode != http.StatusOK {
			t.Fatalf("%+v of %+v", got, p)
		}
		if diff := cmp.Diff(p.Visible(), got.Preferences); diff != "" {
			t.Fatalf("(-stored +shown):\n%s", diff)
		}
		if diff := cmp.Diff(p.InferredKeys(), got.Inferred); diff != "" {
			t.Fatalf("inferred (-stored +shown):\n%s", diff)
		}
		if !httpapi.Unmodified(&httpapi.Request{Headers: map[string]string{"if-none-match": answer.Headers["ETag"]}}, revision) {
			t.Fatalf("the answer's own tag %s does not name it", answer.Headers["ETag"])
		}
	})
}
