package localrun

import (
	"strings"
	"testing"
	"time"
)

func shownLatencies(l *latencies) string {
	var b strings.Builder
	l.print(&b)
	return b.String()
}

func TestLatenciesOfAHop(t *testing.T) {
	var l latencies
	for n := 1; n <= 101; n++ {
		l.legs[applying].add(time.Duration(n) * time.Millisecond)
	}
	table := shownLatencies(&l)
	line := strings.Fields(strings.Split(table, "\n")[1])
	if want := "queue 101 51.0 100.0 101.0"; strings.Join(line, " ") != want {
		t.Errorf("%q, want %q in\n%s", line, want, table)
	}
	if strings.Contains(table, "republish") || strings.Contains(table, "bus to announced") {
		t.Errorf("hops that nobody passed are shown:\n%s", table)
	}
}

func TestLatenciesKeepTheLatest(t *testing.T) {
	var s samples
	for n := range 3 * maxSamples {
		s.add(time.Duration(n))
	}
	if len(s.kept) != maxSamples || s.seen != 3*maxSamples {
		t.Fatalf("%d kept of %d", len(s.kept), s.seen)
	}
	for _, d := range s.kept {
		if d < 2*maxSamples {
			t.Fatalf("the old value %d is kept", d)
		}
	}
}

func TestTotalCountsFromTheBus(t *testing.T) {
	began := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	var l latencies
	straight := &journey{} // into the queue, past the bus
	straight.reached(queued, began)
	straight.reached(announced, began.Add(time.Second))
	l.add(straight)
	if table := shownLatencies(&l); strings.Contains(table, "bus to announced") {
		t.Errorf("a change that never was on the bus counts:\n%s", table)
	}
	over := &journey{}
	over.reached(put, began)
	over.reached(announced, began.Add(2*time.Second))
	l.add(over)
	if table := shownLatencies(&l); !strings.Contains(table, "2000.0") {
		t.Errorf("no total of 2 s:\n%s", table)
	}
}

func TestHopOutOfTurnTakesNoTime(t *testing.T) {
	began := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	j := &journey{user: "u", outcome: "announced"}
	j.reached(put, began)
	j.reached(stored, began.Add(2*time.Millisecond)) // by a duplicate
	j.reached(applying, began.Add(5*time.Millisecond))
	j.reached(announced, began.Add(6*time.Millisecond))
	if got := j.String(); got != "u: queue 5.0 apply 0.0 republish 1.0 = 6.0 ms, announced" {
		t.Errorf("%q", got)
	}
}
