package filter_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
	"github.com/bot-preferences/bot-preferences/subscriber/filter"
)

var (
	anyKey   = rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9_.:-]{0,9}`)
	anyValue = rapid.OneOf(
		rapid.Map(rapid.String(), valueOf[string]), rapid.Map(rapid.IntRange(-5, 5), valueOf[int]),
		rapid.Map(rapid.Bool(), valueOf[bool]), rapid.Just(events.Unset),
	)
)

func valueOf[V any](v V) events.Value {
	value, err := events.ValueOf(v)
	if err != nil {
		panic(err) // texts of rapid are valid UTF-8
	}
	return value
}

// For any key and values the pattern is valid. It selects announcements in which the
// key became one of the values, and nothing else.
func TestAnyKeyAndValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, other := anyKey.Draw(t, "key"), anyKey.Draw(t, "other")
		wanted, became := anyValue.Draw(t, "wanted"), anyValue.Draw(t, "became")
		if rapid.Bool().Draw(t, "same") {
			other, became = key, wanted
		}
		u := events.PreferencesUpdated{UserID: "u1", Revision: 1, Changes: events.Preferences{other: became}, ChangedKeys: []string{other}, Preferences: events.Preferences{}}
		e := events.Envelope{ID: "1", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: u.Fit()}
		prefix := key[:rapid.IntRange(1, len(key)).Draw(t, "prefix")]
		for _, row := range []struct {
			filter filter.Filter
			want   bool
		}{
			{filter.Became(key, wanted), key == other && wanted == became},
			{filter.Keys(key), key == other},
			{filter.Prefixes(prefix), strings.HasPrefix(other, prefix)},
		} {
			text, err := row.filter.Pattern()
			if err != nil {
				t.Fatal(err)
			}
			p, err := pattern.Compile([]byte(text))
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if got, err := p.Match(e.AppendJSON(nil)); err != nil || got != row.want {
				t.Errorf("%s: %s=%s: chosen %v, %v; want %v", text, other, became, got, err, row.want)
			}
		}
	})
}
