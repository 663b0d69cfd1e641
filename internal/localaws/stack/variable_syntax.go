package stack

import (
	"fmt"
	"regexp"
	"strings"
)

// expression is one ${...}: its sources, of which the first with a value wins.
type expression struct {
	written    string // the whole of it
	start, end int    // where it stands in its text
	sources    []source
}

// source is one alternative: either kind and address (param:x) or a literal.
type source struct {
	kind    string
	address string // may have variables of its own
	literal *node  // of no place
}

var (
	// A lower-case word followed by a colon or a bracket is a variable of Serverless.
	// Everything else in ${...} belongs to CloudFormation.
	variableStart = regexp.MustCompile(`\$\{[a-z][A-Za-z0-9.-]*[:(]`)
	sourceForm    = regexp.MustCompile(`^([a-z][A-Za-z0-9]*):(.*)$`)
	functionForm  = regexp.MustCompile(`^([a-z][A-Za-z0-9]*)\(`)
	nestedForm    = regexp.MustCompile(`^self:[A-Za-z0-9_.]+\$\{`)
	fileForm      = regexp.MustCompile(`^file\(([^()'"]+)\)$`)
)

// findVariables parses every variable of a text.
func findVariables(s string) ([]expression, error) {
	var found []expression
	for offset := 0; ; {
		at := variableStart.FindStringIndex(s[offset:])
		if at == nil {
			return found, nil
		}
		start := offset + at[0]
		if start > 0 && s[start-1] == '\\' {
			return nil, fmt.Errorf("escaped variables (\\${...}) are not supported")
		}
		length := closing(s[start:])
		if length < 0 {
			return nil, fmt.Errorf("%s is not closed", s[start:])
		}
		e := expression{written: s[start : start+length], start: start, end: start + length}
		if err := e.parse(); err != nil {
			return nil, err
		}
		found = append(found, e)
		offset = e.end
	}
}

// closing returns the length of the variable that s starts with, or -1 if it has no
// end. Braces within quotes do not count.
func closing(s string) int {
	var quote byte
	depth := 1 // of variables within variables
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case strings.HasPrefix(s[i:], "${"):
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

func (e *expression) parse() error {
	inner := e.written[2 : len(e.written)-1]
	for _, part := range splitOutsideQuotes(inner) {
		s, err := parseSource(strings.TrimSpace(part))
		if err != nil {
			return fmt.Errorf("%s: %w", e.written, err)
		}
		e.sources = append(e.sources, s)
	}
	return nil
}

func splitOutsideQuotes(s string) []string {
	var parts []string
	var quote byte
	from, depth := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case strings.HasPrefix(s[i:], "${"):
			depth++
		case c == '}':
			depth--
		case c == ',' && depth == 0:
			parts = append(parts, s[from:i])
			from = i + 1
		}
	}
	return append(parts, s[from:])
}

func parseSource(s string) (source, error) {
	if strings.Contains(s, "${") && !nestedForm.MatchString(s) {
		return source{}, fmt.Errorf("%s: a variable within another one is supported in the address of self alone", s)
	}
	if m := fileForm.FindStringSubmatch(s); m != nil {
		return source{kind: "file", address: strings.TrimSpace(m[1])}, nil
	}
	if m := functionForm.FindStringSubmatch(s); m != nil {
		return source{}, fmt.Errorf("the variable source %s(...) is not supported (only file(PATH) is)", m[1])
	}
	if m := sourceForm.FindStringSubmatch(s); m != nil {
		return source{kind: m[1], address: strings.TrimSpace(m[2])}, nil
	}
	switch quoted := len(s) >= 2 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0]; {
	case quoted && strings.Contains(s, `\`):
		return source{}, fmt.Errorf("escapes in %s are not supported", s)
	case quoted:
		return source{literal: &node{kind: text, value: s[1 : len(s)-1]}}, nil
	case s == "true" || s == "false":
		return source{literal: &node{kind: boolean, value: s}}, nil
	case s == "null":
		return source{literal: &node{kind: null}}, nil
	case plainInteger.MatchString(s):
		return source{literal: &node{kind: number, value: s}}, nil
	}
	return source{}, fmt.Errorf("%q is neither source:address nor a literal", s)
}
