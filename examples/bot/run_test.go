package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

type entry struct {
	EventBusName, Source, DetailType, Detail string
}

// fakeBus answers PutEvents as EventBridge does, and keeps the entries. The
// environment points every AWS client at it.
func fakeBus(t *testing.T) *[]entry {
	t.Helper()
	var got []entry
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if target := r.Header.Get("X-Amz-Target"); target != "AWSEvents.PutEvents" {
			t.Errorf("called %s", target)
		}
		var in struct{ Entries []entry }
		body, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(body, &in); err != nil {
			t.Error(err)
		}
		got = append(got, in.Entries...)
		out := map[string]any{"FailedEntryCount": 0, "Entries": []any{}}
		for range in.Entries {
			out["Entries"] = append(out["Entries"].([]any), map[string]string{"EventId": "11111111-2222-3333-4444-555555555555"})
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.MarshalWrite(w, out)
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	return &got
}

func TestRunOverTheRealClient(t *testing.T) {
	got := fakeBus(t)
	file := filepath.Join(t.TempDir(), "updates.jsonl")
	if err := os.WriteFile(file, []byte(update(1, "call me Sam")), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, row := range []struct {
		args  []string
		stdin string
	}{
		{[]string{"--file", file, "--bus", "a-bus", "--source", "a-bot"}, ""},
		{[]string{"--bus", "a-bus", "--source", "a-bot"}, update(2, "call me Sam")},
	} {
		if err := run(t.Context(), row.args, strings.NewReader(row.stdin), &out, &out); err != nil {
			t.Fatal(err)
		}
	}
	if want := strings.Repeat("tg:1001 Sam: call me Sam -> name=\"Sam\"\n", 2); out.String() != want {
		t.Errorf("printed:\n%s", out.String())
	}
	if len(*got) != 2 {
		t.Fatalf("%d events, want one from the file and one from the standard input", len(*got))
	}
	for _, e := range *got {
		if e.EventBusName != "a-bus" || e.Source != "a-bot" || e.DetailType != "PreferenceChange" || !strings.Contains(e.Detail, `"tg:1001"`) {
			t.Errorf("event %+v", e)
		}
	}
}

func TestRunRefusesWhatItCannotDo(t *testing.T) {
	for _, row := range []struct {
		name, want string
		args       []string
		region     string
	}{
		{"an unknown flag", "flag provided but not defined: -colour", []string{"--colour"}, "us-east-1"},
		{"an argument", `unexpected argument "x"`, []string{"x"}, "us-east-1"},
		{"time backwards", "--interval must not be negative", []string{"--interval", "-1s"}, "us-east-1"},
		{"no such file", "no such file or directory", []string{"--file", "/no/such/file"}, "us-east-1"},
		{"no region", "set AWS_REGION", nil, ""},
		{"a reserved source", "is reserved", []string{"--source", "aws.bot"}, "us-east-1"},
		{"not an update", "line 1: is not a Telegram update", nil, "us-east-1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			fakeBus(t)
			t.Setenv("AWS_REGION", row.region)
			err := run(t.Context(), row.args, strings.NewReader("hello\n"), io.Discard, io.Discard)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("error %v, want %q", err, row.want)
			}
		})
	}
}
