package growth

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// page is the section of docs/performance.md that a Report writes.
func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../../docs/performance.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(text), "\n## Growth\n")
	if !ok {
		t.Fatal("docs/performance.md has no section Growth")
	}
	return "## Growth\n" + section
}

// runs returns the rows of the page's table of runs, without its heading.
func runs(t *testing.T) []string {
	t.Helper()
	_, text, found := strings.Cut(page(t), introduction)
	rows := strings.Split(text, "\n")
	if n := 2 + len(Scenarios()); !found || len(rows) < n {
		t.Fatal("the page begins otherwise: write it anew")
	}
	return rows[2 : 2+len(Scenarios())]
}

// asRun returns results of the scenarios with the limits that the page's rows name.
func asRun(t *testing.T) (all []Result) {
	t.Helper()
	for i, row := range runs(t) {
		r := Result{Scenario: Scenarios()[i], Refused: map[string]int{}}
		row := cells(row)
		if len(row) != 13 {
			t.Fatalf("the page has the row %q", row)
		}
		r.Peak, r.Late = number(t, row[6]), number(t, row[11])
		for _, limit := range []string{putEvents, partitionWrites} {
			if strings.Contains(row[8], limit+" (") {
				r.Refused[limit] = 1
			}
		}
		all = append(all, r)
	}
	return all
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The page has everything that needs no run as it is computed: the texts, the table of
// users and the table of limits. If this fails, generate the page again.
func TestThePageIsWhatIsComputed(t *testing.T) {
	r := &Report{Results: asRun(t)}
	for _, p := range everything().populations {
		row, err := Populate("../../../..", p.users, 0)
		if err != nil {
			t.Fatal(err)
		}
		row.Run, row.Requests, row.Units = p.merges > 0, 1, 1
		r.Populations = append(r.Populations, row)
	}
	var out strings.Builder
	if err := r.Write(&out); err != nil {
		t.Fatal(err)
	}
	_, computed, _ := strings.Cut(out.String(), populations)
	text := page(t)
	for what, want := range map[string]string{"the introduction": introduction, "users": populations, "tables": strings.TrimSpace(computed)} {
		if want == "" || !strings.Contains(text, want) {
			t.Errorf("docs/performance.md has not what is said and computed of growth, as to %s:\n%s", what, want)
		}
	}
}

// cells returns the cells of a table's row.
func cells(row string) []string {
	all := strings.Split(strings.Trim(row, "|"), "|")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// The page's rows of runs name these scenarios, in their order. The test compares what
// is run, not the results.
func TestThePageHasTheScenarios(t *testing.T) {
	for i, row := range runs(t) {
		s := Scenarios()[i]
		want := []string{s.Name, fmt.Sprint(s.PerSecond), fmt.Sprintf("%.1f", float64(s.Changes)/float64(s.PerSecond))}
		if got := cells(row); !slices.Equal(got[:min(3, len(got))], want) {
			t.Errorf("the page has %q, want %q", got, want)
		}
	}
}

// A scenario does what its name says.
func TestScenariosAreAsTheyAreNamed(t *testing.T) {
	for _, s := range Scenarios() {
		has := func(part string) bool { return strings.Contains(s.Name, part) }
		partitions, together, followers, hot := 4, 0, 0, 0
		switch {
		case has("40,000/s"):
			partitions = 40
		case has("20,000/s"), has("likewise"):
			partitions = 20
		}
		if has("by ten") {
			together = 10
		}
		if has("one follower") {
			followers = 1
		}
		switch {
		case has("half of one user"):
			hot = 5
		case has("all of one user"):
			hot = 10
		}
		if s.Limits.Partitions != partitions || s.Together != together || s.Followers != followers || s.Hot != hot {
			t.Errorf("%s is %+v", s.Name, s)
		}
		multiple, _, _ := strings.Cut(s.Name, "x")
		if want := map[string]int{"1": 10, "10": 100, "100": 1000, "1,000": 10_000, "2,000": 20_000}[multiple]; s.PerSecond != want {
			t.Errorf("%s is of %d changes a second", s.Name, s.PerSecond)
		}
	}
}
