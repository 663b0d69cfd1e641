package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"github.com/bot-preferences/bot-preferences/catalogue/internal/valueschema"
	"github.com/bot-preferences/bot-preferences/events"
)

// Limits of a file.
const (
	MaxFileBytes = 256 << 10
	MaxDepth     = 64 // levels of lists and mappings
)

var (
	yamlLine   = regexp.MustCompile(`line (\d+): `)
	jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
)

// reader reads one file and collects its faults.
type reader struct {
	file   string
	faults Faults
}

func (r *reader) fault(line int, field, rule string, args ...any) {
	r.faults = append(r.faults, Fault{r.file, line, field, fmt.Sprintf(rule, args...)})
}

// parse returns the file's mapping; nil after a fault with which nothing can be read.
func (r *reader) parse(text []byte) *yaml.Node {
	if len(text) > MaxFileBytes {
		r.fault(1, "", "is %d bytes long, at most %d are allowed", len(text), MaxFileBytes)
		return nil
	}
	if !utf8.Valid(text) {
		r.fault(1+bytes.Count(text[:firstInvalid(text)], []byte("\n")), "", "is not valid UTF-8")
		return nil
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	var doc, second yaml.Node
	if err := d.Decode(&doc); err != nil {
		r.syntax(err)
		return nil
	}
	switch err := d.Decode(&second); {
	case err == nil:
		r.fault(second.Line, "", "is a second document: a catalogue is one")
	case !errors.Is(err, io.EOF):
		r.syntax(err)
		return nil
	}
	root := doc.Content[0]
	before := len(r.faults)
	r.shape(root, 0)
	if root.Kind != yaml.MappingNode && len(r.faults) == before {
		r.fault(root.Line, "", "must be a mapping with version, unknown and preferences")
	}
	if len(r.faults) > before {
		return nil // what is below could be anything
	}
	return root
}

func firstInvalid(text []byte) (at int) {
	for {
		c, size := utf8.DecodeRune(text[at:])
		if c == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

// syntax reports an error of the library, which has the line in its text.
func (r *reader) syntax(err error) {
	if errors.Is(err, io.EOF) {
		r.fault(1, "", "is empty")
		return
	}
	line, rule := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlLine.FindStringSubmatchIndex(rule); m != nil {
		line, _ = strconv.Atoi(rule[m[2]:m[3]])
		rule = rule[:m[0]] + rule[m[1]:]
	}
	r.fault(line, "", "is not YAML: %s", printable(rule))
}

// shape refuses what YAML has and a catalogue does not need.
func (r *reader) shape(n *yaml.Node, depth int) {
	switch {
	case n.Kind == yaml.AliasNode:
		r.fault(n.Line, "", "has an alias: anchors and aliases are not read")
		return
	case n.Anchor != "":
		r.fault(n.Line, "", "has an anchor: anchors and aliases are not read")
	case depth > MaxDepth:
		r.fault(n.Line, "", "nests deeper than %d levels", MaxDepth)
		return
	}
	switch tag := n.ShortTag(); tag {
	case "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!map", "!!seq", "!!merge":
	default:
		r.fault(n.Line, "", "has the tag %s, which is not read", printable(tag))
	}
	if n.Kind == yaml.MappingNode {
		r.names(n)
	}
	for _, below := range n.Content {
		r.shape(below, depth+1)
	}
}

// names refuses a mapping with two equal names, or with names that are no text.
func (r *reader) names(n *yaml.Node) {
	first := map[string]int{}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		switch line, twice := first[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			r.fault(key.Line, "", "has a name that is not a text")
		case key.ShortTag() == "!!merge":
			r.fault(key.Line, "", "has a merge key (<<), which is not read")
		case twice:
			r.fault(key.Line, "", "has the name %s twice: it is in line %d too", printable(key.Value), line)
		default:
			first[key.Value] = key.Line
		}
	}
}

// member is one member of a mapping.
type member struct {
	name string
	line int
	node *yaml.Node
}

func members(n *yaml.Node) (list []member) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		list = append(list, member{n.Content[i].Value, n.Content[i].Line, n.Content[i+1]})
	}
	return list
}

// lines are the lines of the parts of a value, by JSON Pointer.
type lines map[string]int

// of is the line of a part, or of the nearest part around it.
func (l lines) of(pointer string) int {
	for {
		if line, ok := l[pointer]; ok {
			return line
		}
		i := strings.LastIndexByte(pointer, '/')
		if i < 0 {
			return 1
		}
		pointer = pointer[:i]
	}
}

// json appends a value as JSON, its numbers' text as it is, and notes its lines.
func (r *reader) json(b []byte, n *yaml.Node, field, pointer string, at lines) []byte {
	if _, noted := at[pointer]; !noted {
		at[pointer] = n.Line
	}
	switch n.Kind {
	case yaml.SequenceNode:
		b = append(b, '[')
		for i, item := range n.Content {
			if i > 0 {
				b = append(b, ',')
			}
			b = r.json(b, item, field, pointer+"/"+strconv.Itoa(i), at)
		}
		return append(b, ']')
	case yaml.MappingNode:
		b = append(b, '{')
		for i, m := range members(n) {
			if i > 0 {
				b = append(b, ',')
			}
			below := pointer + "/" + valueschema.Escape(m.name)
			at[below] = m.line
			b, _ = jsontext.AppendQuote(b, m.name)
			b = append(b, ':')
			b = r.json(b, m.node, field, below, at)
		}
		return append(b, '}')
	}
	return r.scalar(b, n, field)
}

func (r *reader) scalar(b []byte, n *yaml.Node, field string) []byte {
	tag := n.ShortTag()
	if n.Style == 0 && jsonNumber.MatchString(n.Value) {
		tag = "!!float" // the library takes one that is not finite for a text
	}
	switch tag {
	case "!!null":
		return append(b, "null"...)
	case "!!bool":
		return append(b, strings.ToLower(n.Value)...)
	case "!!int", "!!float":
		switch x, err := strconv.ParseFloat(n.Value, 64); {
		case !jsonNumber.MatchString(n.Value):
			r.fault(n.Line, field, "has a number that is not written as in JSON")
		case len(n.Value) > events.MaxNumberBytes:
			r.fault(n.Line, field, "has a number of %d characters, at most %d are allowed", len(n.Value), events.MaxNumberBytes)
		case err != nil || math.IsInf(x, 0):
			r.fault(n.Line, field, "has a number that is not finite as an IEEE 754 double")
		case x == 0 && strings.ContainsAny(strings.Split(strings.ToLower(n.Value), "e")[0], "123456789"):
			// The library for JSON Schema would make a fraction of a million digits of it, or panic.
			r.fault(n.Line, field, "has a number that is 0 as an IEEE 754 double, and is not written as 0")
		default:
			return append(b, n.Value...)
		}
		return append(b, '0') // the file is refused
	}
	b, _ = jsontext.AppendQuote(b, n.Value)
	return b
}
