package buses_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

const somePattern = `{"source":["x"]}`

var ruleCases = []conformance.Case{
	on("rule/put with a state that does not exist", func(s *scene) error {
		_, err := s.events.PutRule(s.ctx, &eventbridge.PutRuleInput{EventBusName: &s.bus, Name: aws.String("r"), EventPattern: aws.String(somePattern), State: "SLEEPING"})
		return refused(err, "ValidationException", "")
	}),
	on("rule/described", func(s *scene) error {
		pattern := `{ "detail": {"a": ["x", {"prefix": "y"}]} }`
		arn, err := s.rule("r", pattern)
		if err != nil {
			return err
		}
		if !strings.HasSuffix(arn, ":rule/"+s.bus+"/r") {
			err = fmt.Errorf("got the ARN %s", arn)
		}
		out, e := s.events.DescribeRule(s.ctx, &eventbridge.DescribeRuleInput{EventBusName: &s.bus, Name: aws.String("r")})
		if e != nil {
			return e
		}
		return errors.Join(err, equal("state", out.State, types.RuleStateEnabled), equal("pattern", *out.EventPattern, pattern),
			equal("bus", *out.EventBusName, s.bus), equal("ARN", *out.Arn, arn), equal("account", *out.CreatedBy, strings.Split(arn, ":")[4]))
	}),
	on("rule/on the default bus", func(s *scene) error {
		name := conformance.Name("rule")
		out, err := s.events.PutRule(s.ctx, &eventbridge.PutRuleInput{Name: &name, EventPattern: aws.String(somePattern)})
		if err != nil {
			return err
		}
		if !strings.HasSuffix(*out.RuleArn, ":rule/"+name) {
			err = fmt.Errorf("got the ARN %s", *out.RuleArn)
		}
		return errors.Join(err, s.clearRule("default", name))
	}),
	on("rule/put again keeps its targets and changes the rest", func(s *scene) error {
		q, err := s.delivering("r", nil)
		if err != nil {
			return err
		}
		if _, err := s.rule("r", somePattern); err != nil {
			return err
		}
		rule, err := s.events.DescribeRule(s.ctx, &eventbridge.DescribeRuleInput{EventBusName: &s.bus, Name: aws.String("r")})
		if err != nil {
			return err
		}
		return errors.Join(equal("pattern", *rule.EventPattern, somePattern), s.hasTargets("r", "target="+q.arn))
	}),
	on("rule/without a pattern", func(s *scene) error {
		_, err := s.events.PutRule(s.ctx, &eventbridge.PutRuleInput{EventBusName: &s.bus, Name: aws.String("r")})
		return refused(err, "ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.")
	}),
	on("rule/with a bad pattern", func(s *scene) error {
		_, err := s.rule("r", `{"source":"x"}`)
		return refused(err, "InvalidEventPatternException", `Event pattern is not valid. Reason: "source" must be an object or an array`)
	}),
	on("rule/with a bad name", func(s *scene) error {
		_, err := s.rule("a rule", somePattern)
		return refused(err, "ValidationException", "")
	}),
	on("rule/with too long a name", func(s *scene) error {
		_, err := s.rule(strings.Repeat("r", 65), somePattern)
		return refused(err, "ValidationException", "")
	}),
	on("rule/on a bus that does not exist", func(s *scene) error {
		name := conformance.Name("nowhere")
		_, err := s.events.PutRule(s.ctx, &eventbridge.PutRuleInput{EventBusName: &name, Name: aws.String("r"), EventPattern: aws.String(somePattern)})
		return refused(err, "ResourceNotFoundException", "Event bus "+name+" does not exist.")
	}),
	on("rule/of one name on two buses", func(s *scene) error {
		second := s.bus + "-2"
		if _, err := s.events.CreateEventBus(s.ctx, &eventbridge.CreateEventBusInput{Name: &second}); err != nil {
			return err
		}
		one, err := s.rule("r", somePattern)
		other, e := s.events.PutRule(s.ctx, &eventbridge.PutRuleInput{EventBusName: &second, Name: aws.String("r"), EventPattern: aws.String(somePattern)})
		if err = errors.Join(err, e); err != nil {
			return err
		}
		if *other.RuleArn == one {
			err = fmt.Errorf("both are %s", one)
		}
		return errors.Join(err, s.clearBus(second))
	}),
	on("rule/described that does not exist", func(s *scene) error {
		_, err := s.events.DescribeRule(s.ctx, &eventbridge.DescribeRuleInput{EventBusName: &s.bus, Name: aws.String("r")})
		return refused(err, "ResourceNotFoundException", "Rule r does not exist on EventBus "+s.bus+".")
	}),
	on("rule/enabled that does not exist", func(s *scene) error {
		_, err := s.events.EnableRule(s.ctx, &eventbridge.EnableRuleInput{EventBusName: &s.bus, Name: aws.String("r")})
		return refused(err, "ResourceNotFoundException", "Rule r does not exist on EventBus "+s.bus+".")
	}),
	on("rule/disabled and enabled", func(s *scene) error {
		if _, err := s.rule("r", somePattern); err != nil {
			return err
		}
		_, err := s.events.DisableRule(s.ctx, &eventbridge.DisableRuleInput{EventBusName: &s.bus, Name: aws.String("r")})
		err = errors.Join(err, s.hasState("r", types.RuleStateDisabled))
		_, e := s.events.EnableRule(s.ctx, &eventbridge.EnableRuleInput{EventBusName: &s.bus, Name: aws.String("r")})
		return errors.Join(err, e, s.hasState("r", types.RuleStateEnabled))
	}),
	on("rule/put disabled", func(s *scene) error {
		_, err := s.events.PutRule(s.ctx, &eventbridge.PutRuleInput{EventBusName: &s.bus, Name: aws.String("r"), EventPattern: aws.String(somePattern), State: types.RuleStateDisabled})
		return errors.Join(err, s.hasState("r", types.RuleStateDisabled))
	}),
	on("rule/put again is enabled", func(s *scene) error {
		_, err := s.events.PutRule(s.ctx, &eventbridge.PutRuleInput{EventBusName: &s.bus, Name: aws.String("r"), EventPattern: aws.String(somePattern), State: types.RuleStateDisabled})
		if err == nil {
			_, err = s.rule("r", somePattern)
		}
		return errors.Join(err, s.hasState("r", types.RuleStateEnabled))
	}),
	on("rule/deleted with targets", func(s *scene) error {
		if _, err := s.delivering("r", nil); err != nil {
			return err
		}
		_, err := s.events.DeleteRule(s.ctx, &eventbridge.DeleteRuleInput{EventBusName: &s.bus, Name: aws.String("r")})
		return refused(err, "ValidationException", "Rule can't be deleted since it has targets.")
	}),
	on("rule/deleted that does not exist", func(s *scene) error {
		_, err := s.events.DeleteRule(s.ctx, &eventbridge.DeleteRuleInput{EventBusName: &s.bus, Name: aws.String("r")})
		return err
	}),
	on("rule/listed by prefix and in pages", func(s *scene) error {
		for _, name := range []string{"r-2", "r-1", "other", "r-3"} {
			if _, err := s.rule(name, somePattern); err != nil {
				return err
			}
		}
		first, err := s.events.ListRules(s.ctx, &eventbridge.ListRulesInput{EventBusName: &s.bus, NamePrefix: aws.String("r-"), Limit: aws.Int32(2)})
		if err != nil {
			return err
		}
		second, err := s.events.ListRules(s.ctx, &eventbridge.ListRulesInput{EventBusName: &s.bus, NamePrefix: aws.String("r-"), Limit: aws.Int32(2), NextToken: first.NextToken})
		if err != nil {
			return err
		}
		var names []string
		for _, r := range append(first.Rules, second.Rules...) {
			names = append(names, *r.Name)
		}
		return errors.Join(equal("names", names, "[r-1 r-2 r-3]"), equal("on the first page", len(first.Rules), 2), equal("next token", aws.ToString(second.NextToken), ""))
	}),
	on("rule/listed on a bus that does not exist", func(s *scene) error {
		_, err := s.events.ListRules(s.ctx, &eventbridge.ListRulesInput{EventBusName: aws.String(conformance.Name("nowhere"))})
		return refused(err, "ResourceNotFoundException", "")
	}),
}

func (s *scene) hasState(rule string, want types.RuleState) error {
	out, err := s.events.DescribeRule(s.ctx, &eventbridge.DescribeRuleInput{EventBusName: &s.bus, Name: &rule})
	if err != nil {
		return err
	}
	return equal("state", out.State, want)
}

// hasTargets compares the targets of a rule, each as id=ARN.
func (s *scene) hasTargets(rule string, want ...string) error {
	out, err := s.events.ListTargetsByRule(s.ctx, &eventbridge.ListTargetsByRuleInput{EventBusName: &s.bus, Rule: &rule})
	if err != nil {
		return err
	}
	got := map[string]bool{}
	for _, t := range out.Targets {
		got[*t.Id+"="+*t.Arn] = true
	}
	wanted := map[string]bool{}
	for _, w := range want {
		wanted[w] = true
	}
	return equal("targets", got, wanted)
}
