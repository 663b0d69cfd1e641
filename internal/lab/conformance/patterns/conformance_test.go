package patterns_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
)

func TestMain(m *testing.M) { conformance.Main(m) }

// matcher tells whether the event matches the pattern. If one of the two is refused,
// its error is errPattern or errEvent, with the reason. refused says that the table
// expects such an error.
type matcher func(pattern, event string, refused bool) (bool, error)

var (
	errPattern = errors.New("the pattern is refused")
	errEvent   = errors.New("the event is refused")
)

// check is one line of the table.
type check struct {
	name string
	run  func(matcher) error
}

func checks() []check {
	var all []check
	for _, group := range slices.Sorted(maps.Keys(rules)) {
		for _, r := range rules[group] {
			all = append(all, check{group + "/" + r.about, r.check})
		}
	}
	for _, r := range refusals {
		all = append(all, check{"refused/" + r.about, r.check})
	}
	return append(all, check{"refused/what is no event", checkBadEvents})
}

func (r rule) check(m matcher) error {
	var failed error
	for _, e := range slices.Concat(r.matches, r.misses) {
		got, err := m(r.pattern, e, false)
		switch want := slices.Contains(r.matches, e); {
		case err != nil:
			failed = errors.Join(failed, fmt.Errorf("pattern %s, event %s: %w", r.pattern, e, err))
		case got != want:
			failed = errors.Join(failed, fmt.Errorf("pattern %s, event %s: got %v, want %v", r.pattern, e, got, want))
		}
	}
	return failed
}

func (r refusal) check(m matcher) error {
	got, err := m(r.pattern, `{}`, true)
	if !errors.Is(err, errPattern) || !strings.Contains(err.Error(), r.reason) {
		return fmt.Errorf("pattern %.99s: got %v, %w, want that it is refused: %s", r.pattern, got, err, r.reason)
	}
	return nil
}

func checkBadEvents(m matcher) error {
	var failed error
	for _, e := range badEvents {
		if got, err := m(`{"a":["x"]}`, e, true); !errors.Is(err, errEvent) {
			failed = errors.Join(failed, fmt.Errorf("event %s: got %v, %w, want that it is refused", e, got, err))
		}
	}
	return failed
}

func TestTheTableIsLarge(t *testing.T) {
	pairs, names := len(refusals)+len(badEvents), map[string]bool{}
	for _, group := range rules {
		for _, r := range group {
			pairs += len(r.matches) + len(r.misses)
		}
	}
	for _, c := range checks() {
		if names[c.name] {
			t.Errorf("two lines are named %s", c.name)
		}
		names[c.name] = true
	}
	t.Logf("%d patterns, %d answers", len(names), pairs)
	if pairs < 400 {
		t.Errorf("only %d answers are in the table", pairs)
	}
}

func TestLocalMatcher(t *testing.T) {
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) { conformance.Hold(t, c.run(local), "") })
	}
}

func local(text, event string, _ bool) (bool, error) {
	p, err := pattern.Compile([]byte(text))
	if err != nil {
		return false, fmt.Errorf("%w: %w", errPattern, err)
	}
	matched, err := p.Match([]byte(event))
	if err != nil {
		err = fmt.Errorf("%w: %w", errEvent, err)
	}
	return matched, err
}

// differences lists event-ruler's differences from EventBridge. The differential run
// has more.
var differences = []conformance.Difference{
	{Implementation: "ruler", Case: "refused/text behind", Reason: "it stops reading at the end of the first object; a text that goes on is no JSON"},
	{Implementation: "ruler", Case: "refused/too long", Reason: "the quota of 2,048 characters is EventBridge's"},
	{Implementation: "ruler", Case: "number/a double that Java 17 prints too long", Reason: "Java before 19 prints some doubles with digits too many (JDK-4511638); the README promises those of IEEE 754"},
	{Implementation: "ruler", Case: "array/outside and inside of an array", Reason: "StructuredFinder differs from ACFinder, which the README says it equals"},
}

func TestRuler(t *testing.T) {
	if !slices.Contains(conformance.Chosen(), "ruler") {
		t.Skip("BOTPREFS_CONFORMANCE does not name ruler")
	}
	ruler, err := peers.StartRuler(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks() {
		declared := ""
		for _, d := range differences {
			if d.Case == c.name {
				declared = d.Reason
			}
		}
		t.Run(c.name, func(t *testing.T) { conformance.Hold(t, c.run(matcherOf(ruler)), declared) })
	}
}

func matcherOf(ruler *peers.Ruler) matcher {
	return func(pattern, event string, _ bool) (bool, error) {
		matched, err := ruler.Match(pattern, event)
		var refused *peers.Refusal
		switch {
		case !errors.As(err, &refused):
			return matched, err
		case refused.Answer.Verdict == peers.PatternRefused:
			return false, fmt.Errorf("%w: %w", errPattern, err)
		}
		return false, fmt.Errorf("%w: %w", errEvent, err)
	}
}

// TestEventPattern asks over the SDK.
func TestEventPattern(t *testing.T) {
	var cases []conformance.Case
	for _, c := range checks() {
		cases = append(cases, conformance.Case{Name: c.name, Check: func(ctx context.Context, cfg aws.Config) error {
			return c.run(overSDK(ctx, eventbridge.NewFromConfig(cfg)))
		}})
	}
	var declared []conformance.Difference
	for _, d := range differences {
		if d.Implementation != "ruler" {
			declared = append(declared, d)
		}
	}
	conformance.Run(t, conformance.Patterns, cases, declared)
}

// overSDK puts the event into the detail of another event, because a service requires
// the other members. Patterns that must be refused stay as they are.
func overSDK(ctx context.Context, client *eventbridge.Client) matcher {
	return func(pattern, event string, refused bool) (bool, error) {
		if !refused {
			pattern = `{"detail":` + pattern + `}`
		}
		if !slices.Contains(badEvents, event) {
			event = inEnvelope(event)
		}
		out, err := client.TestEventPattern(ctx, &eventbridge.TestEventPatternInput{EventPattern: &pattern, Event: &event})
		var invalid *types.InvalidEventPatternException
		var other smithy.APIError
		switch {
		case errors.As(err, &invalid):
			return false, fmt.Errorf("%w: %w", errPattern, err)
		case errors.As(err, &other) && other.ErrorCode() == "ValidationException":
			return false, fmt.Errorf("%w: %w", errEvent, err)
		case err != nil:
			return false, err
		}
		return out.Result, nil
	}
}

func inEnvelope(detail string) string {
	return `{"version":"0","id":"1","detail-type":"t","source":"s","account":"123456789012","time":"2026-01-02T03:04:05Z",` +
		`"region":"us-east-1","resources":[],"detail":` + detail + `}`
}
