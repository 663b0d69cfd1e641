package httpapi_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/changes"
	"github.com/bot-preferences/bot-preferences/internal/lab/routetest"
)

func TestGoldenChangesOverHTTP(t *testing.T) {
	then := func() time.Time { return changes.Now }
	for _, tt := range append(changes.Valid(), changes.Malformed()...) {
		if tt.HTTP.Status == 0 {
			continue
		}
		t.Run(tt.Name, func(t *testing.T) {
			r := &routetest.Route{}
			post := request("POST", "", "", base64.StdEncoding.EncodeToString(tt.Text))
			post.IsBase64Encoded = true
			writer := newWriter(t, r, &profiles{})
			writer.Now = then
			got := call(t, writer, post)

			var body struct{ Message string }
			if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
				t.Error(err)
			}
			field, _, named := strings.Cut(body.Message, ": ")
			if named != (tt.HTTP.Field != "") || named && field != tt.HTTP.Field || got.StatusCode != tt.HTTP.Status {
				t.Errorf("got %d %s, want %d and the field %q", got.StatusCode, got.Body, tt.HTTP.Status, tt.HTTP.Field)
			}
			if tt.HTTP.Status != 202 {
				if len(r.Taken()) != 0 {
					t.Error("it was sent")
				}
				return
			}
			c := r.Changes(t)[0]
			if tt.Change.ID.IsZero() {
				c.ID = events.Stamp{}
			}
			if diff := cmp.Diff(tt.Change, c, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
