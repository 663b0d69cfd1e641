// Package table writes tables in Markdown that are readable both in a terminal and in a
// document.
package table

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// A Table is a heading and rows. Cells are Markdown. Write escapes vertical bars in
// them.
type Table struct {
	rows [][]string // the first is the heading
}

// New returns a Table with these columns. The first column is aligned left, the others
// right.
func New(columns ...string) *Table { return &Table{[][]string{escaped(columns)}} }

// Column adds a column.
func (t *Table) Column(name string) { t.rows[0] = append(t.rows[0], escaped([]string{name})[0]) }

// Row adds a row. It panics unless there is one cell for each column.
func (t *Table) Row(cells ...string) {
	if len(cells) != len(t.rows[0]) {
		panic(fmt.Sprintf("table: a row of %d cells under %d columns", len(cells), len(t.rows[0])))
	}
	t.rows = append(t.rows, escaped(cells))
}

func escaped(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.ReplaceAll(c, "|", `\|`)
	}
	return out
}

// Write prints the table and an empty line. A column is as wide as its widest cell.
func (t *Table) Write(out io.Writer) error {
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, c := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(c), 3)
		}
	}
	var b strings.Builder
	for n, row := range t.rows {
		line(&b, row, widths)
		if n == 0 {
			line(&b, rule(widths), widths)
		}
	}
	b.WriteByte('\n')
	_, err := io.WriteString(out, b.String())
	return err
}

func rule(widths []int) []string {
	cells := make([]string, len(widths))
	for i, w := range widths {
		cells[i] = strings.Repeat("-", w-1) + ":"
	}
	cells[0] = strings.Repeat("-", widths[0])
	return cells
}

func line(b *strings.Builder, cells []string, widths []int) {
	for i, c := range cells {
		pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
		if i == 0 {
			fmt.Fprintf(b, "| %s%s |", c, pad)
			continue
		}
		fmt.Fprintf(b, " %s%s |", pad, c)
	}
	b.WriteByte('\n')
}
