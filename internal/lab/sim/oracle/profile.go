package oracle

import (
	"slices"
	"strconv"
	"strings"
)

// An Image is a user's item as the table holds it.
type Image struct {
	Revision int64
	Cleared  string           // the fence; "" if there is none
	Updated  string           // updated_at
	Expires  int64            // expires_at, in seconds since 1970; 0: never
	Trace    string           // traceparent; "" if there is none
	Entries  map[string]Entry // by register
}

// String is the item in one line.
func (i *Image) String() string {
	if i == nil {
		return "(no item)"
	}
	all := map[string]string{}
	for key, e := range i.Entries {
		value := e.Value
		if value == "" {
			value = "(unset)"
		}
		all[key] = value
	}
	fence := ""
	if i.Cleared != "" {
		fence = ", erased up to " + i.Cleared
	}
	return "revision " + strconv.FormatInt(i.Revision, 10) + fence + " " + show(all)
}

// An Entry is one register of an item.
type Entry struct {
	Value string // JSON text; "" is a tombstone
	Stamp string
}

// visible returns what a reader of the item sees.
func (i *Image) visible() map[string]string {
	seen := map[string]string{}
	if i == nil {
		return seen
	}
	for register, e := range i.Entries {
		if key, _ := keyOf(register); i.shown(key) == register {
			seen[key] = e.Value
		}
	}
	return seen
}

// stamps returns all stamps in the item.
func (i *Image) stamps() map[string]bool {
	all := map[string]bool{}
	if i == nil {
		return all
	}
	for _, e := range i.Entries {
		all[e.Stamp] = true
	}
	if i.Cleared != "" {
		all[i.Cleared] = true
	}
	return all
}

// counting returns the stamps that count. Those of hidden entries do not.
func (i *Image) counting() map[string]bool {
	all := map[string]bool{}
	if i == nil {
		return all
	}
	for _, e := range i.Entries {
		if e.Stamp >= i.Cleared {
			all[e.Stamp] = true
		}
	}
	if i.Cleared != "" {
		all[i.Cleared] = true
	}
	return all
}

func (i *Image) latest() string {
	latest := ""
	for s := range i.stamps() {
		latest = max(latest, s)
	}
	return latest
}

// A profile is what the oracle expects for a user: the visible values and their stamps,
// by register.
type profile map[string]Entry

// carryOut is the whole merge: it applies the changes in the order of their stamps. What
// is stated forgets what was inferred, and what is inferred is visible only while
// nothing is stated.
func carryOut(changes []*Change) profile {
	inOrder := slices.SortedFunc(slices.Values(changes), func(a, b *Change) int { return strings.Compare(a.Stamp, b.Stamp) })
	expected := profile{}
	for _, c := range inOrder {
		if c.Replace {
			clear(expected)
		}
		for key, value := range c.Set {
			if !c.Inferred {
				delete(expected, Inferred(key))
			}
			delete(expected, c.register(key))
			if value != "null" {
				expected[c.register(key)] = Entry{value, c.Stamp}
			}
		}
	}
	for _, register := range sorted(expected) {
		if _, stated := expected[bare(register)]; stated && register != bare(register) {
			delete(expected, register)
		}
	}
	return expected
}

func (p profile) values() map[string]string {
	all := map[string]string{}
	for register, e := range p {
		all[bare(register)] = e.Value
	}
	return all
}

// show formats a profile in one line, in the order of its keys.
func show(values map[string]string) string {
	parts := []string{}
	for _, key := range sorted(values) {
		value := values[key]
		if len(value) > 24 {
			value = value[:24] + "..."
		}
		parts = append(parts, key+"="+value)
	}
	return "{" + strings.Join(parts, " ") + "}"
}
