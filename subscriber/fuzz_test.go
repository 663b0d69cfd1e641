package subscriber_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/events/testdata"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// Any payload. No panic gets out. The answer names messages of the batch, in
// order, each at most once. The Func gets only announcements that keep the
// contract.
func FuzzInvoke(f *testing.F) {
	u := speaks("u1", 7, "de")
	for _, payload := range []string{
		``, `null`, `[]`, `{}`, `{"Records":[]}`, `{"Records":[{"messageId":"a","eventSource":"aws:sqs","body":"{}"}]}`, `{"detail-type":1}`,
		enveloped(u), string(u.AppendJSON(nil)), string(batchOf(enveloped(u), enveloped(cut(u)), "x")),
	} {
		f.Add([]byte(payload))
	}
	files, err := testdata.Files.ReadDir("updated/valid")
	if err != nil || len(files) == 0 {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := testdata.Files.ReadFile("updated/valid/" + file.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		f.Add(batchOf(string(text)))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		var r recorder
		r.fail = func(u events.PreferencesUpdated) error {
			if err := u.Validate(); err != nil {
				t.Errorf("the Func is given what breaks the contract: %v", err)
			}
			if len(r.given)%3 == 0 {
				panic("now and then")
			}
			return nil
		}
		text, err := subscriber.NewHandler(r.take, subscriber.WithLogger(slog.New(slog.DiscardHandler))).Invoke(t.Context(), payload)
		if (err == nil) == (text == nil) || !json.Valid(payload) && err == nil {
			t.Fatalf("answer %s, error %v", text, err)
		}
		if err == nil && string(text) != "null" {
			checkAnswer(t, payload, text)
		}
	})
}

func checkAnswer(t *testing.T, payload, text []byte) {
	t.Helper()
	var batch struct {
		Records []struct {
			ID string `json:"messageId"`
		}
	}
	var answer struct {
		BatchItemFailures []struct {
			ID string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(payload, &batch); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.BatchItemFailures == nil {
		t.Fatalf("answer %s: %v", text, err)
	}
	failed := answer.BatchItemFailures
	for _, m := range batch.Records {
		if len(failed) > 0 && failed[0].ID == m.ID {
			failed = failed[1:]
		}
	}
	if len(failed) > 0 {
		t.Errorf("answer %s has what is no message, or out of order", text)
	}
}

// Whatever the HTTP API answers: an error, or a copy of the user that was asked
// for, which is not below nothing.
func FuzzFromAPI(f *testing.F) {
	for _, body := range []string{
		``, `null`, `{}`, `{"message":"not found","revision":3,"as_of":"01KQ5B3V00000000000000000A"}`,
		`{"user_id":"u1","preferences":{"a":1.0,"b":null},"revision":7,"as_of":"01KQ5B3V00000000000000000A","last_updated":"2026-03-01T12:00:00.000Z"}`,
	} {
		f.Add(200, body)
		f.Add(404, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		got, err := subscriber.FromAPI(&http.Client{Transport: &api{status: status, body: body}}, "https://api.test")(t.Context(), "u1")
		switch {
		case err != nil:
		case status != 200 && status != 404, got.UserID != "u1" || got.Revision < 0, status == 200 && (got.Revision == 0 || got.Preferences == nil):
			t.Errorf("%d %q: %+v", status, body, got)
		}
	})
}
