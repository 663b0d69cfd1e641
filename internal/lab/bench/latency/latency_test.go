package latency

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

func ms(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }

func TestQuantiles(t *testing.T) {
	var thousand []time.Duration
	for i := range 1000 {
		thousand = append(thousand, ms(float64(i+1)))
	}
	if got, want := quantiles(thousand), (Quantiles{ms(500), ms(990), ms(999)}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A late caller still gets what was due, with the time at which it was due.
func TestAScheduleDoesNotWaitForItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s := newSchedule(start, 100, 4)
		for i, c := range []struct{ busy, at, due time.Duration }{
			{0, 0, 0},
			{ms(3), ms(10), ms(10)},  // waited for
			{ms(25), ms(35), ms(20)}, // missed
			{0, ms(35), ms(30)},      // and the next one too
		} {
			time.Sleep(c.busy)
			due, err := s.next(t.Context())
			if err != nil || len(due) != 1 || due[0].Sub(start) != c.due || time.Since(start) != c.at {
				t.Errorf("change %d: %v after %v, %v; want it after %v, due after %v", i, due, time.Since(start), err, c.at, c.due)
			}
		}
		if due, err := s.next(t.Context()); len(due) > 0 || err != nil {
			t.Errorf("a fifth of four: %v, %v", due, err)
		}
	})
}

func TestAScheduleEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newSchedule(time.Now().Add(time.Hour), 1, 1).next(ctx); err == nil {
		t.Error("it waited")
	}
}

// A closed load starts only as many calls as it has slots for, and none after its end.
func TestAClosedLoadWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := &closed{start.Add(time.Second), 10, semaphore.NewWeighted(15)}
		for i, want := range []time.Duration{0, ms(100)} {
			due, err := c.next(t.Context())
			if err != nil || len(due) != 10 || due[0].Sub(start) != want || due[9] != due[0] {
				t.Errorf("call %d: %v, %v; want ten after %v", i, due, err, want)
			}
			time.AfterFunc(ms(100), func() { c.slots.Release(5) })
		}
		if due, err := c.next(t.Context()); len(due) > 0 || err != nil || time.Since(start) != time.Second {
			t.Errorf("with room for five: %v after %v, %v", due, time.Since(start), err)
		}
		c.slots.Release(10)
		if due, err := c.next(t.Context()); len(due) > 0 || err != nil {
			t.Errorf("after the end: %v, %v", due, err)
		}
	})
}

func TestWindowsAreOfAllMappings(t *testing.T) {
	got := windowsOf(&stack.Stack{
		QueueMappings:  []stack.QueueMapping{{WindowSeconds: 2}},
		StreamMappings: []stack.StreamMapping{{WindowSeconds: 3}},
	})
	if want := (Windows{2 * time.Second, 3 * time.Second}); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

// The stages are what the report takes them for.
func TestStages(t *testing.T) {
	for name, want := range map[string]Windows{plain: {}, windowed: {Queue: time.Second}} {
		s, err := stack.Load("../../../../serverless.yml", stack.Options{Stage: name})
		if err != nil {
			t.Fatal(err)
		}
		if got := windowsOf(s); got != want || len(s.QueueMappings) != 1 {
			t.Errorf("%s has windows of %v and %d queues, want %v and one", name, got, len(s.QueueMappings), want)
		}
	}
}

func result() Result {
	return Result{
		Machine: "a machine",
		Hops:    []Hop{{"publish", true, ms(1)}, {"apply", true, ms(2)}, {"republish", false, ms(3)}},
		Stages: []Stage{
			{Name: "dev", Capacity: 500, Packed: 900, Loads: []Load{{10, 1000, Quantiles{ms(6), ms(9), ms(12)}, Quantiles{ms(9), ms(15), ms(18)}}}},
			{Name: "prod", Windows: Windows{time.Second, 2 * time.Second}, Capacity: 800, Packed: 1200,
				Loads: []Load{{90, 3600, Quantiles{ms(501.5), ms(1003), ms(2006)}, Quantiles{ms(1503), ms(3006), ms(6012)}}}},
		},
	}
}

func TestExpected(t *testing.T) {
	r := result()
	for i, want := range []Expectation{{ms(3), ms(6)}, {ms(1003), ms(3006)}} {
		if got := r.Expected(r.Stages[i]); got != want {
			t.Errorf("%s: %v, want %v", r.Stages[i].Name, got, want)
		}
	}
}

func TestReport(t *testing.T) {
	var out strings.Builder
	if err := result().Write(&out); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if !strings.HasPrefix(text, "## End to end\n") || !strings.HasSuffix(text, ".\n") {
		t.Errorf("it is no section:\n%s", text)
	}
	at := 0
	for _, want := range []string{
		"| dev, no windows | 10 % | 2.00 | 3.00 | 4.00 | 1.50 | 2.50 | 3.00 |",
		"| prod, windows of 3 s | 90 % | 0.50 | 1.00 | 2.00 | 0.50 | 1.00 | 2.00 |",
		"on a machine.", "| apply | 2.0 |",
		"| sum until visible, with the windows of prod | 1003.0 |",
		"| sum until announced, with the windows of prod | 3006.0 |",
		"| dev, no windows | 10 % | 50 | 1000 | 6.0 | 9.0 | 12.0 | 9.0 | 15.0 | 18.0 |",
		"| prod, windows of 3 s | 90 % | 720 | 3600 | 501.5 | 1003.0 | 2006.0 | 1503.0 | 3006.0 | 6012.0 |",
		"| dev, no windows | 500 | 900 |",
	} {
		i := strings.Index(unpadded(text)[at:], want)
		if i < 0 {
			t.Fatalf("without, or not in this order: %q:\n%s", want, text)
		}
		at += i
	}
}

// unpadded has no spaces that only align a table.
func unpadded(text string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(line), " ") + "\n"
	}
	return strings.Join(lines, "")
}

func TestParseLoads(t *testing.T) {
	if got, err := ParseLoads("10, 50,90"); err != nil || !slices.Equal(got, []int{10, 50, 90}) {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"", "10,", "10.5", "ten", "10;50"} {
		if got, err := ParseLoads(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
	if got, err := ParseLoads(DefaultLoads); err != nil || (Options{Changes: DefaultChanges, Loads: got}).Check() != nil {
		t.Errorf("the usual loads: %v, %v", got, err)
	}
}

func TestOptionsAreBounded(t *testing.T) {
	for _, o := range []Options{
		{Changes: MinChanges - 1, Loads: []int{1}}, {Changes: MaxChanges + 1, Loads: []int{1}},
		{Changes: MinChanges}, {Changes: MinChanges, Loads: []int{10, 0}}, {Changes: MinChanges, Loads: []int{101}},
	} {
		if _, err := Run(t.Context(), o); err == nil {
			t.Errorf("%+v", o)
		}
	}
}
