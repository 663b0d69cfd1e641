package wire_test

import (
	"context"
	"encoding/json"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

type echoIn struct {
	Text  string
	Count int
	At    wire.Time
}

// handler has one service with two operations and runs calls at once.
func handler() http.Handler {
	service := &wire.Service{Target: "Echo_1", Version: "1.1", Checksum: true, Operations: map[string]wire.Operation{
		"Say": wire.Op(func(in *echoIn) (*echoIn, error) { return in, nil }),
		"Fail": wire.Op(func(*echoIn) (*echoIn, error) {
			return nil, &wire.Error{Code: "NoSuchEcho", Message: "gone", Query: "Echo.None", Members: map[string]any{"Item": 7}}
		}),
	}}
	run := func(_ context.Context, c wire.Call) (any, error) { return c() }
	return wire.Handler(run, func() string { return "request-1" }, service)
}

func call(t *testing.T, target, body string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", target)
	w := httptest.NewRecorder()
	handler().ServeHTTP(w, r)
	text, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Result(), string(text)
}

func TestAnswerHasTheProtocolsHeaders(t *testing.T) {
	r, body := call(t, "Echo_1.Say", `{"Text":"hé","Count":3,"At":1764000000.25}`)
	if r.StatusCode != http.StatusOK || body != `{"Text":"hé","Count":3,"At":1764000000.25}` {
		t.Errorf("%d %s", r.StatusCode, body)
	}
	for header, want := range map[string]string{
		"Content-Type":     "application/x-amz-json-1.1",
		"X-Amzn-Requestid": "request-1",
		"X-Amz-Crc32":      strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 10),
	} {
		if got := r.Header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
}

func TestErrorsCarryCodeMembersAndTheOldCode(t *testing.T) {
	r, body := call(t, "Echo_1.Fail", `{}`)
	var e map[string]any
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != http.StatusBadRequest || e["__type"] != "NoSuchEcho" || e["message"] != "gone" || e["Item"] != 7.0 {
		t.Errorf("%d %s", r.StatusCode, body)
	}
	if r.Header.Get("X-Amzn-Errortype") != "NoSuchEcho" || r.Header.Get("X-Amzn-Query-Error") != "Echo.None;Sender" {
		t.Errorf("headers %v", r.Header)
	}
}

func TestWhatIsMissingIsRefusedByName(t *testing.T) {
	for _, c := range []struct{ name, target, body, code, names string }{
		{"operation", "Echo_1.Sing", `{}`, "LocalAWSUnsupported", "Echo_1.Sing"},
		{"service", "Kinesis_1.Put", `{}`, "LocalAWSUnsupported", "Kinesis_1.Put"},
		{"input member", "Echo_1.Say", `{"Volume":3}`, "LocalAWSUnsupported", "Volume"},
		{"wrong type", "Echo_1.Say", `{"Count":"three"}`, "SerializationException", "Count"},
		{"not JSON", "Echo_1.Say", `{"Count"`, "SerializationException", "not valid JSON"},
		{"too large", "Echo_1.Say", `{"Text":"` + strings.Repeat("x", 17<<20) + `"}`, "RequestEntityTooLarge", "17 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, body := call(t, c.target, c.body)
			if r.StatusCode < 400 || r.Header.Get("X-Amzn-Errortype") != c.code || !strings.Contains(body, c.names) {
				t.Errorf("%d %.300s, want %s naming %q", r.StatusCode, body, c.code, c.names)
			}
		})
	}
}

func TestZeroTimeIsNull(t *testing.T) {
	if _, body := call(t, "Echo_1.Say", `{}`); !strings.Contains(body, `"At":null`) {
		t.Errorf("%s", body)
	}
	if e := (&wire.Pending{Until: time.Unix(0, 0)}).Error(); !strings.Contains(e, "pending") {
		t.Errorf("%q", e)
	}
}
