package source

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/events"
)

// A Break is a change of a catalogue after which something that is stored could break
// a rule, or mean something else.
type Break struct {
	Name string // of the entry; empty for the catalogue as a whole
	Rule string // what changed
}

// String is "language: schema/pattern: another pattern".
func (b Break) String() string {
	if b.Name == "" {
		return b.Rule
	}
	return printable(b.Name) + ": " + b.Rule
}

// Diff names every change that could make a stored value invalid. Such a change is a
// schema that accepts less, a layer or a default that is gone, a lock, or a refusal
// where there was a warning. What it cannot compare, it names too. It also says where a
// catalogue changed and its version did not grow. Without any of these it returns nil.
func Diff(before, after *catalogue.Catalogue) []Break {
	d := differ{before: before, after: after}
	if before.Unknown() != catalogue.Refuse && after.Unknown() == catalogue.Refuse {
		d.add("", "unknown: refuses keys that were accepted")
	}
	names := map[string]bool{}
	for _, c := range []*catalogue.Catalogue{before, after} {
		for _, e := range c.Entries() {
			names[e.Name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		d.entry(name)
	}
	if changed(before, after) && after.Version() <= before.Version() || after.Version() < before.Version() {
		d.add("", fmt.Sprintf("version: must be above %d", before.Version()))
	}
	return d.breaks
}

// changed tells whether more than the version differs.
func changed(before, after *catalogue.Catalogue) bool {
	return before.Unknown() != after.Unknown() || !slices.EqualFunc(before.Entries(), after.Entries(), func(a, b catalogue.Entry) bool {
		layers := slices.Equal(a.Layers, b.Layers)
		a.Layers, b.Layers = nil, nil
		return layers && fmt.Sprintf("%#v", a) == fmt.Sprintf("%#v", b)
	})
}

type differ struct {
	before, after *catalogue.Catalogue
	breaks        []Break
}

func (d *differ) add(name, rule string) { d.breaks = append(d.breaks, Break{name, rule}) }

// entry compares what governs the keys of one name, in both catalogues. That may be an
// entry of another name: a prefix takes over the keys of an entry that is gone.
func (d *differ) entry(name string) {
	was, known := governing(d.before, name)
	is, stays := governing(d.after, name)
	switch {
	case !known:
		d.added(name, is)
	case !stays:
		d.removed(name, was)
	default:
		d.schemas(name, was.Schema, is.Schema, "")
		d.words(name, was, is)
	}
}

func (d *differ) words(name string, was, is catalogue.Entry) {
	if was.Default != events.Unset && is.Default == events.Unset {
		d.add(name, "default: is removed")
	}
	if was.Enforce == catalogue.Warn && is.Enforce == catalogue.Refuse {
		d.add(name, "enforce: refuses what was warned about")
	}
	for _, layer := range was.Layers {
		if !is.In(layer) {
			d.add(name, "layers: "+string(layer)+" is removed")
		}
	}
	if is.Locked && !was.Locked {
		d.add(name, "locked: a tenant's value now hides those of its users")
	}
	if is.Set && !was.Set {
		d.add(name, "set: is added")
	}
}

// added compares a new entry with no entry, whose keys had any value in any layer.
func (d *differ) added(name string, is catalogue.Entry) {
	if d.before.Unknown() == catalogue.Refuse {
		return // nothing can be stored
	}
	const unknown = "is new, and its keys were unknown: "
	d.schemas(name, "true", is.Schema, unknown)
	for _, layer := range []catalogue.Layer{catalogue.Tenant, catalogue.User, catalogue.Conversation} {
		if !is.In(layer) {
			d.add(name, unknown+"layers: "+string(layer)+" is removed")
		}
	}
	if is.Locked {
		d.add(name, unknown+"locked: a tenant's value now hides those of its users")
	}
}

func (d *differ) removed(name string, was catalogue.Entry) {
	if d.after.Unknown() == catalogue.Refuse {
		d.add(name, "is removed, and unknown keys are refused")
	}
	if was.Default != events.Unset {
		d.add(name, "default: is removed")
	}
}

// governing is the entry for the keys of a name. For a key it is the one that matches.
// For a prefix it is the entry of this prefix, or of the longest that it begins with.
func governing(c *catalogue.Catalogue, name string) (found catalogue.Entry, ok bool) {
	prefix, isPrefix := strings.CutSuffix(name, "*")
	if !isPrefix {
		return c.Entry(name)
	}
	longest := 0
	for _, e := range c.Entries() {
		if p, isOne := e.Prefix(); isOne && len(p) > longest && strings.HasPrefix(prefix, p) {
			found, ok, longest = e, true, len(p)
		}
	}
	return found, ok
}

// schemas compares two schemas.
func (d *differ) schemas(name, before, after, why string) {
	was, errWas := plainSchema(before)
	is, errIs := plainSchema(after)
	if errWas != nil || errIs != nil {
		d.add(name, why+"schema: cannot be compared")
		return
	}
	n := narrowing{report: func(pointer, rule string) {
		d.add(name, why+"schema"+printablePointer(pointer)+": "+rule)
	}}
	n.compare("", was, is)
}

func printablePointer(pointer string) string {
	if pointer == "" {
		return ""
	}
	return printable(pointer)
}
