package patterns

import (
	"errors"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
)

// told is a disagreement with given answers of event-ruler, to the first question and
// to later ones. Without later answers, event-ruler agrees there.
type told struct {
	question     peers.Question
	theirs       peers.Answer
	separate     peers.Answer
	second       peers.Answer
	reasonsTaken int
}

func (c told) disagreement(t *testing.T) disagreement {
	t.Helper()
	peer := func(questions []peers.Question) ([]peers.Answer, error) {
		var answers []peers.Answer
		for _, q := range questions {
			switch {
			case q.Apart:
				answers = append(answers, c.separate)
			case c.second.Verdict != "":
				answers = append(answers, c.second)
			default:
				answers = append(answers, local(q))
			}
		}
		return answers, nil
	}
	d, err := disagree(peer, c.question, local(c.question), c.theirs)
	if err != nil || d == nil {
		t.Fatalf("%+v is no disagreement: %v", c.question, err)
	}
	d.reasons = c.reasonsTaken
	return *d
}

var (
	none       = peers.Answer{Verdict: peers.NotMatched, Stepwise: peers.NotMatched}
	match      = peers.Answer{Verdict: peers.Matched, Stepwise: peers.Matched}
	null       = peers.Answer{Verdict: peers.PatternRefused, Message: "null"}
	tooComplex = peers.Answer{Verdict: peers.PatternRefused, Message: "Rule is too complex", Complexity: 11}
	isInexact  = peers.Answer{Verdict: peers.NotMatched, Stepwise: peers.NotMatched, Inexact: []string{"1e23", "100000000000000000000000"}}
)

func incomparable(number string) peers.Answer {
	return peers.Answer{Verdict: peers.PatternRefused, Message: "Cannot compare number : " + number + "\n at [Source: ...]"}
}

func asking(pattern, event string) peers.Question {
	return peers.Question{Pattern: pattern, Event: event}
}

// Declared differences, by a word of their reason, and similar disagreements that are
// not declared. If two near misses differ only in the answer to the second question,
// that answer decides.
var judged = []struct {
	name, reason string // "": not declared
	told
}{
	{"a wildcard beside a $or", "counted twice", told{
		question: asking(`{"$or":[{"c":[1]},{"d":[2]}],"b":["z",{"wildcard":"*x*y"}]}`, `{}`), theirs: tooComplex}},
	{"a wildcard within a $or", "", told{
		question: asking(`{"$or":[{"c":[1]},{"d":[{"wildcard":"*x*y"}]}],"b":["z"]}`, `{}`), theirs: tooComplex}},
	{"a wildcard beside a $or, too complex alone", "", told{
		question: asking(`{"$or":[{"c":[1]},{"d":[2]}],"b":["z",{"wildcard":"*x*y"}]}`, `{}`), theirs: tooComplex, second: tooComplex}},
	{"a wildcard beside a $or, much too complex", "", told{
		question: asking(`{"$or":[{"c":[1]},{"d":[2]}],"b":["z",{"wildcard":"*x*y"}]}`, `{}`),
		theirs:   peers.Answer{Verdict: peers.PatternRefused, Message: "Rule is too complex", Complexity: 13}}},

	{"comparing with the largest double", "largest double", told{
		question: asking(`{"a":[{"numeric":[">=",1.7976931348623157e308]}]}`, `{}`), theirs: null}},
	{"the same with another index", "largest double", told{
		question: asking(`{"a":[{"numeric":["<",-1.7976931348623157e308]}]}`, `{}`),
		theirs:   peers.Answer{Verdict: peers.PatternRefused, Message: "Index 10 out of bounds for length 10"}}},
	{"comparing with a large double", "", told{question: asking(`{"a":[{"numeric":[">=",1.7976931348623155e308]}]}`, `{}`), theirs: null}},
	{"failing over something else", "", told{question: asking(`{"a":[{"wildcard":"*"}]}`, `{}`), theirs: null}},
	{"failing with a smaller double too", "", told{
		question: asking(`{"a":[{"numeric":[">=",1.7976931348623157e308]}]}`, `{}`), theirs: null, second: null}},

	{"a double printed too long in a pattern", "JDK-4511638", told{
		question: asking(`{"a":[{"numeric":["=",1e23]}]}`, `{"a":1e23}`), theirs: incomparable("1e23"), separate: isInexact}},
	{"a double printed too long in both", "JDK-4511638", told{
		question: asking(`{"a":[1e23]}`, `{"a":100000000000000000000000}`), theirs: none, separate: isInexact}},
	{"another number is to blame", "", told{
		question: asking(`{"a":[{"numeric":[">",7,"<",1e23]}]}`, `{"a":8}`), theirs: incomparable("7"), separate: isInexact}},
	{"another message", "", told{
		question: asking(`{"a":[{"numeric":["=",1e23]}]}`, `{"a":1e23}`), separate: isInexact,
		theirs: peers.Answer{Verdict: peers.PatternRefused, Message: "Empty arrays are not allowed"}}},
	{"a double printed too long that changes nothing", "", told{
		question: asking(`{"a":["x"],"b":[1e23,{"exists":true}]}`, `{"a":"x","b":1e23}`), theirs: none, separate: isInexact, second: none}},
	{"more digits than a double has", "", told{
		question: asking(`{"a":[100000000000000000000001]}`, `{"a":100000000000000000000001}`), theirs: none,
		separate: peers.Answer{Verdict: peers.NotMatched, Stepwise: peers.NotMatched, Inexact: []string{"100000000000000000000001"}}}},

	{"an empty name at the end", "empty name", told{question: asking(`{"a":{"":["x"]}}`, `{"a":{"":"x"}}`), theirs: none, separate: none}},
	{"a dot at the end", "empty name", told{question: asking(`{"a.":["x"]}`, `{"a":{"":"x"}}`), theirs: none, separate: none}},
	{"an empty name at the beginning", "", told{question: asking(`{"":{"a":["x"]}}`, `{"":{"a":"y"}}`), theirs: match, separate: match}},
	{"an empty name at the end that changes nothing", "", told{
		question: asking(`{"a":{"":["x"],"b":["y"]}}`, `{"a":{"":"x","b":"y"}}`), theirs: none, separate: none, second: none}},

	{"an empty name and a double printed too long", "JDK-4511638", told{
		question: asking(`{"a":{"":["x"]},"b":[1e23]}`, `{"a":{"":"x"},"b":1e23}`), theirs: none, separate: isInexact}},
	{"two reasons and another", "", told{
		question: asking(`{"a":{"":["x"]}}`, `{"a":{"":"x"}}`), theirs: none, separate: none, reasonsTaken: maxReasons}},
}

func TestOnlyWhatHasTheReasonIsDeclared(t *testing.T) {
	for _, c := range judged {
		known, err := declare(c.disagreement(t))
		switch {
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case known == nil && c.reason != "":
			t.Errorf("%s: not declared", c.name)
		case known != nil && (c.reason == "" || !strings.Contains(known.reason, c.reason)):
			t.Errorf("%s: declared as %q, want %q", c.name, known.reason, c.reason)
		}
	}
}

func TestAPeerThatFailsDeclaresNothing(t *testing.T) {
	gone := errors.New("gone")
	d := told{question: asking(`{"a":{"":["x"]}}`, `{"a":{"":"x"}}`), theirs: none, separate: none}.disagreement(t)
	d.peer = func([]peers.Question) ([]peers.Answer, error) { return nil, gone }
	if _, err := declare(d); !errors.Is(err, gone) {
		t.Errorf("error %v, want %v", err, gone)
	}
}

func TestRewriteChangesNamesAndNumbersAlone(t *testing.T) {
	const text = `{"":[1.0,{"a.":"1.0"}],"":{"x":-2e5,"b..c":null}}`
	got, ok := rewrite(text, filled, func(n string) string { return n + "0" })
	const want = `{"!":[1.00,{"a.!":"1.0"}],"!":{"x":-2e50,"b.!.c":null}}`
	if !ok || got != want {
		t.Errorf("got %s, %v, want %s", got, ok, want)
	}
	if _, ok := rewrite(`{"a":[1,]}`, same, same); ok {
		t.Error("what is no JSON was rewritten")
	}
}

func TestAlternativesAreMultipliedOut(t *testing.T) {
	var got []string
	for _, a := range alternativesOf(`{"a":{"$or":[{"b":[1]},{"c":[2],"d":["x"]}]},"$or":[{"e":[3]},{"f":[4]}]}`) {
		got = append(got, a.pattern())
	}
	const want = `{"a.b":[1],"e":[3]} {"a.b":[1],"f":[4]} {"a.c":[2],"a.d":["x"],"e":[3]} {"a.c":[2],"a.d":["x"],"f":[4]}`
	if strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
