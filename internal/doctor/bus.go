package doctor

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// changePattern is the pattern of the rule that feeds the change queue, in canonical form.
const changePattern = `{"detail-type":["PreferenceChange"]}`

const lostChanges = "Changes on the bus do not reach the change queue and are lost to it. The archive has them: replay it afterwards (docs/recovery.md)."

// ruleName is that of the rule which feeds the change queue.
func (e *Examination) ruleName() string { return e.Stack.Stack + "-changes" }

func (e *Examination) deploy() string { return "npx osls deploy --stage " + e.Stage }

func (e *Examination) checkBus(ctx context.Context, r *Result) error {
	bus, rule := e.Stack.Bus, e.ruleName()
	if _, err := e.EventBridge.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: &bus}); missing(err) {
		r.find("bus-missing", "There is no bus "+bus+".", "Bots cannot publish, and nothing is announced.", e.deploy())
		return nil
	} else if err != nil {
		return err
	}
	out, err := e.EventBridge.DescribeRule(ctx, &eventbridge.DescribeRuleInput{EventBusName: &bus, Name: &rule})
	if missing(err) {
		r.find("rule-missing", "The bus "+bus+" has no rule "+rule+".", lostChanges, e.deploy())
		return nil
	}
	if err != nil {
		return err
	}
	if out.State == types.RuleStateDisabled {
		r.find("rule-off", "The rule "+rule+" is disabled.", lostChanges,
			fmt.Sprintf("%s events enable-rule --event-bus-name %s --name %s", e.Commands.AWS, bus, rule))
	}
	if got := canonical(aws.ToString(out.EventPattern)); got != changePattern {
		r.find("rule-pattern", "The rule "+rule+" matches "+got+", not "+changePattern+".", lostChanges,
			fmt.Sprintf("%s events put-rule --event-bus-name %s --name %s --event-pattern '%s'", e.Commands.AWS, bus, rule, changePattern))
	}
	return e.checkTargets(ctx, r)
}

func (e *Examination) checkTargets(ctx context.Context, r *Result) error {
	bus, rule := e.Stack.Bus, e.ruleName()
	queue, err := e.queue(ctx, e.Stack.ChangeQueue)
	if err != nil {
		return err
	}
	letters, err := e.queue(ctx, e.Stack.ChangeDeadLetters)
	if err != nil {
		return err
	}
	out, err := e.EventBridge.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{EventBusName: &bus, Rule: &rule})
	if err != nil {
		return err
	}
	put := fmt.Sprintf(`%s events put-targets --event-bus-name %s --rule %s --targets '[{"Id":"change-queue","Arn":"%s","DeadLetterConfig":{"Arn":"%s"}}]'`,
		e.Commands.AWS, bus, rule, queue.arn, letters.arn)
	for _, t := range out.Targets {
		if aws.ToString(t.Arn) != queue.arn {
			continue
		}
		if t.Input != nil || t.InputPath != nil || t.InputTransformer != nil {
			r.find("target-input", "The rule "+rule+" changes what it delivers to the change queue.",
				"The consumer needs the whole event: every change becomes a dead letter.", put)
		}
		if t.DeadLetterConfig == nil || aws.ToString(t.DeadLetterConfig.Arn) != letters.arn {
			r.find("target-dead-letters", "The rule's target does not use the dead-letter queue "+e.Stack.ChangeDeadLetters.Name+".",
				"A change that cannot be delivered for 24 hours is lost.", put)
		}
		if len(r.Findings) == 0 {
			r.Summary = "bus " + bus + ", rule " + rule + " to " + e.Stack.ChangeQueue.Name
		}
		return nil
	}
	r.find("target-missing", "The rule "+rule+" does not deliver to the change queue.", lostChanges, put)
	return nil
}
