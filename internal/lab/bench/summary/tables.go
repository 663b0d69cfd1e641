package summary

import (
	"slices"
	"strings"
)

// notMeasured stands for a figure that the sections do not have.
const notMeasured = "not measured"

// A table is a heading and rows of cells.
type table [][]string

// parse returns the tables of every section, by the section's heading.
func parse(sections string) map[string][]table {
	all := map[string][]table{}
	heading, inside := "", false
	for line := range strings.Lines(sections) {
		line = strings.TrimSpace(line)
		if name, found := strings.CutPrefix(line, "## "); found {
			heading = name
		}
		row := cells(line)
		switch tables := all[heading]; {
		case row == nil:
			inside = false
		case !inside:
			all[heading], inside = append(tables, table{row}), true
		case !ruler(row):
			last := len(tables) - 1
			tables[last] = append(tables[last], row)
		}
	}
	return all
}

// cells returns the cells of a table's row; nil if the line is not a row.
func cells(line string) (row []string) {
	inside, found := strings.CutPrefix(line, "|")
	if !found {
		return nil
	}
	escaped := strings.ReplaceAll(strings.TrimSuffix(inside, "|"), `\|`, "\x00")
	for cell := range strings.SplitSeq(escaped, "|") {
		row = append(row, strings.TrimSpace(strings.ReplaceAll(cell, "\x00", `\|`)))
	}
	return row
}

// ruler tells whether a row is the line below a table's heading.
func ruler(row []string) bool {
	return !slices.ContainsFunc(row, func(cell string) bool { return strings.Trim(cell, "-:") != "" || len(cell) < 3 })
}

// with returns the first table that has a column with this name, or nil.
func with(tables []table, column string) table {
	for _, t := range tables {
		if slices.Contains(t[0], column) {
			return t
		}
	}
	return nil
}

// cell returns the cell under a column, in the first row that begins with these cells.
func (t table) cell(column string, row ...string) string {
	if t == nil {
		return notMeasured
	}
	i := slices.Index(t[0], column)
	for _, r := range t[1:] {
		if i >= 0 && i < len(r) && len(row) <= len(r) && slices.Equal(r[:len(row)], row) {
			return r[i]
		}
	}
	return notMeasured
}
