package repotest

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// What the README says that a million changes cost is what docs/performance.md does.
func TestTheReadmeHasTheDollarsThatAreMeasured(t *testing.T) {
	page, err := os.ReadFile("docs/performance.md")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, targets, _ := strings.Cut(string(page), "| target, USD per million ")
	rows := regexp.MustCompile(`(?m)^\| over the ([a-z ,]+) +\| +[0-9.]+ \| +([0-9.]+) \| +\w+ \| +([0-9.]+) \|$`).FindAllStringSubmatch(targets, -1)
	if len(rows) != 5 {
		t.Fatalf("docs/performance.md has %d targets", len(rows))
	}
	for _, row := range rows {
		if !strings.Contains(string(readme), "$"+row[3]) {
			t.Errorf("the README has not the $%s of a million changes over the %s", row[3], row[1])
		}
	}
	if without := "$" + rows[0][2] + " without the archive"; !strings.Contains(string(readme), without) {
		t.Errorf("the README has not %q", without)
	}
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
}
