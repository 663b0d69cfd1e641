package patterns

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
)

// difference is a known way in which localaws and event-ruler differ.
type difference struct {
	reason  string // why that is right
	example peers.Question

	// matches tells whether the reason applies, from the question and the answers or
	// from the answers to a second question.
	matches func(d disagreement) (bool, error)
}

// disagreement holds the two answers to one question.
type disagreement struct {
	peers.Question
	ours, theirs peers.Answer
	separate     peers.Answer // event-ruler's answer, with each test in a machine of its own
	peer         ask          // for a second question
	reasons      int          // that were removed from the question already
}

// maxReasons is how many reasons one disagreement may have.
const maxReasons = 2

// declare returns the difference that explains a disagreement, or nil if none is
// declared.
func declare(d disagreement) (*difference, error) {
	for i := range differences {
		if matches, err := differences[i].matches(d); matches || err != nil {
			return &differences[i], err
		}
	}
	return nil, nil
}

var differences []difference

// Set here, because the declarations refer to declare.
func init() { differences = declarations }

var declarations = []difference{
	{
		reason:  "EventBridge's quota of 2,048 characters a pattern is the service's, not event-ruler's",
		example: peers.Question{Pattern: `{"a":["` + strings.Repeat("x", 2048) + `"]}`, Event: `{}`},
		matches: plainly(func(d disagreement) bool {
			return d.ours.Verdict == peers.PatternRefused && utf8.RuneCountInString(d.Pattern) > 2048
		}),
	},
	{
		reason:  "event-ruler stops reading at the end of the first object; a text that goes on is no JSON",
		example: peers.Question{Pattern: `{"a":["x"]}}`, Event: `{"a":"x"}`},
		matches: plainly(func(d disagreement) bool {
			return strings.HasSuffix(d.ours.Message, "there is text after the pattern") || strings.HasSuffix(d.ours.Message, "there is text after the object")
		}),
	},
	{
		reason: "event-ruler's newer search (StructuredFinder) loses a value that lies outside an array where a namesake lies inside; " +
			"localaws answers as its older one (ACFinder), which it says it equals",
		example: peers.Question{Pattern: `{"a":{"b":["x"],"c":["y"]}}`, Event: `{"a":[{"b":"x"},{"c":"z"}],"a.c":"y"}`},
		matches: plainly(func(d disagreement) bool { return d.matching() && d.ours.Verdict == d.separate.Stepwise }),
	},
	{
		reason: "event-ruler contradicts itself: two tests of a field disturb each other in its machine (a wildcard and equals-ignore-case, say), " +
			"and each in a machine of its own gives localaws' answer",
		example: peers.Question{Pattern: `{"a":[{"wildcard":"*a*b"},{"equals-ignore-case":"x"}]}`, Event: `{"a":"/"}`},
		matches: plainly(func(d disagreement) bool { return d.matching() && d.separate.Verdict == d.ours.Verdict }),
	},
	{
		reason: "a wildcard that several alternatives of $or repeat is counted twice by event-ruler where its machine does not find the test before it again; " +
			"localaws always does, so that the two may differ by little",
		example: peers.Question{Pattern: `{"$or":[{"c":[1]},{"d":[2]}],"b":["z",{"wildcard":"*.x*y*\"*"}]}`, Event: `{}`},
		matches: func(d disagreement) (bool, error) {
			complex := strings.Contains(d.ours.Message+d.theirs.Message, "Rule is too complex")
			if !complex || d.theirs.Complexity < 9 || d.theirs.Complexity > 12 {
				return false, nil
			}
			alternatives := alternativesOf(d.Pattern)
			if !repeatsWildcard(alternatives) {
				return false, nil
			}
			return d.taken(alternatives)
		},
	},
	{
		reason:  "event-ruler takes an empty list within anything-but's prefix, suffix, equals-ignore-case and wildcard, and then fails or not, by accident",
		example: peers.Question{Pattern: `{"a":["x",{"anything-but":{"prefix":[]}}]}`, Event: `{"a":"x"}`},
		matches: plainly(func(d disagreement) bool {
			return strings.Contains(d.ours.Message, "Empty arrays are not allowed in anything-but")
		}),
	},
	{
		reason:  "event-ruler fails, with no rule that it names, to compare with the largest double",
		example: peers.Question{Pattern: `{"a":[{"numeric":[">=",1.7976931348623157e308]}]}`, Event: `{}`},
		matches: func(d disagreement) (bool, error) {
			failed := d.theirs.Message == "null" || strings.HasPrefix(d.theirs.Message, "Index 10 out of bounds")
			if d.theirs.Verdict != peers.PatternRefused || !failed {
				return false, nil
			}
			return d.goneWithout(same, smaller)
		},
	},
	{
		reason:  "Java before 19 prints some doubles with digits too many (JDK-4511638), so that event-ruler does not compare them by value",
		example: peers.Question{Pattern: `{"a":[{"numeric":["=",1e23]}]}`, Event: `{"a":1e23}`},
		matches: func(d disagreement) (bool, error) {
			blamed, ok := strings.CutPrefix(d.theirs.Message, "Cannot compare number : ")
			blamed, _, _ = strings.Cut(blamed, "\n")
			long := func(number string) bool { return isShortest(number) && slices.Contains(d.separate.Inexact, number) }
			if !d.matching() && !(d.ours.Verdict != peers.PatternRefused && ok && long(blamed)) {
				return false, nil
			}
			return d.goneWithout(same, func(number string) string {
				if long(number) {
					return nearby(number)
				}
				return number
			})
		},
	},
	{
		reason:  "event-ruler forgets an empty name at the end of a path and skips it in events, unless another pattern of the bus has it elsewhere",
		example: peers.Question{Pattern: `{"a":{"":["x"]}}`, Event: `{"a":{"":"x"}}`},
		matches: func(d disagreement) (bool, error) {
			if !d.matching() || !emptyAtEnd.MatchString(d.Pattern) {
				return false, nil
			}
			return d.goneWithout(filled, same)
		},
	},
}

// plainly is for a difference that needs no second question.
func plainly(matches func(d disagreement) bool) func(disagreement) (bool, error) {
	return func(d disagreement) (bool, error) { return matches(d), nil }
}

// goneWithout asks again with other names and numbers. The reason applies if localaws
// then answers as before, and event-ruler now agrees or differs for a reason of its
// own. A case may have two reasons.
func (d disagreement) goneWithout(name, number func(string) string) (bool, error) {
	q := otherwise(d.Question, name, number)
	if q == otherwise(d.Question, same, same) || d.reasons == maxReasons {
		return false, nil
	}
	ours := local(q)
	theirs, err := d.peer([]peers.Question{q})
	if err != nil || ours.Verdict != d.ours.Verdict {
		return false, err
	}
	left, err := disagree(d.peer, q, ours, theirs[0])
	if left == nil || err != nil {
		return err == nil, err
	}
	left.reasons = d.reasons + 1
	known, err := declare(*left)
	return known != nil, err
}

// taken asks both sides about each alternative alone. If one is too complex on its own,
// nothing was counted twice.
func (d disagreement) taken(alternatives []alternative) (bool, error) {
	var questions []peers.Question
	for _, a := range alternatives {
		questions = append(questions, peers.Question{Pattern: a.pattern(), Event: `{}`})
	}
	theirs, err := d.peer(questions)
	if err != nil {
		return false, err
	}
	for i, q := range questions {
		if theirs[i].Verdict == peers.PatternRefused || local(q).Verdict == peers.PatternRefused {
			return false, nil
		}
	}
	return true, nil
}

// repeatsWildcard tells whether two alternatives have the same wildcard test for the
// same path.
func repeatsWildcard(alternatives []alternative) bool {
	in := map[string]int{} // the alternative, counted from 1, by path and test
	for i, a := range alternatives {
		for _, l := range a {
			for _, test := range l.tests {
				key := l.path + "\n" + string(test)
				if strings.Contains(string(test), `"wildcard"`) && in[key] != 0 && in[key] != i+1 {
					return true
				}
				in[key] = i + 1
			}
		}
	}
	return false
}

// smaller replaces smaller numbers by the largest double and its negative.
func smaller(number string) string {
	switch float(number) {
	case math.MaxFloat64:
		return "1.5e308"
	case -math.MaxFloat64:
		return "-1.5e308"
	}
	return number
}

// nearby returns a nearby double that Java prints with as few digits as it has.
func nearby(number string) string {
	f := float(number)
	if math.Abs(f) < 1e-300 {
		return "1e-300"
	}
	return strconv.FormatFloat(1.25*f, 'e', 3, 64)
}

// matching tells whether both sides accept the pattern and the event.
func (d disagreement) matching() bool {
	answers := []peers.Verdict{peers.Matched, peers.NotMatched}
	return slices.Contains(answers, d.ours.Verdict) && slices.Contains(answers, d.theirs.Verdict)
}

// emptyAtEnd finds a member with tests whose name is empty or ends with a dot.
var emptyAtEnd = regexp.MustCompile(`"([^"\\]*\.)?":\[`)
