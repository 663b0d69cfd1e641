package understand

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
)

// A rule recognizes one wish, in all the wordings of one language.
type rule struct {
	key    string
	clause *regexp.Regexp
	// value makes the preference from what the pattern captured. If ok is false, the
	// clause was not a wish.
	value func(captured string) (v events.Value, ok bool)
}

// rules holds the rules of all languages. Every clause is matched against every
// language, because people mix them. No clause matches two rules.
var rules = slices.Concat(english, german, french, spanish)

// fixed makes a rule that always gives the same value. The pattern must match the whole
// clause, in upper or lower case. It may group with (?: ) only.
func fixed(key string, value any, pattern string) rule {
	v, err := events.ValueOf(value)
	return rule{key, whole(pattern), func(string) (events.Value, bool) { return v, err == nil }}
}

// captured makes a rule whose pattern has one of the slots NAME, LANGUAGE and TIME,
// possibly in several alternatives. The value is the text in the slot.
func captured(key, pattern string) rule {
	for _, s := range slots {
		if strings.Contains(pattern, s.slot) {
			return rule{key, whole(strings.ReplaceAll(pattern, s.slot, s.pattern)), s.read}
		}
	}
	panic("understand: no slot in " + pattern)
}

var slots = []struct {
	slot, pattern string
	read          func(string) (events.Value, bool)
}{
	{"NAME", `(.+)`, name},
	{"LANGUAGE", `(\pL+)`, language},
	{"TIME", `(\d.*)`, timeOfDay},
}

func whole(pattern string) *regexp.Regexp { return regexp.MustCompile(`(?i)^(?:` + pattern + `)$`) }

// read applies the rule to a clause.
func (r rule) read(clause string) (events.Value, bool) {
	match := r.clause.FindStringSubmatch(clause)
	if match == nil {
		return events.Unset, false
	}
	return r.value(strings.Join(match[1:], "")) // at most one group took part in the match
}
