package filter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/filters"
	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
	"github.com/bot-preferences/bot-preferences/subscriber/filter"
)

func compiled(t *testing.T, f filter.Filter) *pattern.Pattern {
	t.Helper()
	text, err := f.Pattern()
	if err != nil {
		t.Fatal(err)
	}
	p, err := pattern.Compile([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return p
}

func TestFiltersChoose(t *testing.T) {
	all := filters.Events()
	for _, c := range filters.Cases() {
		p := compiled(t, c.Filter)
		for name, text := range all {
			want := slices.Contains(c.Chosen, name)
			if got, err := p.Match([]byte(text)); err != nil || got != want {
				t.Errorf("%s: %s: chosen %v, %v; want %v", c.About, name, got, err, want)
			}
		}
		for _, name := range c.Chosen {
			if all[name] == "" {
				t.Errorf("%s: there is no event %q", c.About, name)
			}
		}
	}
}

// Announcements that are really too large: without preferences, and without
// changes too.
func TestFiltersChooseWhatIsTooLarge(t *testing.T) {
	state := func(keys, bytes int, language events.Value) *events.Profile {
		p := &events.Profile{UserID: "u1", Revision: int64(keys)}
		p.Entries = map[string]events.Entry{"language": {Value: language}}
		for i := range keys {
			p.Entries[fmt.Sprintf("k%d", i)] = events.Entry{Value: events.JSON(`"` + strings.Repeat("x", bytes) + `"`)}
		}
		return p
	}
	for _, row := range []struct {
		about       string
		keys, bytes int
		changes     bool // they are there
	}{{"large", 10, 15 << 10, true}, {"huge", 1000, 262, false}} {
		u := events.Announce(state(0, 0, events.Text("de")), state(row.keys, row.bytes, events.Text("fr")))
		text := u.Fit()
		if !u.Truncated || (u.Changes != nil) != row.changes {
			t.Fatalf("%s: truncated %v, %d changes", row.about, u.Truncated, len(u.Changes))
		}
		e := events.Envelope{ID: "1", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: text}
		for name, f := range map[string]filter.Filter{
			"a key": filter.Keys("language"), "a prefix": filter.Prefixes("lang"), "became": filter.Became("language", events.Text("fr")),
		} {
			if got, err := compiled(t, f).Match(e.AppendJSON(nil)); err != nil || !got {
				t.Errorf("%s: %s: chosen %v, %v", row.about, name, got, err)
			}
		}
		if got, _ := compiled(t, filter.Keys("lang")).Match(e.AppendJSON(nil)); got {
			t.Errorf("%s: chosen by another key", row.about)
		}
	}
}

func TestFiltersThatCannotBe(t *testing.T) {
	var many []string
	for i := range 200 {
		many = append(many, fmt.Sprintf("a-long-name-%d", i))
	}
	for name, row := range map[string]struct {
		filter filter.Filter
		reason string
	}{
		"no key":         {filter.Keys(), "there is no key"},
		"no prefix":      {filter.Prefixes(), "there is no key"},
		"a bad key":      {filter.Keys("language", "$or"), `"$or" cannot be a key`},
		"a bad prefix":   {filter.Prefixes(".ui"), `".ui" cannot begin a key`},
		"the empty one":  {filter.Prefixes(""), `"" cannot begin a key`},
		"a bad name":     {filter.Became("a b", events.JSON(`1`)), `"a b" cannot be a key`},
		"no value":       {filter.Became("language"), "there is no value"},
		"an object":      {filter.Became("ui", events.Text("x"), events.JSON(` {"theme":1}`)), "value 1"},
		"a list":         {filter.Became("ui", events.JSON(`[1]`)), "value 0"},
		"no JSON":        {filter.Became("language", events.JSON(`de`)), "value 0"},
		"white space":    {filter.Became("language", events.JSON(` `)), "value 0"},
		"within another": {filter.Any(filter.All(), filter.Keys()), "there is no key"},
		"nothing":        {filter.Any(), "choose nothing"},
		"the zero one":   {filter.Filter{}, "choose nothing"},
		"too long":       {filter.Keys(many...), "of which EventBridge takes 2048"},
	} {
		if text, err := row.filter.Pattern(); err == nil || !strings.Contains(err.Error(), row.reason) {
			t.Errorf("%s: %s, %v", name, text, err)
		}
	}
}

// EventBridge accepts 2,048 characters, however many bytes they have.
func TestPatternsMayHave2048Characters(t *testing.T) {
	filled := func(character string, characters int) filter.Filter {
		frame, err := filter.Became("language", events.Text("")).Pattern()
		if err != nil {
			t.Fatal(err)
		}
		return filter.Became("language", events.JSON(`"`+strings.Repeat(character, characters-len(frame))+`"`))
	}
	for _, character := range []string{"x", "é"} {
		text, err := filled(character, 2048).Pattern()
		if err != nil || utf8.RuneCountInString(text) != 2048 {
			t.Errorf("2048 of %s: %d characters, %v", character, utf8.RuneCountInString(text), err)
		}
		if _, err := filled(character, 2049).Pattern(); err == nil || !strings.Contains(err.Error(), "the pattern has 2049 characters, of which EventBridge takes 2048") {
			t.Errorf("2049 of %s: %v", character, err)
		}
	}
}
