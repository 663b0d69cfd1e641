package stack

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Problem is something in a file that breaks a rule, or that localaws cannot do. Load
// and LoadTemplate return all problems joined (errors.Join), in the order of the file.
type Problem struct {
	File string
	Line int    // 1 is the first; 0: the file as a whole
	Path string // such as functions.apply.timeout; empty: the file as a whole
	Rule string // what is wrong, and what would be right
}

// Error is "file:line: path: rule".
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Path != "" {
		b.WriteString(": " + p.Path)
	}
	b.WriteString(": " + p.Rule)
	return b.String()
}

// report collects the problems of one file.
type report struct {
	file     string
	problems []*Problem
}

// refuse records a problem at a node, once.
func (r *report) refuse(at *node, rule string, args ...any) {
	p := Problem{File: r.file, Rule: fmt.Sprintf(rule, args...)}
	if at != nil {
		p.Line, p.Path = at.line, at.path
	}
	if !slices.ContainsFunc(r.problems, func(q *Problem) bool { return *q == p }) {
		r.problems = append(r.problems, &p)
	}
}

// err is nil while there is no problem.
func (r *report) err() error {
	slices.SortStableFunc(r.problems, func(a, b *Problem) int { return cmp.Compare(a.Line, b.Line) })
	errs := make([]error, len(r.problems))
	for i, p := range r.problems {
		errs[i] = p
	}
	return errors.Join(errs...)
}
