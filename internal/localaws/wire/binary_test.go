package wire_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

type measured struct {
	Name    string
	Values  []float64
	At      wire.Time
	Nothing string `json:",omitzero"`
}

// binary serves a service that speaks CBOR and one that does not.
func binary(t *testing.T, path string, body []byte) (*httptest.ResponseRecorder, map[string]any) {
	t.Helper()
	say := map[string]wire.Operation{
		"Say":  wire.Op(func(in *measured) (*measured, error) { return in, nil }),
		"Fail": wire.Op(func(*measured) (*measured, error) { return nil, &wire.Error{Code: "Gone", Message: "m", Query: "Q"} }),
	}
	run := func(_ context.Context, c wire.Call) (any, error) { return c() }
	h := wire.Handler(run, func() string { return "id" }, &wire.Service{Target: "Echo_1", Binary: true, Operations: say}, &wire.Service{Target: "Text_1", Operations: say})
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	r.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var out map[string]any
	if err := must(t, cbor.DecOptions{DefaultMapType: reflect.TypeFor[map[string]any](), TimeTag: cbor.DecTagRequired}.DecMode).Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%q: %v", w.Body, err)
	}
	return w, out
}

func must[T any](t *testing.T, f func() (T, error)) T {
	t.Helper()
	value, err := f()
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestBinaryProtocol(t *testing.T) {
	at := time.UnixMilli(1764000000250).UTC()
	in := map[string]any{"Name": "n", "Values": []any{1, 2.5}, "At": cbor.Tag{Number: 1, Content: 1764000000.25}}
	r, out := binary(t, "/service/Echo_1/operation/Say", must(t, func() ([]byte, error) { return cbor.Marshal(in) }))
	if r.Code != http.StatusOK || r.Header().Get("Smithy-Protocol") != "rpc-v2-cbor" || r.Header().Get("Content-Type") != "application/cbor" {
		t.Errorf("%d %v", r.Code, r.Header())
	}
	got, ok := out["At"].(time.Time)
	if values := out["Values"]; !ok || !got.Equal(at) || out["Name"] != "n" || !reflect.DeepEqual(values, []any{1.0, 2.5}) || len(out) != 3 {
		t.Errorf("%v", out)
	}
}

func TestBinaryRefusals(t *testing.T) {
	for _, c := range []struct {
		path, body, code, message string
	}{
		{"/service/Echo_1/operation/Fail", "\xa0", "Gone", "m"},
		{"/service/Echo_1/operation/Fail", "", "Gone", "m"},
		{"/service/Echo_1/operation/Other", "\xa0", "LocalAWSUnsupported", "the operation Echo_1.Other"},
		{"/service/Echo_1/operation/Say", "\xa1\x61x\x01", "LocalAWSUnsupported", "the input member x"},
		{"/service/Echo_1/operation/Say", "\xa1", "SerializationException", "not valid CBOR"},
		{"/service/Text_1/operation/Say", "\xa0", "LocalAWSUnsupported", "the service Text_1"},
		{"/service/Absent/operation/Say", "\xa0", "LocalAWSUnsupported", "the service Absent"},
	} {
		r, out := binary(t, c.path, []byte(c.body))
		if message, _ := out["message"].(string); r.Code != 400 || out["__type"] != c.code || !strings.Contains(message, c.message) {
			t.Errorf("%s %q: %d %v", c.path, c.body, r.Code, out)
		}
	}
}
