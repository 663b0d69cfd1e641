package catalogue

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/bot-preferences/bot-preferences/catalogue/internal/valueschema"
	"github.com/bot-preferences/bot-preferences/events"
)

// An Action is what becomes of a change that breaks a rule.
type Action string

// Accept is for unknown keys alone.
const (
	Accept Action = "accept" // it is applied
	Warn   Action = "warn"   // it is applied, logged by key and rule, and counted
	Refuse Action = "refuse" // it is refused whole
)

// An Access is what a person may do with a preference of their own.
type Access string

// Whoever may write may also read.
const (
	Write Access = "write"
	Read  Access = "read"
	None  Access = "none"
)

// A Layer is a kind of profile in which a preference can be set.
type Layer string

// Default is where a resolved value comes from that no profile has. It is no layer.
const (
	Tenant       Layer = "tenant"
	User         Layer = "user"
	Conversation Layer = "conversation"
	Default      Layer = "default"
)

// An Entry says what one preference means, or each of those with a prefix.
type Entry struct {
	Name        string       `json:"name"`                 // a key, or a prefix with "*" after it
	Schema      string       `json:"-"`                    // JSON Schema 2020-12; "true" where every value is right
	Default     events.Value `json:"default,omitzero"`     // events.Unset: none
	Title       string       `json:"title,omitzero"`       // for people
	Description string       `json:"description,omitzero"` // for people
	Owner       string       `json:"owner,omitzero"`       // the skill or team that answers for it
	Enforce     Action       `json:"enforce"`              // Refuse or Warn
	Sensitive   bool         `json:"sensitive,omitzero"`   // its values are never in a log or a metric
	EndUser     Access       `json:"end_user"`             // what the person may do through /me
	Layers      []Layer      `json:"layers"`               // where it may be set
	Locked      bool         `json:"locked,omitzero"`      // what the tenant states cannot be overridden
	Set         bool         `json:"set,omitzero"`         // each key is an element of a set; its value is true
}

// Prefix is what the keys of the entry begin with. ok is false where the entry is for
// one key.
func (e *Entry) Prefix() (prefix string, ok bool) { return strings.CutSuffix(e.Name, "*") }

// In tells whether the preference may be set in a layer.
func (e *Entry) In(layer Layer) bool { return slices.Contains(e.Layers, layer) }

// A Catalogue is a checked catalogue.yaml. Load and New make one.
type Catalogue struct {
	version  int64
	unknown  Action
	entries  []*entry // by name
	exact    map[string]*entry
	prefixes map[string]*entry
}

// entry is an Entry with its schema, which is compiled when it is first needed.
type entry struct {
	Entry
	once     sync.Once
	compiled *valueschema.Schema
	err      error
}

// schema compiles the schema. Only what validates may reach it: the linker then leaves
// the compiler out of a function that only resolves.
func (e *entry) schema() (*valueschema.Schema, error) {
	e.once.Do(func() { e.compiled, e.err = valueschema.Compile([]byte(e.Entry.Schema)) })
	return e.compiled, e.err
}

// New makes a catalogue of entries that were checked. botprefs calls it; others read
// the file that botprefs made, with Load.
//
// The error names an entry whose name no key can have or another entry has, or that has
// a word which is not one of those above. New does not look into schemas.
func New(version int64, unknown Action, entries []Entry) (*Catalogue, error) {
	c := &Catalogue{version: version, unknown: unknown, exact: map[string]*entry{}, prefixes: map[string]*entry{}}
	if version < 1 {
		return nil, errors.New("catalogue: version must be a positive integer")
	}
	if !slices.Contains([]Action{Accept, Warn, Refuse}, unknown) {
		return nil, errors.New("catalogue: unknown must be accept, warn or refuse")
	}
	for _, e := range entries {
		if err := c.add(e); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(c.entries, func(a, b *entry) int { return cmp.Compare(a.Name, b.Name) })
	return c, nil
}

func (c *Catalogue) add(e Entry) error {
	index, name := c.exact, e.Name
	probe := name
	if prefix, ok := e.Prefix(); ok {
		index, name, probe = c.prefixes, prefix, prefix+"x"
		if prefix == "" {
			probe = ""
		}
	}
	switch {
	case !events.ValidKey(probe):
		return fmt.Errorf("catalogue: entry %q: no key can have this name", e.Name)
	case index[name] != nil:
		return fmt.Errorf("catalogue: entry %q is there twice", e.Name)
	case e.Enforce != Refuse && e.Enforce != Warn:
		return fmt.Errorf("catalogue: entry %q: enforce must be refuse or warn", e.Name)
	case e.EndUser != Write && e.EndUser != Read && e.EndUser != None:
		return fmt.Errorf("catalogue: entry %q: end_user must be write, read or none", e.Name)
	}
	for _, layer := range e.Layers {
		if layer != Tenant && layer != User && layer != Conversation {
			return fmt.Errorf("catalogue: entry %q: a layer must be tenant, user or conversation", e.Name)
		}
	}
	added := &entry{Entry: e}
	index[name] = added
	c.entries = append(c.entries, added)
	return nil
}

// Version is the version of the file, which grows with every change of it; 0 without a
// catalogue.
func (c *Catalogue) Version() int64 {
	if c == nil {
		return 0
	}
	return c.version
}

// Unknown is what becomes of keys that no entry matches: Accept without a catalogue.
func (c *Catalogue) Unknown() Action {
	if c == nil {
		return Accept
	}
	return c.unknown
}

// Entries are the entries by name. Their lists and those of the catalogue are the same:
// do not change them.
func (c *Catalogue) Entries() []Entry {
	if c == nil {
		return nil
	}
	list := make([]Entry, len(c.entries))
	for i, e := range c.entries {
		list[i] = e.Entry
	}
	return list
}

// Entry is the entry that governs a key. ok is false for an unknown key.
func (c *Catalogue) Entry(key string) (e Entry, ok bool) {
	if found := c.match(key); found != nil {
		return found.Entry, true
	}
	return Entry{}, false
}

// match tries the exact name, then the prefixes from the longest.
func (c *Catalogue) match(key string) *entry {
	if c == nil {
		return nil
	}
	if e := c.exact[key]; e != nil {
		return e
	}
	for n := min(len(key), events.MaxKeyBytes) - 1; n > 0; n-- {
		if e := c.prefixes[key[:n]]; e != nil {
			return e
		}
	}
	return nil
}
