package pattern_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
)

func TestCompileRefuses(t *testing.T) {
	for _, c := range []struct {
		name, pattern string
		path, reason  string
	}{
		{"an array", `["x"]`, "", "Filter is not an object"},
		{"broken JSON", `{"a":[`, "", "not valid JSON"},
		{"text behind", `{"a":["x"]} {}`, "", "text after the pattern"},
		{"an empty object", `{"a":{}}`, "a", "Empty objects are not allowed"},
		{"an empty pattern", `{}`, "", "Empty objects are not allowed"},
		{"an empty array", `{"a":[]}`, "a", "Empty arrays are not allowed"},
		{"a bare value", `{"d":{"a":"x"}}`, "d.a", `"a" must be an object or an array`},
		{"an array in an array", `{"a":[["x"]]}`, "a", "Match value must be String, number, true, false, or null"},
		{"an unknown operator", `{"a":[{"regex":"x"}]}`, "a", "Unrecognized match type regex"},
		{"an operator in capitals", `{"a":[{"Prefix":"x"}]}`, "a", "Unrecognized match type Prefix"},
		{"no operator", `{"a":[{}]}`, "a", "Match expression name not found"},
		{"two operators", `{"a":[{"prefix":"x","suffix":"y"}]}`, "a", "Only one key allowed in match expression"},
		{"prefix of a number", `{"a":[{"prefix":1}]}`, "a", "prefix match pattern must be a string"},
		{"prefix of something unknown", `{"a":[{"prefix":{"wildcard":"x"}}]}`, "a", "Unsupported prefix pattern: wildcard"},
		{"suffix of a list", `{"a":[{"suffix":["x"]}]}`, "a", "suffix match pattern must be a string"},
		{"equals-ignore-case of null", `{"a":[{"equals-ignore-case":null}]}`, "a", "equals-ignore-case match pattern must be a string"},
		{"wildcard of a list", `{"a":[{"wildcard":["x"]}]}`, "a", "wildcard match pattern must be a string"},
		{"two asterisks", `{"a":[{"wildcard":"x**"}]}`, "a", "Consecutive wildcard characters at pos 2"},
		{"a lone backslash", `{"a":[{"wildcard":"x\\y"}]}`, "a", "Invalid escape character at pos 2"},
		{"a backslash at the end", `{"a":[{"wildcard":"x\\"}]}`, "a", "Invalid escape character at pos 2"},
		{"exists of a word", `{"a":[{"exists":"yes"}]}`, "a", "exists match pattern must be either true or false."},
		{"anything-but null", `{"a":[{"anything-but":null}]}`, "a", "Value of anything-but must be an array or single string/number value."},
		{"anything-but a list with null", `{"a":[{"anything-but":["x",null]}]}`, "a", "Inside anything but list, start|null|boolean is not supported."},
		{"anything-but a mixed list", `{"a":[{"anything-but":["x",1]}]}`, "a", "mixed type is not supported"},
		{"anything-but an empty list", `{"a":[{"anything-but":[]}]}`, "a", "mixed type is not supported"},
		{"anything-but an unknown operator", `{"a":[{"anything-but":{"numeric":["=",1]}}]}`, "a", "Unsupported anything-but pattern: numeric"},
		{"anything-but an empty prefix", `{"a":[{"anything-but":{"prefix":""}}]}`, "a", "Null prefix/suffix not allowed"},
		{"anything-but a prefix of a number", `{"a":[{"anything-but":{"prefix":[1]}}]}`, "a", "prefix/suffix match pattern must be a string"},
		{"anything-but a number too precise", `{"a":[{"anything-but":1e400}]}`, "a", "Cannot compare number : 1e400"},
		{"numeric of a number", `{"a":[{"numeric":5}]}`, "a", "Value of numeric must be an array."},
		{"numeric of nothing", `{"a":[{"numeric":[]}]}`, "a", "Invalid member in numeric match"},
		{"numeric with an unknown operator", `{"a":[{"numeric":["!=",1]}]}`, "a", "Unrecognized numeric range operator: !="},
		{"numeric without a number", `{"a":[{"numeric":["<","1"]}]}`, "a", "Value of < must be numeric"},
		{"numeric equals with a range", `{"a":[{"numeric":["=",1,"<",2]}]}`, "a", "Too many elements in numeric expression"},
		{"numeric range the wrong way", `{"a":[{"numeric":[">",1,">",2]}]}`, "a", "Bad numeric range operator: >"},
		{"numeric range without values", `{"a":[{"numeric":[">",2,"<",2]}]}`, "a", "Bottom must be less than top"},
		{"numeric range with more", `{"a":[{"numeric":[">",1,"<",2,3]}]}`, "a", "Too many terms in numeric range expression"},
		{"cidr without a slash", `{"a":[{"cidr":"10.0.0.1"}]}`, "a", "Malformed CIDR, one '/' required"},
		{"cidr of a name", `{"a":[{"cidr":"ten/8"}]}`, "a", "Nonstandard IP address: ten"},
		{"cidr with a bad mask", `{"a":[{"cidr":"10.0.0.0/x"}]}`, "a", "mask bits must be an integer"},
		{"cidr of one address", `{"a":[{"cidr":"10.0.0.0/32"}]}`, "a", "IPv4 mask bits must be < 32"},
		{"$or of an object", `{"$or":{"a":["x"]}}`, "$or", "It must be an Array followed with $or."},
		{"$or of values", `{"$or":["x","y"]}`, "$or", "Only JSON object is allowed in array of $or relationship."},
		{"$or of one", `{"$or":[{"a":["x"]}]}`, "$or", "There must have at least 2 Objects in $or relationship."},
		{"an operator's name in $or", `{"$or":[{"prefix":["x"]},{"b":["y"]}]}`, "prefix", "prefix is Ruler reserved fieldName which cannot be used inside $or."},
		{"too long", `{"a":["` + strings.Repeat("é", 2048) + `"]}`, "", "at most 2048 are allowed"},
		{"too many combinations", manyCombinations(10), "k9.$or", "more than 1000 rule combinations"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := pattern.Compile([]byte(c.pattern))
			var e *pattern.Error
			if !errors.As(err, &e) {
				t.Fatalf("Compile(%s) = %v, want a *pattern.Error", c.pattern, err)
			}
			if e.Path != c.path || !strings.Contains(e.Reason, c.reason) {
				t.Errorf("got field %q, reason %q; want field %q, reason with %q", e.Path, e.Reason, c.path, c.reason)
			}
		})
	}
}

func TestCompileTakesTheQuotaWhole(t *testing.T) {
	p := `{"a":["` + strings.Repeat("é", 2048-len(`{"a":[""]}`)) + `"]}`
	if _, err := pattern.Compile([]byte(p)); err != nil {
		t.Errorf("2,048 characters: %v", err)
	}
	if _, err := pattern.Compile([]byte(manyCombinations(9))); err != nil {
		t.Errorf("512 combinations: %v", err)
	}
}

func TestCompileLimitsWildcards(t *testing.T) {
	// The numbers are those of event-ruler's MachineComplexityEvaluator; ten may be.
	for _, c := range []struct {
		pattern string
		takes   bool
	}{
		{`{"a":[{"wildcard":"*:*:*:*:event-bus/*"}]}`, true},
		{`{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}`, false},
		{`{"a":[{"anything-but":{"wildcard":["*:*:*:*:*:event-bus/*","x"]}}]}`, false},
		{`{"b":[{"wildcard":"*.x*y*\"*"}]}`, true},
		{`{"$or":[{"c":[1]},{"d":[2]}],"b":[{"wildcard":"*.x*y*\"*"}]}`, false},                   // twice in one machine
		{`{"$or":[{"c":[1]},{"d":[2]}],"b":[{"anything-but":8},{"wildcard":"*.x*y*\"*"}]}`, true}, // but with one end
		{`{"a":[1],"b":[{"exists":false}],"c":[{"wildcard":"*:*:*:*:*:x/*"}]}`, false},            // behind others
		{`{"a":[{"wildcard":"*:*:*:*x*"}],"b":[{"wildcard":"*:*:*:*y*"}]}`, true},                 // each for itself
		{`{"a":[{"wildcard":"\\**\\**\\**"},{"prefix":"*"},"*"]}`, true},                          // escaped
		{`{"a":["*","a*b"],"b":[{"exactly":"*:*:*:*:*:event-bus/*"},{"suffix":"***"}]}`, true},    // no wildcards
	} {
		if _, err := pattern.Compile([]byte(c.pattern)); (err == nil) != c.takes {
			t.Errorf("%s: got %v, want that it is taken: %v", c.pattern, err, c.takes)
		}
	}
}

func TestErrorNamesFieldAndRule(t *testing.T) {
	_, err := pattern.Compile([]byte(`{"detail":{"a":[]}}`))
	want := "Event pattern is not valid. Reason: Empty arrays are not allowed (field detail.a)"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestMatchRefusesWhatIsNoEvent(t *testing.T) {
	p, err := pattern.Compile([]byte(`{"a":["x"]}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range []string{``, `[]`, `"x"`, `{"a":`, `{} {}`} {
		if _, err := p.Match([]byte(event)); err == nil {
			t.Errorf("Match(%q) took it", event)
		}
	}
}

// manyCombinations is a pattern of 2 to the power n branches.
func manyCombinations(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"k%d":{"$or":[{"a":[1]},{"b":[1]}]}`, i)
	}
	return "{" + b.String()[1:] + "}"
}

func BenchmarkMatch(b *testing.B) {
	p, err := pattern.Compile([]byte(`{"source":["bot"],"detail-type":["PreferenceChange"],"detail":{"changed_keys":["language"]}}`))
	if err != nil {
		b.Fatal(err)
	}
	event := []byte(`{"source":"bot","detail-type":"PreferenceChange","detail":{"changed_keys":["tone","language"],"preferences":{"language":"fr"}}}`)
	for b.Loop() {
		if ok, err := p.Match(event); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
