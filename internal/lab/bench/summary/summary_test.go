package summary

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../../docs/performance.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sections cuts off what Page puts before the first section.
func sections(t *testing.T) string {
	t.Helper()
	_, text, found := strings.Cut(page(t), "\n## Cold start\n")
	if !found {
		t.Fatal("docs/performance.md has no section Cold start")
	}
	return "## Cold start\n" + text
}

// docs/performance.md begins with one sentence, the summary of its own sections, and
// how to read them.
func TestThePageBeginsWithItsSummary(t *testing.T) {
	if want := Page(sections(t)); page(t) != want {
		head, _, _ := strings.Cut(want, "\n## Cold start\n")
		t.Errorf("docs/performance.md does not begin with:\n%s", head)
	}
}

// The summary has eleven lines. Each names a benchmark, and each figure is in the sections:
// a renamed row or column must not lose a figure.
func TestEveryFigureIsFound(t *testing.T) {
	rows := with(parse(Table(sections(t)))["Summary"], "figure")
	if len(rows) != 1+11 {
		t.Fatalf("the summary has %d lines", len(rows)-1)
	}
	benchmarks := []string{"`coldstart`", "`throughput`", "`sidebyside`", "`latency`", "`cost`", "`growth`"}
	for _, row := range rows[1:] {
		if strings.Contains(row[1], notMeasured) || !slices.Contains(benchmarks, row[2]) {
			t.Errorf("the line %q", row)
		}
	}
}

func TestAFigureThatIsMissing(t *testing.T) {
	text := Table("## Cold start\n\n| | median ms |\n| --- | ---: |\n| get | 9.7 |\n")
	for _, want := range []string{
		"| not measured of the naive get's time: 9.7 ms and not measured ms until the first answer |",
		"| HTTP API requests at not measured changes/s, ",
		"| not measured, not measured |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("without %q:\n%s", want, text)
		}
	}
}

func TestCell(t *testing.T) {
	tables := parse("| not in a section | x |\n| --- | --- |\n## A\n\n| name | load | x |\n| ---- | ---: | --: |\n| a | 1 | 2 |\n| a | 3 | 4 |\n| short |\n" +
		"\ntext\n| | y |\n| --- | --- |\n| a\\|b | - |\n\n## B\n| name | x |\n| --- | --- |\n| a | 5 |\n")
	for _, c := range []struct {
		section, column string
		row             []string
		want            string
	}{
		{"A", "x", []string{"a"}, "2"},
		{"A", "x", []string{"a", "3"}, "4"},
		{"A", "x", []string{"short"}, notMeasured},
		{"A", "x", []string{"b"}, notMeasured},
		{"A", "y", []string{`a\|b`}, "-"},
		{"A", "z", []string{"a"}, notMeasured},
		{"B", "x", []string{"a"}, "5"},
		{"C", "x", []string{"a"}, notMeasured},
	} {
		if got := with(tables[c.section], c.column).cell(c.column, c.row...); got != c.want {
			t.Errorf("%s, %s, %q: %q, want %q", c.section, c.column, c.row, got, c.want)
		}
	}
}
