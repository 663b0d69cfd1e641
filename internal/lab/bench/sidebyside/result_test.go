package sidebyside

import (
	"maps"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

func TestRatioIsTheMedianOfTheRounds(t *testing.T) {
	for _, c := range []struct {
		numerators, to []float64
		want           float64
	}{
		{[]float64{20, 30, 80}, []float64{10, 10, 10}, 3},
		{[]float64{20, 1000}, []float64{10, 1000}, 1.5},
		{[]float64{0, 0}, []float64{10, 10}, 0}, // not measured
		{[]float64{10}, []float64{0}, 0},
		{nil, nil, 0},
	} {
		if got := ratio(c.numerators, c.to); got != c.want {
			t.Errorf("%v to %v: %v, want %v", c.numerators, c.to, got, c.want)
		}
	}
}

func TestProcessorTime(t *testing.T) {
	if _, ok := processorTime(0); ok {
		t.Error("no process has worked")
	}
	took, ok := processorTime(os.Getpid())
	if runtime.GOOS == "linux" && (!ok || took <= 0) {
		t.Errorf("this process has worked for %v, %v", took, ok)
	}
	if ran, ok := ranOf("686245397 253340685 600\n"); !ok || ran != 686245397 {
		t.Errorf("%v, %v", ran, ok)
	}
	if _, ok := ranOf(""); ok {
		t.Error("nothing is no time")
	}
}

// All tables start with the same preferences, in items of one write unit. A change has
// the known cost of each design.
func TestTablesBeginAlike(t *testing.T) {
	b := inProcess(t)
	w := workload.New(10)
	w.Changes = 20
	w.Users = w.BatchUsers()
	var first map[string]string
	for _, d := range designs() {
		if err := b.cloud.seed(t.Context(), d, w, b.first.Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
		stored, err := b.cloud.stored(t.Context(), d, workload.User(w.Users-1))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = stored
		}
		if len(stored) != 8 || !maps.Equal(stored, first) {
			t.Errorf("%s: begins with %v", d.name, stored)
		}
	}
	want := map[*design]Usage{pythonService: {2, 1, 0.5}, updateConsumer: {1, 1, 0}, optimisticConsumer: {2, 1, 1}, apply: {0.1, 0.1, 0}}
	changes := b.deal(w, 0, 1)
	for _, d := range designs() {
		turn, err := b.turn(t.Context(), d, changes)
		if err != nil {
			t.Fatal(err)
		}
		var f Figures
		f.add(turn)
		if got := f.perChange(); got != want[d] {
			t.Errorf("%s: %v for a change, want %v", d.name, got, want[d])
		}
	}
}

func measured() Result {
	figures := func(cpu, wall float64, used Usage) Figures {
		return Figures{CPU: []float64{cpu, cpu}, Wall: []float64{wall, wall}, Changes: 100, Used: used}
	}
	return Result{
		Machine: "a machine", Rounds: 2, Batches: 3,
		Designs: []Design{
			{
				Name: "theirs", Resident: 52e6, Wrong: []int{50, 100, 99},
				Folds: []Figures{figures(5e6, 8e6, Usage{200, 100, 50}), figures(4e6, 8e6, Usage{200, 100, 50})},
			},
			{
				Name: "ours", Resident: 13e6, Wrong: []int{0, 0, 0},
				Folds: []Figures{figures(1e5, 2e5, Usage{100, 100, 0}), figures(2e4, 4e4, Usage{10, 10, 0})},
			},
		},
	}
}

// report is what is written, with the padding of the cells taken out.
func report(t *testing.T, r Result) string {
	t.Helper()
	var out strings.Builder
	if err := r.Write(&out); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(out.String()) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}

func TestReport(t *testing.T) {
	got := report(t, measured())
	at := 0
	for _, want := range []string{ // in this order
		"## Side by side\n", "2 rounds of 3 batches",
		"| theirs | 50.00 | 200.00 | 40.00 | 200.00 | 2.00 | 20.00 | 4.00 |", "| ours | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 |",
		"| theirs | 2.00 | 2.00 | 1.00 | 1.00 | 0.50 | 0.50 |", "| ours | 1.00 | 0.10 | 1.00 | 0.10 | 0.00 | 0.00 |",
		"| theirs | 50 | 100 | 99 |", "| ours | 0 | 0 | 0 |",
		"On a machine:", "| theirs | 200 | 250 | 8000 | 8000 | 52.0 |", "| ours | 10000 | 50000 | 200 | 40 | 13.0 |",
	} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Fatalf("without %q, or not in its place:\n%s", want, got)
		}
		at += i
	}
	if strings.Contains(got, "left out") || strings.Contains(got, "\n\n\n") {
		t.Errorf("nothing was left out, and no lines are to be empty in a row:\n%s", got)
	}
}

func TestReportOfWhatWasNotMeasured(t *testing.T) {
	r := measured()
	r.Missing = "there is no python3 on this machine"
	r.Designs = r.Designs[1:]
	r.Designs[0].Resident = 0
	r.Designs[0].Folds[0].CPU, r.Designs[0].Folds[1].CPU = []float64{0, 0}, []float64{0, 0}
	got := report(t, r)
	for _, want := range []string{
		"The naive Python service is left out: there is no python3 on this machine.",
		"| ours | - | - | 1.00 | 1.00 | 1.00 | 1.00 | - |", "| ours | - | - | 200 | 40 | - |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("without %q:\n%s", want, got)
		}
	}
}

func TestRunsAreBounded(t *testing.T) {
	for _, o := range []Options{{Rounds: -1}, {Rounds: MaxRounds + 1}, {Batches: -1}, {Batches: MaxBatches + 1}} {
		o.Root = "../../../.."
		if _, err := Run(t.Context(), o); err == nil {
			t.Errorf("%+v", o)
		}
	}
}
