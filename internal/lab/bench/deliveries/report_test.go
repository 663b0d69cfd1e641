package deliveries_test

import (
	"os"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/deliveries"
)

// The page has the sentence and the table that the command prints.
func TestThePageHasTheReportsColumns(t *testing.T) {
	page, err := os.ReadFile("../../../../docs/deliveries.md")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := deliveries.Write(&out, deliveries.Load{Changes: 300, Rate: 20}, nil); err != nil {
		t.Fatal(err)
	}
	sentence, table, _ := strings.Cut(out.String(), "\n\n")
	if !strings.Contains(string(page), "\n"+sentence+"\n") {
		t.Errorf("docs/deliveries.md has not the line %q", sentence)
	}
	if table == "" || !strings.Contains(string(page), table) {
		t.Errorf("docs/deliveries.md has no table that begins with\n%s", table)
	}
}
