package main

import (
	"strings"
	"testing"
)

const config = `{"config":{"protocol_version":"v1.0.0","scan_level":"symbol"}}`

// Each row is what govulncheck prints of one vulnerability, and the line for it.
func TestReport(t *testing.T) {
	for name, row := range map[string]struct {
		stream, want string
		fails        bool
	}{
		"none": {want: "0 vulnerabilities in modules"},
		"a module's function is called": {
			stream: `{"osv":{"id":"GO-1","summary":"Panic"}}
				{"finding":{"osv":"GO-1","fixed_version":"v1.1.0","trace":[{"module":"example.com/m","version":"v1.0.0"}]}}
				{"finding":{"osv":"GO-1","fixed_version":"v1.1.0","trace":[{"module":"example.com/m","version":"v1.0.0","package":"example.com/m","function":"F"},
					{"module":"ours","package":"ours","function":"main","position":{"filename":"main.go","line":7}}]}}`,
			want:  "FAIL  GO-1 example.com/m@v1.0.0 (called): Panic; fixed in v1.1.0; called from main.go:7",
			fails: true,
		},
		"a module's package is imported": {
			stream: `{"finding":{"osv":"GO-1","trace":[{"module":"example.com/m","version":"v1.0.0","package":"example.com/m"}]}}`,
			want:   "FAIL  GO-1 example.com/m@v1.0.0 (imported)", fails: true,
		},
		"a module is required and a newer one is better": {
			stream: `{"finding":{"osv":"GO-1","fixed_version":"v1.1.0","trace":[{"module":"example.com/m","version":"v1.0.0"}]}}`,
			want:   "FAIL  GO-1 example.com/m@v1.0.0 (required)", fails: true,
		},
		"a module is required and nothing can be done": {
			stream: `{"finding":{"osv":"GO-1","trace":[{"module":"example.com/m","version":"v1.0.0"}]}}`,
			want:   "note  GO-1 example.com/m@v1.0.0 (required)",
		},
		"the standard library is called": {
			stream: `{"finding":{"osv":"GO-2","fixed_version":"v1.26.9","trace":[{"module":"stdlib","version":"v1.26.8","package":"net/http","function":"Get"}]}}`,
			want:   "note  GO-2 stdlib@v1.26.8 (called)",
		},
		"the standard library is imported": {
			stream: `{"finding":{"osv":"GO-2","trace":[{"module":"stdlib","version":"v1.26.8","package":"net/http"}]}}`,
			want:   "1 more in Go's packages that nothing here calls",
		},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := read(strings.NewReader(config + row.stream))
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			if err := report(found, &out); (err != nil) != row.fails {
				t.Errorf("error %v", err)
			}
			if !strings.Contains(out.String(), row.want) {
				t.Errorf("printed %q, want %q", out.String(), row.want)
			}
		})
	}
}

// A stream that is cut or not a scan must not pass for a clean one.
func TestReadRefusesWhatIsNoScan(t *testing.T) {
	for _, stream := range []string{"", "{}", config + `{"finding":`, `{"config":{"scan_level":"module"}}`, "no findings"} {
		if found, err := read(strings.NewReader(stream)); err == nil {
			t.Errorf("%q was read as %v", stream, found)
		}
	}
}
