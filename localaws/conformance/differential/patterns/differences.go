package patterns

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bot-preferences/bot-preferences/localaws/conformance/peers"
)

// difference is a way in which localaws and event-ruler are known to differ.
type difference struct {
	reason  string // why that is right
	example peers.Question
	is      func(d disagreement) bool
}

// disagreement is what the two sides say to one question.
type disagreement struct {
	peers.Question
	ours, theirs peers.Answer
	apart        peers.Answer // event-ruler's, with each test in a machine of its own
}

var differences = []difference{
	{
		reason:  "EventBridge's quota of 2,048 characters a pattern is the service's, not event-ruler's",
		example: peers.Question{Pattern: `{"a":["` + strings.Repeat("x", 2048) + `"]}`, Event: `{}`},
		is: func(d disagreement) bool {
			return d.ours.Verdict == peers.PatternRefused && utf8.RuneCountInString(d.Pattern) > 2048
		},
	},
	{
		reason:  "event-ruler stops reading at the end of the first object; a text that goes on is no JSON",
		example: peers.Question{Pattern: `{"a":["x"]}}`, Event: `{"a":"x"}`},
		is: func(d disagreement) bool {
			return strings.HasSuffix(d.ours.Message, "there is text after the pattern") || strings.HasSuffix(d.ours.Message, "there is text after the object")
		},
	},
	{
		reason: "event-ruler's newer search (StructuredFinder) loses a value that lies outside an array where a namesake lies inside; " +
			"localaws answers as its older one (ACFinder), which it says it equals",
		example: peers.Question{Pattern: `{"a":{"b":["x"],"c":["y"]}}`, Event: `{"a":[{"b":"x"},{"c":"z"}],"a.c":"y"}`},
		is:      func(d disagreement) bool { return d.matching() && d.ours.Verdict == d.apart.Stepwise },
	},
	{
		reason: "event-ruler contradicts itself: two tests of a field disturb each other in its machine (a wildcard and equals-ignore-case, say), " +
			"and each in a machine of its own gives localaws' answer",
		example: peers.Question{Pattern: `{"a":[{"wildcard":"*a*b"},{"equals-ignore-case":"x"}]}`, Event: `{"a":"/"}`},
		is:      func(d disagreement) bool { return d.matching() && d.apart.Verdict == d.ours.Verdict },
	},
	{
		reason: "a wildcard that several alternatives of $or repeat is counted twice by event-ruler where its machine does not find the test before it again; " +
			"localaws always does, so that the two may differ by little",
		example: peers.Question{Pattern: `{"$or":[{"c":[1]},{"d":[2]}],"b":["z",{"wildcard":"*.x*y*\"*"}]}`, Event: `{}`},
		is: func(d disagreement) bool {
			complex := strings.Contains(d.ours.Message+d.theirs.Message, "Rule is too complex")
			return complex && d.theirs.Complexity >= 9 && d.theirs.Complexity <= 12 && strings.Contains(d.Pattern, `"$or"`)
		},
	},
	{
		reason:  "event-ruler takes an empty list within anything-but's prefix, suffix, equals-ignore-case and wildcard, and then fails or not, by accident",
		example: peers.Question{Pattern: `{"a":["x",{"anything-but":{"prefix":[]}}]}`, Event: `{"a":"x"}`},
		is: func(d disagreement) bool {
			return strings.Contains(d.ours.Message, "Empty arrays are not allowed in anything-but")
		},
	},
	{
		reason:  "event-ruler fails, with no rule that it names, to compare with the largest double or what lies beyond it",
		example: peers.Question{Pattern: `{"a":[{"numeric":[">=",1.7976931348623157e308]}]}`, Event: `{}`},
		is: func(d disagreement) bool {
			return d.theirs.Verdict == peers.PatternRefused && (d.theirs.Message == "null" || strings.HasPrefix(d.theirs.Message, "Index 10 out of bounds"))
		},
	},
	{
		reason:  "Java before 19 prints some doubles with digits too many (JDK-4511638), so that event-ruler does not compare them by value",
		example: peers.Question{Pattern: `{"a":[{"numeric":["=",1e23]}]}`, Event: `{"a":1e23}`},
		is:      func(d disagreement) bool { return slices.ContainsFunc(d.apart.Inexact, isShortest) },
	},
	{
		reason:  "event-ruler forgets an empty name at the end of a path and skips it in events, unless another pattern of the bus has it elsewhere",
		example: peers.Question{Pattern: `{"a":{"":["x"]}}`, Event: `{"a":{"":"x"}}`},
		is:      func(d disagreement) bool { return d.matching() && emptyAtEnd.MatchString(d.Pattern) },
	},
}

// matching tells whether both sides take the pattern and the event.
func (d disagreement) matching() bool {
	answers := []peers.Verdict{peers.Matched, peers.NotMatched}
	return slices.Contains(answers, d.ours.Verdict) && slices.Contains(answers, d.theirs.Verdict)
}

// emptyAtEnd finds a member with tests of which the name is empty or ends with
// a dot.
var emptyAtEnd = regexp.MustCompile(`"([^"\\]*\.)?":\[`)

// isShortest tells whether a number is the shortest one that stands for its
// float64, which is what Java 19 prints.
func isShortest(number string) bool {
	f, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return false
	}
	given, _ := new(big.Rat).SetString(number)
	shortest, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'e', -1, 64))
	return given.Cmp(shortest) == 0
}
