package tracing_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/tracing"
)

const (
	w3c  = "00-6a1b2c3d4e5f60718293a4b5c6d7e8f9-00f067aa0ba902b7-01"
	xray = "Root=1-6a1b2c3d-4e5f60718293a4b5c6d7e8f9;Parent=00f067aa0ba902b7;Sampled=1"
)

var anyTraceparent = rapid.Custom(func(t *rapid.T) string {
	text := fmt.Sprintf("00-%016x%016x-%016x-%02x", rapid.Uint64Min(1).Draw(t, "high"), rapid.Uint64().Draw(t, "low"),
		rapid.Uint64Min(1).Draw(t, "parent"), rapid.Byte().Draw(t, "flags"))
	if _, ok := events.ParseTraceparent(text); !ok {
		t.Fatalf("%s is no traceparent", text)
	}
	return text
})

// A trace comes back from X-Ray, but for the flags that X-Ray does not have.
func TestRoundTripOverXRay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyTraceparent.Draw(t, "traceparent")
		want := text[:53] + "00"
		if strings.ContainsRune("13579bdf", rune(text[54])) {
			want = text[:53] + "01"
		}
		if got := tracing.FromXRay(tracing.XRay(text)); got != want {
			t.Fatalf("%s became %s and then %s, want %s", text, tracing.XRay(text), got, want)
		}
		if id := tracing.TraceID(text); id != text[3:35] {
			t.Fatalf("trace id %s of %s", id, text)
		}
	})
}

// A header of X-Ray comes back as it was, whatever the order of its fields and
// whatever else it says.
func TestRoundTripOverW3C(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := tracing.XRay(anyTraceparent.Draw(t, "traceparent"))
		fields := rapid.Permutation(append(strings.Split(want, ";"), "Lineage=1:a87bd80c:1|68fd508a:5", "Self=1-2-3", "")).Draw(t, "fields")
		header := strings.Join(fields, rapid.SampledFrom([]string{";", "; "}).Draw(t, "separator"))
		if got := tracing.XRay(tracing.FromXRay(header)); got != want {
			t.Fatalf("%s became %q, want %s", header, got, want)
		}
	})
}

func TestExamples(t *testing.T) {
	if got := tracing.XRay(w3c); got != xray {
		t.Errorf("%s, want %s", got, xray)
	}
	if got := tracing.FromXRay(xray); got != w3c {
		t.Errorf("%s, want %s", got, w3c)
	}
}

func TestWhatIsNoTrace(t *testing.T) {
	for _, text := range []string{"", "x", w3c[1:], strings.ToUpper(w3c)} {
		if tracing.XRay(text) != "" || tracing.TraceID(text) != "" {
			t.Errorf("%q became %q of %q", text, tracing.XRay(text), tracing.TraceID(text))
		}
	}
	for _, header := range []string{
		"", "Root", "Root=1-6a1b2c3d-4e5f60718293a4b5c6d7e8f9", "Parent=00f067aa0ba902b7",
		strings.Replace(xray, "Root=1-", "Root=2-", 1), strings.Replace(xray, "6a1b2c3d-", "6a1b2c3d", 1),
		strings.Replace(xray, "6a1b2c3d-4e", "6a1b2c3d4e-", 1), strings.Replace(xray, "f9;", "fg;", 1),
		strings.Replace(xray, "00f067aa0ba902b7", "0000000000000000", 1), strings.Replace(xray, "f9;", "f9-;", 1),
	} {
		if got := tracing.FromXRay(header); got != "" {
			t.Errorf("%q became %q", header, got)
		}
	}
}

func TestOnlyWhatIsRecordedIsWorthItsBytes(t *testing.T) {
	for header, want := range map[string]string{
		xray: w3c, strings.Replace(xray, "Sampled=1", "Sampled=0", 1): "", strings.Replace(xray, "Sampled=1", "Sampled=?", 1): "",
		strings.Replace(xray, ";Sampled=1", "", 1): "", "": "",
	} {
		if got := tracing.Sampled(header); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

func TestOfRequest(t *testing.T) {
	none := func(string) string { return "" }
	if got := tracing.OfRequest(context.Background(), none); got != "" {
		t.Errorf("outside of Lambda: %q", got)
	}
	ctx := context.WithValue(t.Context(), "x-amzn-trace-id", xray) //nolint:staticcheck // aws-lambda-go's own key
	if got := tracing.OfRequest(ctx, none); got != w3c {
		t.Errorf("within Lambda: %q", got)
	}
}
