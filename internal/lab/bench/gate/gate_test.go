package gate

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFiguresAreHeldToTheirLimits(t *testing.T) {
	limits := Figures{
		"bytes kept": 100, "bytes over": 100, "bytes within the slack": 100, "gone": 1, "better": 100, "none": 0,
		"requests": 1, "zip of a: bytes": 2_000_000, "zip of b: bytes": 2_990_000, "zip of c: bytes": 2_990_000,
	}
	f := Figures{
		"bytes kept": 100, "bytes over": 102.1, "bytes within the slack": 101.9, "new": 5, "better": 97, "none": 0.1,
		"requests": 1.001, "zip of a: bytes": 2_030_000, "zip of b: bytes": 3_000_001, "zip of c: bytes": 3_000_000,
	}
	want := []string{
		"bytes over: 102.1, and the limit is 100",
		"new: 5, and there is no limit",
		"none: 0.1, and the limit is 0",
		"requests: 1.001, and the limit is 1",
		"zip of b: bytes: 3.000001e+06, and the limit is 2.99e+06",
		"gone: there is a limit, and it is not measured",
	}
	if diff := cmp.Diff(want, f.Exceeded(limits)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"better: 97, and the limit is 100"}, f.Below(limits)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestLimitsAreReadAsTheyAreWritten(t *testing.T) {
	f := Figures{"b \"quoted\"": 0.1, "a": 2951234}
	var back Figures
	if err := json.Unmarshal([]byte(f.JSON()), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, back); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(f.JSON(), "{\n  \"a\": 2951234,\n") {
		t.Errorf("written as %s", f.JSON())
	}
}

// The file has a limit for each kind of figure, because an empty file would check
// nothing.
func TestTheFileHoldsLimits(t *testing.T) {
	limits, err := Limits()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"apply fold 10: allocations per change", "apply fold 1: requests per change", "zip of getUserPreferences: bytes", "zip of recordHistory: bytes",
		"this pipeline, over the bus, with history, steady: write units per change",
		"this pipeline, over the bus, steady: events per change", "this pipeline, over the queue, lingering, chatty: queue requests per change",
	} {
		if limits[name] <= 0 {
			t.Errorf("there is no limit of %q", name)
		}
	}
}

func TestRounding(t *testing.T) {
	for x, want := range map[float64]float64{1: 1, 0.123456: 0.1235, 12345.6: 12350, 2: 2, 0.00099999: 0.001} {
		if got := round(x); got != want {
			t.Errorf("%v is rounded to %v, want %v", x, got, want)
		}
	}
}
