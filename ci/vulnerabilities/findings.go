package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// How a vulnerability concerns this module. govulncheck reports the same one at several
// levels, and the highest counts.
const (
	required = iota // the module is required, its vulnerable package is not imported
	imported        // the package is imported, its vulnerable function is not called
	called
)

var levels = [...]string{"required", "imported", "called"}

// vulnerability is one report that applies to one module in use.
type vulnerability struct {
	id, module, version, fixed, summary string
	level                               int
	where                               string // a place that calls it
}

// message is the part of a line of govulncheck's JSON stream that matters here.
type message struct {
	Config *struct {
		ScanLevel string `json:"scan_level"`
	} `json:"config"`
	OSV *struct {
		ID      string `json:"id"`
		Summary string `json:"summary"`
	} `json:"osv"`
	Finding *finding `json:"finding"`
}

type finding struct {
	OSV   string  `json:"osv"`
	Fixed string  `json:"fixed_version"`
	Trace []frame `json:"trace"` // from the vulnerable function to ours
}

type frame struct {
	Module   string `json:"module"`
	Version  string `json:"version"`
	Package  string `json:"package"`
	Function string `json:"function"`
	Position *struct {
		Filename string `json:"filename"`
		Line     int    `json:"line"`
	} `json:"position"`
}

// read collects the findings of a stream, one per report and module.
func read(r io.Reader) ([]vulnerability, error) {
	found := map[[2]string]vulnerability{}
	summaries := map[string]string{}
	scanned := false
	for d := json.NewDecoder(r); ; {
		var m message
		if err := d.Decode(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		switch {
		case m.Config != nil:
			scanned = m.Config.ScanLevel == "symbol"
		case m.OSV != nil:
			summaries[m.OSV.ID] = m.OSV.Summary
		case m.Finding != nil && len(m.Finding.Trace) > 0:
			v := m.Finding.vulnerability()
			key := [2]string{v.id, v.module}
			if old, ok := found[key]; !ok || v.level > old.level {
				found[key] = v
			}
		}
	}
	if !scanned {
		return nil, errors.New("the scan did not reach the level of functions")
	}
	for key, v := range found {
		v.summary = summaries[v.id]
		found[key] = v
	}
	return slices.SortedFunc(maps.Values(found), func(a, b vulnerability) int {
		return cmp.Or(strings.Compare(a.module, b.module), strings.Compare(a.id, b.id))
	}), nil
}

func (f finding) vulnerability() vulnerability {
	first := f.Trace[0]
	v := vulnerability{id: f.OSV, module: first.Module, version: first.Version, fixed: f.Fixed}
	switch {
	case first.Function != "":
		v.level = called
		if p := f.Trace[len(f.Trace)-1].Position; p != nil {
			v.where = fmt.Sprintf("%s:%d", p.Filename, p.Line)
		}
	case first.Package != "":
		v.level = imported
	}
	return v
}

// ofGo reports whether the vulnerability is in the Go release itself.
func (v vulnerability) ofGo() bool { return v.module == "stdlib" || v.module == "toolchain" }

// fatal reports whether somebody has to act: a module that is used, or that a newer
// version would mend. A required module without either is only reported.
func (v vulnerability) fatal() bool { return !v.ofGo() && (v.level > required || v.fixed != "") }

func (v vulnerability) String() string {
	text := fmt.Sprintf("%s %s@%s (%s): %s", v.id, v.module, v.version, levels[v.level], v.summary)
	if v.fixed != "" {
		text += "; fixed in " + v.fixed
	}
	if v.where != "" {
		text += "; called from " + v.where
	}
	return text
}

// report prints the findings and returns an error if one of them is fatal. Of the
// standard library it prints what is called, and counts the rest.
func report(found []vulnerability, w io.Writer) error {
	fatal, quiet := 0, 0
	for _, v := range found {
		switch {
		case v.fatal():
			fatal++
			fmt.Fprintln(w, "FAIL ", v)
		case v.ofGo() && v.level < called:
			quiet++
		default:
			fmt.Fprintln(w, "note ", v)
		}
	}
	fmt.Fprintf(w, "%d vulnerabilities in modules to act on, %d more in Go's packages that nothing here calls\n", fatal, quiet)
	if fatal > 0 {
		return fmt.Errorf("%d vulnerabilities in modules", fatal)
	}
	return nil
}
