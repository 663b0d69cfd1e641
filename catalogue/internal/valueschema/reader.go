package valueschema

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// reader reads the value of one keyword, and keeps the first error.
type reader struct {
	c       *compiler
	n       *node
	keyword string
	value   any
	err     error
}

func (r *reader) fail(rule string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s/%s: %s", r.n.location, r.keyword, rule)
	}
}

// applicator reads the keywords that hold schemas.
func (r *reader) applicator() {
	n := r.n
	switch r.keyword {
	case "allOf":
		n.allOf = r.schemas()
	case "anyOf":
		n.anyOf = r.schemas()
	case "oneOf":
		n.oneOf = r.schemas()
	case "prefixItems":
		n.prefixItems = r.schemas()
	case "not":
		n.not = r.schema()
	case "if":
		n.condition = r.schema()
	case "then":
		n.then = r.schema()
	case "else":
		n.otherwise = r.schema()
	case "items":
		n.items = r.schema()
	case "contains":
		n.contains = r.schema()
	case "additionalProperties":
		n.additionalProperties = r.schema()
	case "propertyNames":
		n.names = r.schema()
	case "unevaluatedItems":
		n.unevaluatedItems, n.tracks = r.schema(), true
	case "unevaluatedProperties":
		n.unevaluatedProp, n.tracks = r.schema(), true
	case "properties":
		n.properties = r.byName()
	case "dependentSchemas":
		n.dependentSchemas = r.byName()
	case "patternProperties":
		schemas := r.byName()
		for _, name := range slices.Sorted(maps.Keys(schemas)) {
			n.patternProperties = append(n.patternProperties, patterned{name, r.pattern(name), schemas[name]})
		}
	}
}

func (r *reader) schema() *node { return r.sub("/"+r.keyword, r.value) }

// sub compiles a schema that lies in the keyword.
func (r *reader) sub(below string, v any) *node {
	if r.err != nil {
		return nil
	}
	n, err := r.c.compile(r.n.location+below, v)
	if err != nil {
		r.err = err
		return nil
	}
	r.n.tracks = r.n.tracks || n.tracks
	return n
}

func (r *reader) schemas() (nodes []*node) {
	for i, v := range r.list() {
		nodes = append(nodes, r.sub("/"+r.keyword+"/"+strconv.Itoa(i), v))
	}
	return nodes
}

func (r *reader) byName() map[string]*node {
	object, ok := r.value.(map[string]any)
	if !ok {
		r.fail("is not an object")
	}
	nodes := map[string]*node{}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		nodes[name] = r.sub("/"+r.keyword+"/"+Escape(name), object[name])
	}
	return nodes
}

// reference compiles what a $ref names.
func (r *reader) reference() *node {
	text := r.text()
	pointer, here := strings.CutPrefix(text, "#")
	pointer, err := url.PathUnescape(pointer)
	if !here || err != nil || pointer != "" && pointer[0] != '/' {
		r.fail("must be # or begin with #/")
		return nil
	}
	v, ok := lookUp(r.c.doc, pointer)
	if !ok {
		r.fail("leads nowhere")
		return nil
	}
	n, err := r.c.compile(pointer, v)
	if err != nil {
		if r.err == nil {
			r.err = err
		}
		return nil
	}
	r.n.tracks = r.n.tracks || n.tracks
	return n
}

func (r *reader) text() string {
	text, ok := r.value.(string)
	if !ok {
		r.fail("is not a string")
	}
	return text
}

func (r *reader) number() Number {
	n, ok := r.value.(Number)
	if !ok || r.keyword == "multipleOf" && n.sign() <= 0 {
		r.fail("is not a number that it can be")
	}
	return n
}

func (r *reader) count() int {
	n, ok := r.value.(Number)
	if !ok || !n.IsInteger() || n.negative || len(n.digits)+n.exponent > 9 {
		r.fail("is not a count")
		return -1
	}
	count, _ := strconv.Atoi("0" + n.digits + strings.Repeat("0", n.exponent))
	return count
}

func (r *reader) list() []any {
	list, ok := r.value.([]any)
	if !ok {
		r.fail("is not a list")
	}
	return list
}

func (r *reader) values(list []any) map[string]bool {
	set := map[string]bool{}
	for _, v := range list {
		set[Canonical(v)] = true
	}
	return set
}

// names reads a list of strings; or one string, where that may stand for a list.
func (r *reader) names(single bool) (names []string) {
	if text, ok := r.value.(string); ok && single {
		return []string{text}
	}
	for _, v := range r.list() {
		name, ok := v.(string)
		if !ok {
			r.fail("is not a list of strings")
		}
		names = append(names, name)
	}
	return names
}

func (r *reader) namesByName() map[string][]string {
	object, ok := r.value.(map[string]any)
	if !ok {
		r.fail("is not an object")
	}
	lists := map[string][]string{}
	for name, v := range object {
		one := reader{c: r.c, n: r.n, keyword: r.keyword, value: v}
		if lists[name] = one.names(false); one.err != nil && r.err == nil {
			r.err = one.err
		}
	}
	return lists
}

func (r *reader) pattern(text string) *regexp.Regexp {
	p, err := regexp.Compile(text)
	if err != nil {
		r.fail("is not a regular expression of RE2")
	}
	return p
}
