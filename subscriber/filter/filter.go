package filter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Filter selects announcements. The functions below make Filters. A Filter is
// immutable.
type Filter struct {
	alternatives []tests // one of them must hold
	err          error
}

// tests are the tests of an announcement's detail in an event pattern. No tests select
// every announcement.
type tests map[string]any

var whole, anErasure, aSnapshot, live = tests{}, tests{"erased": list(true)}, tests{"snapshot": list(true)}, list(false)

func list(values ...any) []any { return values }

// All selects every announcement.
func All() Filter { return Filter{alternatives: []tests{whole}} }

// Keys selects announcements in which one of these keys was set, changed or unset, and
// every erasure and every snapshot. A copy of these keys needs all of them.
func Keys(keys ...string) Filter {
	names := make([]any, len(keys))
	for i, key := range keys {
		if !events.ValidKey(key) {
			return invalid("%q cannot be a key", key)
		}
		names[i] = key
	}
	return changed(names)
}

// Prefixes selects like Keys, for the keys that begin with one of these prefixes.
func Prefixes(prefixes ...string) Filter {
	names := make([]any, len(prefixes))
	for i, prefix := range prefixes {
		if !events.ValidKey(prefix) { // a prefix of a valid key is itself a valid key
			return invalid("%q cannot begin a key", prefix)
		}
		names[i] = map[string]any{"prefix": prefix}
	}
	return changed(names)
}

func changed(names []any) Filter {
	if len(names) == 0 {
		return invalid("there is no key")
	}
	return Filter{alternatives: []tests{{"changed_keys": names}, anErasure, aSnapshot}}
}

// Erasures selects announcements that forget everything before them, even if keys were
// set after that, and snapshots of users who were erased.
func Erasures() Filter { return Filter{alternatives: []tests{anErasure}} }

// Became selects live announcements in which the key changed to one of these values:
// texts, numbers, true or false, or events.Unset for a key that was unset. It selects
// no snapshots, because their values may be old.
//
// If an announcement is too large to contain its changes, Became selects it when the
// key changed to any value. Check again in the function.
func Became(key string, values ...events.Value) Filter {
	if !events.ValidKey(key) {
		return invalid("%q cannot be a key", key)
	}
	if len(values) == 0 {
		return invalid("there is no value for %q", key)
	}
	wanted := make([]any, len(values))
	for i, v := range values {
		if !matchable(v) {
			return invalid("value %d for %q is no text, number, true, false or Unset", i, key)
		}
		wanted[i] = v
	}
	untold := list(map[string]any{"exists": false})
	return Filter{alternatives: []tests{
		{"changes": tests{key: wanted}, "snapshot": live},
		{"changes": tests{key: untold}, "changed_keys": list(key), "truncated": list(true), "snapshot": live},
	}}
}

// matchable tells whether a pattern can test for a value. An object has no value of its
// own in a pattern, and an array stands for its elements.
func matchable(v events.Value) bool {
	text := []byte(v.JSON())
	return v == events.Unset || json.Valid(text) && bytes.IndexByte([]byte("{["), bytes.TrimSpace(text)[0]) < 0
}

// Any selects what at least one of the filters selects.
func Any(filters ...Filter) Filter {
	var union Filter
	for _, f := range filters {
		if f.err != nil {
			return f
		}
		for _, a := range f.alternatives {
			if !slices.ContainsFunc(union.alternatives, func(b tests) bool { return reflect.DeepEqual(a, b) }) {
				union.alternatives = append(union.alternatives, a)
			}
		}
	}
	return union
}

func invalid(format string, args ...any) Filter {
	return Filter{err: fmt.Errorf("filter: "+format, args...)}
}

// maxCharacters is EventBridge's quota for a pattern.
const maxCharacters = 2048

// Pattern returns the event pattern for a rule. It returns an error if the filter was
// made from invalid arguments, or if the pattern is longer than EventBridge accepts.
func (f Filter) Pattern() (string, error) {
	switch {
	case f.err != nil:
		return "", f.err
	case len(f.alternatives) == 0:
		return "", errors.New("filter: it would choose nothing")
	}
	p := map[string]any{"source": list(events.SourcePipeline), "detail-type": list(events.DetailTypeUpdated)}
	switch {
	case slices.ContainsFunc(f.alternatives, func(t tests) bool { return len(t) == 0 }):
	case len(f.alternatives) == 1:
		p["detail"] = f.alternatives[0]
	default:
		p["detail"] = map[string]any{"$or": f.alternatives}
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(p); err != nil {
		return "", fmt.Errorf("filter: %w", err)
	}
	out := bytes.TrimSpace(text.Bytes())
	if n := len([]rune(string(out))); n > maxCharacters {
		return "", fmt.Errorf("filter: the pattern has %d characters, of which EventBridge takes %d", n, maxCharacters)
	}
	return string(out), nil
}
