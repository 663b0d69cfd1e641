package growth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// few returns n scenarios, of 1 to n changes.
func few(n int) (all []Scenario) {
	for i := range n {
		s := little()
		s.Name, s.Changes = fmt.Sprint("s", i), 1+i
		all = append(all, s)
	}
	return all
}

// The report keeps the order of the scenarios, whichever ends first.
func TestMeasure(t *testing.T) {
	var told []string
	r, err := plan{few(4), []population{{60, 50}, {5000, 0}}}.measure(t.Context(), "../../../..", func(what string) { told = append(told, what) })
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"s0", "s1", "s2", "s3", "60 users", "5000 users"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if len(r.Results) != 4 || len(r.Populations) != 2 {
		t.Fatalf("%d results, %d populations", len(r.Results), len(r.Populations))
	}
	for i, x := range r.Results {
		if x.Name != fmt.Sprint("s", i) || x.Changes != 1+i || x.Peak != 1 || x.P99 == 0 {
			t.Errorf("result %d is of %+v", i, x)
		}
	}
	if a, b := r.Populations[0], r.Populations[1]; a.Users != 60 || !a.Run || b.Users != 5000 || b.Run {
		t.Errorf("the populations are %+v", r.Populations)
	}
}

// An incomplete report is an error.
func TestMeasureFails(t *testing.T) {
	stuck := few(3)
	stuck[0].Limits.Invocations, stuck[2].Limits.Invocations = 0, 0
	for want, p := range map[string]plan{
		"s0: ":     {stuck[:2], nil},
		"s2: ":     {append(few(2), stuck[2]), nil},
		"0 users":  {nil, []population{{0, 1}, {60, 5}}},
		"-1 users": {few(1), []population{{60, 5}, {-1, 1}}},
	} {
		if r, err := p.measure(t.Context(), "../../../..", nil); err == nil || r != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("with %s: %v, %v", want, r, err)
		}
	}
}

// Outside the repository nothing is measured: the first scenario fails.
func TestMeasureElsewhere(t *testing.T) {
	var told []string
	if r, err := Measure(t.Context(), t.TempDir(), func(what string) { told = append(told, what) }); err == nil || r != nil || len(told) == 0 || told[0] != Scenarios()[0].Name {
		t.Errorf("%v, %v, told %q", r, err, told)
	}
}

// A cancelled run returns no report, and does not start the remaining scenarios.
func TestMeasureEnds(t *testing.T) {
	for _, last := range []string{"s1", "60 users"} {
		ctx, end := context.WithCancel(t.Context())
		var told []string
		p := plan{few(4), []population{{60, 5}, {70, 5}}}
		r, err := p.measure(ctx, "../../../..", func(what string) {
			if told = append(told, what); what == last {
				end()
			}
		})
		if !errors.Is(err, context.Canceled) || r != nil || told[len(told)-1] != last {
			t.Errorf("ended at %s: %v, %v, told %q", last, r, err, told)
		}
	}
}

// The report says for how many users requests are counted, and for how many not.
func TestThePopulationsAreThoseOfTheText(t *testing.T) {
	for _, p := range everything().populations {
		users := fmt.Sprint(p.users)
		for i := len(users) - 3; i > 0; i -= 3 {
			users = users[:i] + "," + users[i:]
		}
		counted, computed, _ := strings.Cut(populations, "requests and units are counted")
		if text := map[bool]string{true: counted, false: computed}[p.merges > 0]; !strings.Contains(text, users) {
			t.Errorf("of %s users it says the contrary, or nothing", users)
		}
	}
}
