package filters

import (
	"slices"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber/filter"
)

// A Case is a filter and the events that it matches, by their names in Events. It
// matches no other events.
type Case struct {
	About  string
	Filter filter.Filter
	Chosen []string
}

// always lists the events that a filter for keys matches for any keys.
var always = []string{
	"erased", "erased without a language", "erased again", "replaced", "replaced, language became fr", "huge, erased",
	"snapshot", "snapshot without a language", "snapshot of a ui", "snapshot of an erased user", "huge, snapshot",
}

var aboutLanguage = []string{
	"language set", "language became fr", "language became es", "language became DE", "language became de by \\u",
	"language became a list", "language became an object", "language unset",
	"large, language became fr", "large, language became es", "huge, language changed",
}

var aboutUI = []string{"ui.theme became dark"}

// Cases lists the filters and what they match.
func Cases() []Case {
	return []Case{
		{"all", filter.All(), announced()},
		{"a key", filter.Keys("language"), slices.Concat(always, aboutLanguage)},
		{"keys", filter.Keys("language", "name"), slices.Concat(always, aboutLanguage, []string{"name set"})},
		{"a key with a dot", filter.Keys("ui.theme"), slices.Concat(always, aboutUI)},
		{"a prefix", filter.Prefixes("ui."), slices.Concat(always, aboutUI)},
		{"prefixes", filter.Prefixes("ui", "languages"), slices.Concat(always, aboutUI, []string{"ui became an object", "uix set", "languages set"})},
		{"a key or a prefix", filter.Any(filter.Keys("name"), filter.Prefixes("ui.")), slices.Concat(always, aboutUI, []string{"name set"})},
		{"a filter for all or for less", filter.Any(filter.Keys("name"), filter.All()), announced()},
		{"became a text", filter.Became("language", events.Text("fr")), []string{
			"language became fr", "replaced, language became fr", "large, language became fr", "huge, language changed", "huge, erased",
		}},
		{"became one of two", filter.Became("language", events.Text("de"), events.Text("fr")), []string{
			"language set", "language became fr", "replaced, language became fr", "language became de by \\u",
			"language became a list", // a pattern compares the elements of a list
			"large, language became fr", "huge, language changed", "huge, erased",
		}},
		{"went", filter.Became("language", events.Unset), []string{"language unset", "erased", "replaced", "huge, erased", "huge, language changed"}},
		{"became a number", filter.Became("volume", events.JSON(`1`)), []string{"volume became 1.0"}},
		{"became true", filter.Became("beta", events.Bool(true)), []string{"beta became true"}},
		{"a dotted key became", filter.Became("ui.theme", events.Text("dark")), []string{
			"ui.theme became dark",
			"ui became an object", // a pattern sees both as the same path
		}},
		{"erasures", filter.Erasures(), []string{
			"erased", "erased without a language", "erased again", "replaced", "replaced, language became fr", "huge, erased", "snapshot of an erased user",
		}},
		{"became, or an erasure", filter.Any(filter.Became("beta", events.Bool(true)), filter.Erasures()), []string{
			"beta became true", "erased", "erased without a language", "erased again", "replaced", "replaced, language became fr", "huge, erased", "snapshot of an erased user",
		}},
	}
}

// announced returns the names of all announcements.
func announced() []string {
	var names []string
	for name := range announcements() {
		names = append(names, name)
	}
	return names
}

// Texts returns the case's pattern, and the events that it matches and does not match.
func (c *Case) Texts() (pattern string, chosen, left []string, err error) {
	pattern, err = c.Filter.Pattern()
	for name, text := range Events() {
		if slices.Contains(c.Chosen, name) {
			chosen = append(chosen, text)
		} else {
			left = append(left, text)
		}
	}
	slices.Sort(chosen)
	slices.Sort(left)
	return pattern, chosen, left, err
}
