package valueschema

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Schema judges values. It may be used by several goroutines at once.
type Schema struct{ root *node }

// node is one schema inside of a Schema. Limits that it does not set are -1.
type node struct {
	location string // JSON Pointer, from the root
	never    bool   // the schema false
	tracks   bool   // it or a part of it has an unevaluated keyword

	ref                      *node
	types                    []string
	enum, constant           map[string]bool // by Canonical
	number                   []bound
	minLength, maxLength     int
	pattern                  *regexp.Regexp
	minItems, maxItems       int
	uniqueItems              bool
	prefixItems              []*node
	items, contains          *node
	minContains, maxContains int

	minProperties, maxProperties      int
	required                          []string
	properties                        map[string]*node
	patternProperties                 []patterned
	additionalProperties, names       *node
	dependentRequired                 map[string][]string
	dependentSchemas                  map[string]*node
	allOf, anyOf, oneOf               []*node
	not, condition, then, otherwise   *node
	unevaluatedItems, unevaluatedProp *node
}

type patterned struct {
	name    string
	pattern *regexp.Regexp
	schema  *node
}

// bound is a limit of a number.
type bound struct {
	keyword string
	limit   Number
}

// compiler reads a schema. done has the nodes by pointer; nil while one is read.
type compiler struct {
	doc  any
	done map[string]*node
}

// Compile reads the JSON text of a schema. It refuses what it cannot read: a keyword
// with a value of the wrong type, a $ref that leads nowhere, outside or in a circle,
// and a pattern that is not RE2. It does not know every rule of a schema's form.
func Compile(text []byte) (*Schema, error) {
	doc, err := Decode(text)
	if err != nil {
		return nil, errors.New("is not JSON")
	}
	c := compiler{doc: doc, done: map[string]*node{}}
	root, err := c.compile("", doc)
	if err != nil {
		return nil, err
	}
	return &Schema{root}, nil
}

func (c *compiler) compile(location string, v any) (*node, error) {
	if n, known := c.done[location]; known {
		if n == nil {
			return nil, fmt.Errorf("%s: the $ref leads in a circle", location)
		}
		return n, nil
	}
	c.done[location] = nil
	n := &node{location: location, minLength: -1, maxLength: -1, minItems: -1, maxItems: -1, minContains: -1, maxContains: -1, minProperties: -1, maxProperties: -1}
	switch v := v.(type) {
	case bool:
		n.never = !v
	case map[string]any:
		for _, keyword := range slices.Sorted(maps.Keys(v)) {
			if err := c.keyword(n, keyword, v[keyword]); err != nil {
				return nil, err
			}
		}
	default:
		return nil, fmt.Errorf("%s: a schema is an object or a boolean", location)
	}
	c.done[location] = n
	return n, nil
}

// keyword reads one keyword into n. One that judges no value is passed over.
func (c *compiler) keyword(n *node, keyword string, v any) error {
	r := reader{c: c, n: n, keyword: keyword, value: v}
	switch keyword {
	case "$ref":
		n.ref = r.reference()
	case "type":
		n.types = r.names(true)
	case "enum":
		n.enum = r.values(r.list())
	case "const":
		n.constant = r.values([]any{v})
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
		n.number = append(n.number, bound{keyword, r.number()})
	case "pattern":
		n.pattern = r.pattern(r.text())
	case "minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains", "minProperties", "maxProperties":
		*n.limit(keyword) = r.count()
	case "uniqueItems":
		n.uniqueItems = v == true
	case "required":
		n.required = r.names(false)
	case "dependentRequired":
		n.dependentRequired = r.namesByName()
	default:
		r.applicator()
	}
	return r.err
}

// limit is where n keeps a count.
func (n *node) limit(keyword string) *int {
	return map[string]*int{
		"minLength": &n.minLength, "maxLength": &n.maxLength, "minItems": &n.minItems, "maxItems": &n.maxItems,
		"minContains": &n.minContains, "maxContains": &n.maxContains, "minProperties": &n.minProperties, "maxProperties": &n.maxProperties,
	}[keyword]
}

// lookUp finds what a JSON Pointer names.
func lookUp(doc any, pointer string) (any, bool) {
	if pointer == "" {
		return doc, true
	}
	for part := range strings.SplitSeq(pointer[1:], "/") {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		var ok bool
		switch at := doc.(type) {
		case map[string]any:
			doc, ok = at[part]
		case []any:
			i, err := strconv.Atoi(part)
			if ok = err == nil && i >= 0 && i < len(at); ok {
				doc = at[i]
			}
		}
		if !ok {
			return nil, false
		}
	}
	return doc, true
}

// Escape writes a name as a part of a JSON Pointer.
func Escape(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }
