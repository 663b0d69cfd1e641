package buses_test

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

var targetCases = []conformance.Case{
	on("target/put, replaced and removed", func(s *scene) error {
		q, err := s.delivering("r", nil)
		if err != nil {
			return err
		}
		other, err := s.queue()
		if err != nil {
			return err
		}
		one, two := aws.String("target"), aws.String("two")
		err = s.targets("r", types.Target{Id: two, Arn: &q.arn})
		err = errors.Join(err, s.hasTargets("r", "target="+q.arn, "two="+q.arn))
		err = errors.Join(err, s.targets("r", types.Target{Id: one, Arn: &other.arn}), s.hasTargets("r", "target="+other.arn, "two="+q.arn))
		_, e := s.events.RemoveTargets(s.ctx, &eventbridge.RemoveTargetsInput{EventBusName: &s.bus, Rule: aws.String("r"), Ids: []string{"two"}})
		return errors.Join(err, e, s.hasTargets("r", "target="+other.arn))
	}),
	on("target/six of a rule", func(s *scene) error {
		q, err := s.delivering("r", nil)
		if err != nil {
			return err
		}
		for i := range 4 {
			err = errors.Join(err, s.targets("r", types.Target{Id: aws.String(fmt.Sprint(i)), Arn: &q.arn}))
		}
		return errors.Join(err, refused(s.targets("r", types.Target{Id: aws.String("5"), Arn: &q.arn}),
			"LimitExceededException", "The requested resource exceeds the maximum number allowed."))
	}),
	on("target/of a rule that does not exist", func(s *scene) error {
		q, err := s.queue()
		if err != nil {
			return err
		}
		return refused(s.targets("r", types.Target{Id: aws.String("t"), Arn: &q.arn}), "ResourceNotFoundException", "Rule r does not exist on EventBus "+s.bus+".")
	}),
	on("target/listed of a rule that does not exist", func(s *scene) error {
		_, err := s.events.ListTargetsByRule(s.ctx, &eventbridge.ListTargetsByRuleInput{EventBusName: &s.bus, Rule: aws.String("r")})
		return refused(err, "ResourceNotFoundException", "Rule r does not exist on EventBus "+s.bus+".")
	}),
	on("target/removed from a rule that does not exist", func(s *scene) error {
		_, err := s.events.RemoveTargets(s.ctx, &eventbridge.RemoveTargetsInput{EventBusName: &s.bus, Rule: aws.String("r"), Ids: []string{"t"}})
		return refused(err, "ResourceNotFoundException", "Rule r does not exist on EventBus "+s.bus+".")
	}),
	on("target/with a bad id", badTarget(func(t *types.Target) { t.Id = aws.String("!@#") }, "")),
	on("target/with Input and InputPath", badTarget(func(t *types.Target) { t.Input, t.InputPath = aws.String(`{}`), aws.String("$.detail") },
		"Only one of Input, InputPath, or InputTransformer must be provided for target t.")),
	on("target/with an Input that is no JSON", badTarget(func(t *types.Target) { t.Input = aws.String(`{`) }, "")),
	on("target/with a placeholder that has no path", badTarget(func(t *types.Target) {
		t.InputTransformer = &types.InputTransformer{InputTemplate: aws.String(`"<b>"`), InputPathsMap: map[string]string{"a": "$.detail"}}
	}, "InputTemplate for target t contains invalid placeholder b.")),
	on("target/with too many retries", badTarget(func(t *types.Target) { t.RetryPolicy = &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(186)} }, "")),
	on("target/with too short a life", badTarget(func(t *types.Target) { t.RetryPolicy = &types.RetryPolicy{MaximumEventAgeInSeconds: aws.Int32(59)} }, "")),
	on("target/with too long a life", badTarget(func(t *types.Target) { t.RetryPolicy = &types.RetryPolicy{MaximumEventAgeInSeconds: aws.Int32(86401)} }, "")),
	on("target/shows what was put", func(s *scene) error {
		q, err := s.delivering("r", nil)
		if err != nil {
			return err
		}
		put := types.Target{
			Id: aws.String("target"), Arn: &q.arn, InputPath: aws.String("$.detail"), DeadLetterConfig: &types.DeadLetterConfig{Arn: &q.arn},
			RetryPolicy: &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(3), MaximumEventAgeInSeconds: aws.Int32(60)},
		}
		if err := s.targets("r", put); err != nil {
			return err
		}
		out, err := s.events.ListTargetsByRule(s.ctx, &eventbridge.ListTargetsByRuleInput{EventBusName: &s.bus, Rule: aws.String("r")})
		if err != nil || len(out.Targets) != 1 {
			return errors.Join(err, fmt.Errorf("got %d targets", len(out.Targets)))
		}
		got := out.Targets[0]
		return errors.Join(equal("InputPath", aws.ToString(got.InputPath), "$.detail"), equal("dead letters", *got.DeadLetterConfig.Arn, q.arn),
			equal("retries", *got.RetryPolicy.MaximumRetryAttempts, 3), equal("life", *got.RetryPolicy.MaximumEventAgeInSeconds, 60))
	}),
	on("target/its rules", func(s *scene) error {
		q, err := s.delivering("r", nil)
		if err != nil {
			return err
		}
		if _, err := s.rule("other", somePattern); err != nil {
			return err
		}
		out, err := s.events.ListRuleNamesByTarget(s.ctx, &eventbridge.ListRuleNamesByTargetInput{EventBusName: &s.bus, TargetArn: &q.arn})
		if err != nil {
			return err
		}
		return equal("rules", out.RuleNames, "[r]")
	}),
}

// badTarget wants a target to be refused.
func badTarget(change func(*types.Target), words string) func(*scene) error {
	return func(s *scene) error {
		q, err := s.queue()
		if err != nil {
			return err
		}
		if _, err := s.rule("r", somePattern); err != nil {
			return err
		}
		t := types.Target{Id: aws.String("t"), Arn: &q.arn}
		change(&t)
		return refused(s.targets("r", t), "ValidationException", words)
	}
}
