package repository

import (
	"os"
	"regexp"
	"strings"
	"testing"
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
