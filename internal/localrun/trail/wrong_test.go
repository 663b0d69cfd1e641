package trail

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A wrongWay is what goes wrong on the way of the change c, and what is said of it.
type wrongWay struct {
	facts func(r *recording) []world.Fact
	says  []string
}

var (
	early, c = change(1, ""), change(2, "")
	toQueue  = eventbridge.Delivery{Event: c.event(), Target: eventbridge.TargetConfig{ARN: "arn:aws:sqs:us-east-1:000000000000:changes"}}
	hook     = eventbridge.Delivery{Event: announcing("event", 7, c), Target: eventbridge.TargetConfig{ARN: "arn:hook"}, Accepted: start}
)

var wrongWays = map[string]wrongWay{
	"superseded": {func(*recording) []world.Fact {
		return []world.Fact{c.put(), c.queued("m"), started("apply", "r1", "m"), finished("apply", "r1", "m")}
	}, []string{"nothing stored: a later change had won", "outcome nothing new"}},
	"a duplicate": {func(r *recording) []world.Fact {
		r.journey(c)
		return []world.Fact{c.queued("m9"), started("apply", "r9", "m9"), finished("apply", "r9", "m9")}
	}, []string{"a duplicate: it is stored already", "outcome announced"}},
	"refused": {func(*recording) []world.Fact {
		return []world.Fact{
			c.put(), c.queued("m"), started("apply", "r1", "m"),
			sent("letters", "l", c.body(), "ERROR_CODE", "too_old", "ERROR_MESSAGE", "id: is 31 days old"), finished("apply", "r1", "m"),
		}
	}, []string{"dead letter letters; id: is 31 days old; failed: too_old", "outcome dead letter: too_old"}},
	"apply fails once": {func(r *recording) []world.Fact {
		return []world.Fact{
			c.put(), c.queued("m"), started("apply", "r1", "m"), failed("apply", "r1", "m"),
			started("apply", "r2", "m"), r.stored("100", 7, c), finished("apply", "r2", "m"),
		}
	}, []string{"request r1 with 1 message; it comes again; failed: it panicked", "request r2 with 1 message; stored as revision 7", "outcome under way"}},
	"republish fails once": {func(r *recording) []world.Fact {
		return []world.Fact{
			c.put(), c.queued("m"), started("apply", "r1", "m"), r.stored("100", 7, c), finished("apply", "r1", "m"),
			started("republish", "r2", "100"), failed("republish", "r2", "100"), started("republish", "r3", "100"), announced("event", 7, c), finished("republish", "r3", "100"),
		}
	}, []string{"request r2 with 1 record; it comes again", "request r3 with 1 record; announced revision 7", "outcome announced"}},
	"not announced": {func(r *recording) []world.Fact {
		return []world.Fact{
			c.put(), c.queued("m"), started("apply", "r1", "m"), r.stored("100", 7, c), finished("apply", "r1", "m"), started("republish", "r2", "100"),
			sent("unannounced", "l", `{"sequence_number":"100"}`, "ERROR_CODE", "undeliverable", "ERROR_MESSAGE", "the bus rejects it"), finished("republish", "r2", "100"),
		}
	}, []string{"dead letter unannounced; the bus rejects it; failed: undeliverable", "outcome dead letter: undeliverable"}},
	"given up by the stream": {func(r *recording) []world.Fact {
		return []world.Fact{
			c.put(), c.queued("m"), started("apply", "r1", "m"), r.stored("100", 7, c), finished("apply", "r1", "m"),
			lambda.Discarded{Condition: "RecordAgeExceeded", Items: []string{"100"}},
		}
	}, []string{"outcome not announced: RecordAgeExceeded"}},
	"matched by no rule": {func(*recording) []world.Fact {
		return []world.Fact{c.put(), eventbridge.Unmatched{Bus: "bus", Event: c.event()}}
	}, []string{"failed: no rule matches", "outcome lost: no rule of the bus matches it"}},
	"the bus tries again": {func(*recording) []world.Fact {
		return []world.Fact{c.put(), eventbridge.Failed{Delivery: toQueue, Err: fmt.Errorf("throttled")}, c.queued("m")}
	}, []string{"deliver changes; failed: throttled; it is tried again", "queue changes"}},
	"the bus gives up": {func(*recording) []world.Fact {
		return []world.Fact{c.put(), sent("letters", "l", c.body(), "ERROR_CODE", "NO_PERMISSIONS", "ERROR_MESSAGE", "no")}
	}, []string{"bus bus; failed: NO_PERMISSIONS", "outcome dead letter: NO_PERMISSIONS"}},
	"dropped": {func(*recording) []world.Fact {
		return []world.Fact{c.put(), eventbridge.Dropped{Delivery: toQueue, Reason: "no queue"}}
	}, []string{"deliver changes; failed: no queue"}},
	"received too often": {func(*recording) []world.Fact {
		return []world.Fact{c.put(), c.queued("m"), sqs.DeadLettered{From: "changes", To: "letters", Message: sqs.Message{ID: "m"}}}
	}, []string{"dead letter letters; received too often; failed: redrive", "outcome dead letter: redrive"}},
	"redriven": {func(r *recording) []world.Fact {
		return []world.Fact{
			c.put(), c.queued("m"), sqs.DeadLettered{From: "changes", To: "letters", Message: sqs.Message{ID: "m"}},
			sqs.Moved{From: "letters", To: "changes", Was: "m", Message: sqs.Message{ID: "m2", Body: c.body()}},
			started("apply", "r1", "m2"), r.stored("100", 7, c), finished("apply", "r1", "m2"),
		}
	}, []string{"queue changes; redriven", "stored as revision 7"}},
	"past the bus":  {func(*recording) []world.Fact { return []world.Fact{c.queued("m")} }, []string{"publish changes", "queue changes", "outcome under way"}},
	"said long ago": {func(r *recording) []world.Fact { r.now = start.Add(time.Hour); return []world.Fact{c.put()} }, []string{"0.0 0.0 publish bus"}},
	"a webhook": {func(r *recording) []world.Fact {
		r.journey(c)
		return []world.Fact{eventbridge.Delivered{Delivery: hook}}
	}, []string{"deliver hook"}},
	"a webhook that fails": {func(r *recording) []world.Fact {
		r.journey(c)
		return []world.Fact{eventbridge.Failed{Delivery: hook, Err: fmt.Errorf("500")}}
	}, []string{"deliver hook; failed: 500; it is tried again"}},
	"a function without a queue": {func(r *recording) []world.Fact {
		r.journey(c)
		e := announcing("event", 7, c)
		return []world.Fact{lambda.Queued{Function: "greet", ID: "q", Payload: e.Envelope()}, started("greet", "q", "q"), failed("greet", "q", "q"), lambda.GivenUp{Function: "greet", ID: "q", Condition: "RetriesExhausted"}}
	}, []string{"deliver greet", "process greet; request q with 1 message; failed: it panicked", "dead letter greet; failed: RetriesExhausted"}},
	"one of two in a profile": {func(r *recording) []world.Fact {
		r.journey(early)
		return []world.Fact{c.put(), c.queued("m9"), started("apply", "r9", "m9"), r.stored("101", 8, early, c), finished("apply", "r9", "m9")}
	}, []string{"stored as revision 8; folded with " + early.ID.String()}},
}

func TestWhatGoesWrong(t *testing.T) {
	for name, test := range wrongWays {
		t.Run(name, func(t *testing.T) {
			r := record(t)
			r.tell(test.facts(r)...)
			text := r.printed(c.ID.String())
			for _, want := range test.says {
				if !strings.Contains(text, want) {
					t.Errorf("does not say %q:\n%s", want, text)
				}
			}
			r.namesNobody()
		})
	}
}
