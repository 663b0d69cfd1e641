package source

import (
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/catalogue/internal/valueschema"
	"github.com/bot-preferences/bot-preferences/events"
)

// setSchema is the schema of an element of a set.
const setSchema = `{"const":true}`

// entry reads one entry. It always returns one, for the others to be read too.
func (r *reader) entry(m member) catalogue.Entry {
	e := catalogue.Entry{
		Name: m.name, Schema: "true", Enforce: catalogue.Refuse, EndUser: catalogue.Write,
		Layers: []catalogue.Layer{catalogue.User},
	}
	field := "preferences." + printable(m.name)
	r.entryName(m, field)
	if m.node.Kind != yaml.MappingNode {
		r.fault(m.line, field, "must be a mapping")
		return e
	}
	given := map[string]member{}
	for _, part := range members(m.node) {
		given[part.name] = part
		r.entryWord(&e, part, field+"."+printable(part.name))
	}
	if set, ok := given["set"]; ok && e.Set {
		r.set(&e, set, given, field)
	}
	if locked, ok := given["locked"]; ok && e.Locked && !e.In(catalogue.Tenant) {
		r.fault(locked.line, field+".locked", "needs tenant among the layers")
	}
	var schema *valueschema.Schema
	if part, ok := given["schema"]; ok {
		schema = r.schema(&e, part.node, field+".schema")
	}
	if part, ok := given["default"]; ok {
		r.preset(&e, part, schema, field+".default")
	}
	return e
}

// entryName holds the name to the contract's rule for keys.
func (r *reader) entryName(m member, field string) {
	prefix, isPrefix := strings.CutSuffix(m.name, "*")
	switch {
	case isPrefix && prefix == "":
		r.fault(m.line, field, "matches every key: say with unknown what becomes of those")
	case isPrefix && !events.ValidKey(prefix+"x"):
		r.fault(m.line, field, "a prefix must match [A-Za-z0-9][A-Za-z0-9_.:-]{0,62} before its *")
	case !isPrefix && !events.ValidKey(m.name):
		r.fault(m.line, field, "a key must match [A-Za-z0-9][A-Za-z0-9_.:-]{0,63}, or be a prefix with * after it")
	}
}

func (r *reader) entryWord(e *catalogue.Entry, m member, field string) {
	switch m.name {
	case "schema", "default": // they are read when all words are known
	case "title":
		e.Title = r.text(m.node, field)
	case "description":
		e.Description = r.text(m.node, field)
	case "owner":
		e.Owner = r.text(m.node, field)
	case "enforce":
		e.Enforce = word(r, m.node, field, catalogue.Refuse, catalogue.Warn)
	case "sensitive":
		e.Sensitive = r.yes(m.node, field)
	case "end_user":
		e.EndUser = word(r, m.node, field, catalogue.Write, catalogue.Read, catalogue.None)
	case "layers":
		e.Layers = r.layers(m.node, field)
	case "locked":
		e.Locked = r.yes(m.node, field)
	case "set":
		e.Set = r.yes(m.node, field)
	default:
		r.fault(m.line, field, "is not a word of an entry: schema, default, title, description, owner, enforce, sensitive, end_user, layers, locked, set")
	}
}

func (r *reader) text(n *yaml.Node, field string) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" || n.Value == "" {
		r.fault(n.Line, field, "must be a text")
	}
	return n.Value
}

func (r *reader) yes(n *yaml.Node, field string) bool {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		r.fault(n.Line, field, "must be true or false")
	}
	return strings.EqualFold(n.Value, "true")
}

func (r *reader) layers(n *yaml.Node, field string) (layers []catalogue.Layer) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.fault(n.Line, field, "must be a list of tenant, user and conversation, not an empty one")
		return []catalogue.Layer{catalogue.Tenant, catalogue.User, catalogue.Conversation} // whatever else is said of layers is no second fault
	}
	for _, item := range n.Content {
		layer := word(r, item, field, catalogue.Tenant, catalogue.User, catalogue.Conversation)
		if slices.Contains(layers, layer) {
			r.fault(item.Line, field, "names a layer twice")
		}
		layers = append(layers, layer)
	}
	return layers
}

func (r *reader) set(e *catalogue.Entry, m member, given map[string]member, field string) {
	e.Schema = setSchema
	if _, ok := e.Prefix(); !ok {
		r.fault(m.line, field+".set", "is for a prefix: each element is a key")
	}
	for _, other := range []string{"schema", "default"} {
		if _, ok := given[other]; ok {
			r.fault(given[other].line, field+"."+other, "cannot stand beside set: true")
		}
	}
}

// preset reads the default. schema is nil where there is none, or one with faults.
func (r *reader) preset(e *catalogue.Entry, m member, schema *valueschema.Schema, field string) {
	before := len(r.faults)
	text := r.json(nil, m.node, field, "", lines{})
	if len(r.faults) > before {
		return
	}
	e.Default = events.JSON(string(text))
	if e.Default == events.Unset {
		r.fault(m.line, field, "must not be null: leave it out")
		return
	}
	probe := events.PreferenceChange{UserID: "u", Preferences: events.Preferences{"k": e.Default}}
	var refusal *events.Refusal
	if err := probe.Validate(); errors.As(err, &refusal) {
		r.fault(m.line, field, "%s", strings.TrimPrefix(refusal.Error(), "preferences.k: "))
		return
	}
	if schema == nil {
		return
	}
	value, err := valueschema.Decode(text)
	if err != nil {
		r.fault(m.line, field, "is not JSON")
		return
	}
	if rule, ok := schema.Validate(value); !ok {
		r.fault(m.line, field, "breaks the schema: %s", rule)
	}
}
