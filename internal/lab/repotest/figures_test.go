package repotest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// pricing are pages with figures of their own: what bench measures, list prices, and what internal/lab/alarms computes.
var pricing = []string{"docs/performance.md", "docs/deliveries.md", "docs/snapshot.md", "docs/alarms.md"}

// Every dollar in the README and in the guides is one that was measured.
func TestDocumentsHaveTheDollarsThatAreMeasured(t *testing.T) {
	measured := map[string]bool{}
	for _, path := range []string{"docs/performance.md", "docs/deliveries.md"} {
		for _, figure := range regexp.MustCompile(`[0-9]+\.[0-9]{2}\b`).FindAllString(read(t, path), -1) {
			measured["$"+figure] = true
		}
	}
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(pages, "README.md") {
		if slices.Contains(pricing, filepath.ToSlash(path)) {
			continue
		}
		for _, figure := range regexp.MustCompile(`\$[0-9]+(\.[0-9]+)?`).FindAllString(read(t, path), -1) {
			if strings.Contains(figure, ".") && !measured[figure] { // without a point it is a shell's argument
				t.Errorf("%s says %s, which docs/performance.md and docs/deliveries.md do not", path, figure)
			}
		}
	}
}

// What the README says that a million changes cost on each route is what docs/performance.md does.
func TestTheReadmeHasTheDollarsOfEachRoute(t *testing.T) {
	_, targets, _ := strings.Cut(read(t, "docs/performance.md"), "| target, USD per million ")
	rows := regexp.MustCompile(`(?m)^\| (over the \w+), steady +\| +[0-9.]+ \| +[0-9.]+ \| +\w+ \| +([0-9.]+) \|$`).FindAllStringSubmatch(targets, -1)
	if len(rows) != 2 {
		t.Fatalf("docs/performance.md has %d routes", len(rows))
	}
	readme := strings.Join(strings.Fields(read(t, "README.md")), " ")
	for _, row := range rows {
		if want := "$" + row[2] + " " + row[1]; !strings.Contains(readme, want) {
			t.Errorf("the README has not %q", want)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The mapping that docs/recovery.md has made by hand is that of production.
func TestTheMappingMadeByHandIsTheDeployedOne(t *testing.T) {
	s, err := stack.Load("serverless.yml", stack.Options{Stage: "prod"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("docs/recovery.md")
	if err != nil {
		t.Fatal(err)
	}
	m := s.StreamMappings[0]
	for flag, n := range map[string]int{
		"batch-size": m.BatchSize, "parallelization-factor": m.ParallelizationFactor,
		"maximum-retry-attempts": m.MaximumRetryAttempts, "maximum-record-age-in-seconds": m.MaximumRecordAgeSeconds,
	} {
		if want := fmt.Sprintf("--%s %d ", flag, n); !strings.Contains(string(text), want) {
			t.Errorf("docs/recovery.md has not %q", want)
		}
	}
	for _, pattern := range m.FilterPatterns {
		if want := `{"Pattern": ` + strconv.Quote(pattern) + "}"; !strings.Contains(string(text), want) {
			t.Errorf("docs/recovery.md has not %s", want)
		}
	}
	if n := strings.Count(string(text), `{"Pattern": `); n != len(m.FilterPatterns) {
		t.Errorf("docs/recovery.md has %d filters, the mapping %d", n, len(m.FilterPatterns))
	}
}
