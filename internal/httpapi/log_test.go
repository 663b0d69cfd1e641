package httpapi_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/internal/lab/routetest"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// Every request has one line about its change or its user, at the debug level unless it
// is refused or fails. It shows hashes, and neither ids nor values.
func TestEveryRequestHasALogLine(t *testing.T) {
	user, conversation := telemetry.UserHash("stack", "somebody"), telemetry.ConversationHash("stack", "c42")
	future := profiles{profile: events.Profile{Revision: 1, State: events.Fold(events.PreferenceChange{ID: routetest.At(routetest.Start.Add(2 * events.MaxAhead)), UserID: "u", Replace: true})}}
	for name, test := range map[string]struct {
		table   *profiles
		sent    error
		request httpapi.Request
		status  int
		want    []string
	}{
		"accepted": {&profiles{}, nil, request("PATCH", "somebody", "", `{"tone":"intimate"}`), 202, []string{"level=DEBUG", "event_id=0", "user_hash=" + user, "source=http-api"}},
		"a whole change": {
			&profiles{}, nil, request("POST", "", "", `{"user_id":"somebody","conversation_id":"c42","preferences":{"tone":"intimate"}}`), 202,
			[]string{"level=DEBUG", "event_id=0", "user_hash=" + user, "conversation_hash=" + conversation, "source=http-api"},
		},
		"erased":      {&profiles{}, nil, request("DELETE", "somebody", "", ""), 202, []string{"level=DEBUG", "event_id=0", "user_hash=" + user, "replace=true"}},
		"a wrong key": {&profiles{}, nil, request("PUT", "somebody", "", `{"to ne":"intimate"}`), 400, []string{"level=WARN", "user_hash=" + user, "code=malformed", "source=http-api"}},
		"too old": {
			&profiles{}, nil, request("POST", "", "", `{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","user_id":"somebody","preferences":{"tone":"intimate"}}`), 400,
			[]string{"level=WARN", "event_id=01ARZ3NDEKTSV4RRFFQ69G5FAV", "user_hash=" + user, "code=too_old", "field=id"},
		},
		"no user":           {&profiles{}, nil, request("DELETE", "", "", ""), 400, []string{"level=WARN", "code=malformed", "field=user_id"}},
		"a future profile":  {&future, nil, request("DELETE", "somebody", "", ""), 409, []string{"level=WARN", "user_hash=" + user, "code=from_the_future"}},
		"not sent":          {&profiles{}, routetest.SendError(events.NotSent, "c"), request("DELETE", "somebody", "", ""), 503, []string{"level=ERROR", "event_id=0", "user_hash=" + user, "code=c"}},
		"the table is down": {&profiles{err: errors.New("down")}, nil, request("DELETE", "somebody", "", ""), 500, []string{"level=ERROR", "user_hash=" + user}},
		"read":              {&profiles{profile: events.Profile{Revision: 7}}, nil, request("GET", "somebody", "", ""), 404, []string{"level=DEBUG", "user_hash=" + user, "revision=7"}},
		"read, a wrong key": {&profiles{}, nil, request("GET", "somebody", "keys=to%20ne", ""), 400, []string{"level=WARN", "user_hash=" + user, "code=malformed", "field=keys"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
			reporter := &telemetry.Reporter{StackID: "stack"}
			api := newWriter(t, &routetest.Route{Errs: []error{test.sent}}, test.table)
			api.Logger, api.Telemetry, api.Source = logger, reporter, "http-api"
			handle := api.Update
			switch test.request.RequestContext.HTTP.Method {
			case "GET":
				handle = (&httpapi.Reader{Read: test.table.Read, Logger: logger, Telemetry: reporter}).Get
			case "DELETE":
				handle = api.Delete
			}
			got, err := handle(t.Context(), test.request)
			if err != nil || got.StatusCode != test.status || strings.Count(out.String(), "\n") != 1 {
				t.Errorf("%v, %d %s, log\n%s", err, got.StatusCode, got.Body, &out)
			}
			for _, want := range test.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%s is not in %s", want, &out)
				}
			}
			for _, secret := range []string{"somebody", "intimate", "c42"} {
				if strings.Contains(out.String(), secret) {
					t.Errorf("shows %s: %s", secret, &out)
				}
			}
		})
	}
}
