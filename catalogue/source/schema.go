package source

import (
	"errors"
	"maps"
	"net/url"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/catalogue/internal/valueschema"
)

// Limits of one schema.
const (
	MaxSchemas = 10_000 // parts, with every $ref replaced by what it names
	MaxPattern = 5_000  // instructions of a compiled regular expression
)

// metaschema is what JSON Schema 2020-12 says of a schema's own form.
var metaschema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	return jsonschema.NewCompiler().Compile(draft2020URL)
})

var english = message.NewPrinter(language.English)

// walker goes through one schema.
type walker struct {
	r     *reader
	field string
	at    lines
	doc   any
	parts map[string][]string // pointers of the parts of each schema; with the target of its $ref
	refs  map[string]string   // pointer of the target, by pointer of the schema with the $ref
	sizes map[string]int      // of each schema, with everything that it refers to
}

// schema reads the schema of an entry. It returns nil after a fault.
func (r *reader) schema(e *catalogue.Entry, n *yaml.Node, field string) *valueschema.Schema {
	before := len(r.faults)
	at := lines{}
	text := r.json(nil, n, field, "", at)
	doc, err := valueschema.Decode(text)
	if err != nil || len(r.faults) > before {
		return nil
	}
	w := &walker{r: r, field: field, at: at, doc: doc, parts: map[string][]string{}, refs: map[string]string{}, sizes: map[string]int{}}
	w.form(text)
	w.walk("", doc)
	if len(r.faults) > before {
		return nil
	}
	if w.follow(); len(r.faults) > before {
		return nil
	}
	s, err := valueschema.Compile(text)
	if err != nil {
		r.fault(n.Line, field, "%s", err)
		return nil
	}
	e.Schema = string(text)
	return s
}

func (w *walker) fault(pointer, rule string, args ...any) {
	field := w.field
	if pointer != "" {
		field += printable(pointer)
	}
	w.r.fault(w.at.of(pointer), field, rule, args...)
}

// form holds the schema to the metaschema.
func (w *walker) form(text []byte) {
	meta, err := metaschema()
	if err != nil {
		w.fault("", "cannot be checked: %s", err)
		return
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		w.fault("", "is not JSON")
		return
	}
	var broken *jsonschema.ValidationError
	if errors.As(meta.Validate(doc), &broken) {
		found := map[string]string{}
		leaves(broken, found)
		for _, pointer := range slices.Sorted(maps.Keys(found)) {
			w.fault(pointer, "is not as JSON Schema 2020-12 has it: %s", printable(found[pointer]))
		}
	}
}

// leaves collects one message for each place.
func leaves(e *jsonschema.ValidationError, found map[string]string) {
	for _, cause := range e.Causes {
		leaves(cause, found)
	}
	if len(e.Causes) > 0 {
		return
	}
	pointer := ""
	for _, part := range e.InstanceLocation {
		pointer += "/" + valueschema.Escape(part)
	}
	text := e.ErrorKind.LocalizedString(english)
	if before, ok := found[pointer]; !ok || text < before {
		found[pointer] = text
	}
}

// walk visits a schema and the schemas in it.
func (w *walker) walk(pointer string, v any) {
	w.parts[pointer] = nil
	schema, ok := v.(map[string]any)
	if !ok {
		return // true, false, or a fault that form has found
	}
	for _, name := range slices.Sorted(maps.Keys(schema)) {
		below, value := pointer+"/"+valueschema.Escape(name), schema[name]
		word, known := keywords[name]
		switch {
		case !known:
			w.fault(below, unknownWord)
			continue
		case word.kind == refused:
			w.fault(below, "%s", word.why)
			continue
		}
		w.plain(pointer, below, name, value)
		w.below(word.kind, pointer, below, value)
	}
}

func (w *walker) below(k kind, pointer, below string, v any) {
	visit := func(part string, v any) {
		if !strings.HasPrefix(below[len(pointer):], "/$defs") { // definitions count where a $ref names them
			w.parts[pointer] = append(w.parts[pointer], part)
		}
		w.walk(part, v)
	}
	switch v := v.(type) {
	case []any:
		if k == list {
			for i, item := range v {
				visit(below+"/"+strconv.Itoa(i), item)
			}
		}
	case map[string]any:
		switch k {
		case one:
			visit(below, v)
		case byName:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				visit(below+"/"+valueschema.Escape(name), v[name])
			}
		}
	case bool:
		if k == one {
			visit(below, v)
		}
	}
}

// plain checks what the metaschema does not.
func (w *walker) plain(pointer, below, name string, v any) {
	text, _ := v.(string)
	switch name {
	case "$schema":
		if text != draft2020URL {
			w.fault(below, "must be %s", draft2020URL)
		}
	case "$ref":
		target, here := strings.CutPrefix(text, "#")
		target, err := url.PathUnescape(target)
		if !here || err != nil || target != "" && target[0] != '/' {
			w.fault(below, "must begin with #/: nothing is fetched, and no anchor is read")
			return
		}
		w.refs[pointer] = target
	case "pattern":
		w.pattern(below, text)
	case "patternProperties":
		if object, ok := v.(map[string]any); ok {
			for _, pattern := range slices.Sorted(maps.Keys(object)) {
				w.pattern(below+"/"+valueschema.Escape(pattern), pattern)
			}
		}
	}
}

func (w *walker) pattern(pointer, text string) {
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		w.fault(pointer, "is not a regular expression of RE2, which has neither lookaround nor backreferences")
		return
	}
	if prog, err := syntax.Compile(parsed.Simplify()); err != nil || len(prog.Inst) > MaxPattern {
		w.fault(pointer, "is too large a regular expression")
		return
	}
	if _, err := regexp.Compile(text); err != nil {
		w.fault(pointer, "is not a regular expression of RE2")
	}
}

// follow checks where every $ref leads, and how large the schema is with all of them.
func (w *walker) follow() {
	whole := true
	for _, pointer := range slices.Sorted(maps.Keys(w.refs)) {
		target := w.refs[pointer]
		if _, ok := w.parts[target]; !ok {
			w.fault(pointer+"/$ref", "leads to no schema")
			whole = false
			continue
		}
		w.parts[pointer] = append(w.parts[pointer], target)
	}
	if !whole {
		return
	}
	for _, pointer := range slices.Sorted(maps.Keys(w.parts)) {
		if _, ok := w.size(pointer); !ok {
			return // one circle would be reported from each of its schemas
		}
	}
	if n := w.sizes[""]; n > MaxSchemas {
		w.fault("", "has more than %d parts, with every $ref replaced by what it names", MaxSchemas)
	}
}

// size counts the schemas in one, up to just over MaxSchemas.
func (w *walker) size(pointer string) (n int, ok bool) {
	switch n := w.sizes[pointer]; {
	case n < 0:
		w.fault(pointer, "is in a circle of $ref")
		return 0, false
	case n > 0:
		return n, true
	}
	w.sizes[pointer] = -1
	n = 1
	for _, part := range w.parts[pointer] {
		below, ok := w.size(part)
		if !ok {
			return 0, false
		}
		n = min(n+below, MaxSchemas+1)
	}
	w.sizes[pointer] = n
	return n, true
}
