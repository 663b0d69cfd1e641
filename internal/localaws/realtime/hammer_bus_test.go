package realtime_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

func busOperations(cfg aws.Config) []operation {
	c := eventbridge.NewFromConfig(cfg)
	bus, name, pattern := aws.String("bus"), aws.String("extra"), aws.String(`{"source":["bot"]}`)
	arn := aws.String("arn:aws:events:us-east-1:000000000000:rule/bus/rule")
	archive := aws.String("archive")
	tags := []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}
	return []operation{
		op(c.PutEvents, func(r *rand.Rand) *eventbridge.PutEventsInput {
			e := types.PutEventsRequestEntry{EventBusName: bus, Source: aws.String("bot"), DetailType: aws.String("Said"), Detail: pick(r, `{"n":1}`, `{"word":"x"}`, `broken`), Resources: []string{"r"}}
			return &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{e, e}}
		}),
		op(c.CreateEventBus, always(eventbridge.CreateEventBusInput{Name: name, Tags: tags})),
		op(c.DeleteEventBus, always(eventbridge.DeleteEventBusInput{Name: name})),
		op(c.DescribeEventBus, always(eventbridge.DescribeEventBusInput{Name: bus})),
		op(c.ListEventBuses, always(eventbridge.ListEventBusesInput{})),
		op(c.PutRule, func(r *rand.Rand) *eventbridge.PutRuleInput {
			return &eventbridge.PutRuleInput{EventBusName: bus, Name: pick(r, "extra", "rule"), EventPattern: pattern}
		}),
		op(c.DeleteRule, always(eventbridge.DeleteRuleInput{EventBusName: bus, Name: name})),
		op(c.DescribeRule, always(eventbridge.DescribeRuleInput{EventBusName: bus, Name: aws.String("rule")})),
		op(c.ListRules, always(eventbridge.ListRulesInput{EventBusName: bus})),
		op(c.EnableRule, always(eventbridge.EnableRuleInput{EventBusName: bus, Name: aws.String("rule")})),
		op(c.DisableRule, always(eventbridge.DisableRuleInput{EventBusName: bus, Name: name})),
		op(c.PutTargets, func(r *rand.Rand) *eventbridge.PutTargetsInput {
			t := types.Target{Id: pick(r, "a", "b"), Arn: aws.String(arnPrefix + *pick(r, "work", "spare", "none"))}
			if r.IntN(2) == 0 {
				t.InputTransformer = &types.InputTransformer{InputPathsMap: map[string]string{"n": "$.detail.n"}, InputTemplate: aws.String(`{"n":<n>}`)}
			}
			return &eventbridge.PutTargetsInput{EventBusName: bus, Rule: pick(r, "extra", "rule"), Targets: []types.Target{t}}
		}),
		op(c.RemoveTargets, func(r *rand.Rand) *eventbridge.RemoveTargetsInput {
			return &eventbridge.RemoveTargetsInput{EventBusName: bus, Rule: pick(r, "extra", "rule"), Ids: []string{"a", "b"}}
		}),
		op(c.ListTargetsByRule, always(eventbridge.ListTargetsByRuleInput{EventBusName: bus, Rule: aws.String("rule")})),
		op(c.ListRuleNamesByTarget, always(eventbridge.ListRuleNamesByTargetInput{EventBusName: bus, TargetArn: aws.String(arnPrefix + "work")})),
		op(c.TestEventPattern, always(eventbridge.TestEventPatternInput{EventPattern: pattern, Event: aws.String(
			`{"id":"1","account":"0","source":"bot","time":"2026-01-01T00:00:00Z","region":"r","resources":[],"detail-type":"x"}`)})),
		op(c.ListTagsForResource, always(eventbridge.ListTagsForResourceInput{ResourceARN: arn})),
		op(c.TagResource, func(r *rand.Rand) *eventbridge.TagResourceInput {
			return &eventbridge.TagResourceInput{ResourceARN: arn, Tags: []types.Tag{{Key: pick(r, "a", "b", "c"), Value: aws.String("x")}}}
		}),
		op(c.UntagResource, always(eventbridge.UntagResourceInput{ResourceARN: arn, TagKeys: []string{"b"}})),
		op(c.CreateArchive, always(eventbridge.CreateArchiveInput{ArchiveName: archive, EventSourceArn: aws.String(busARN), EventPattern: pattern})),
		op(c.UpdateArchive, always(eventbridge.UpdateArchiveInput{ArchiveName: archive, RetentionDays: aws.Int32(1)})),
		op(c.DeleteArchive, func(r *rand.Rand) *eventbridge.DeleteArchiveInput {
			return &eventbridge.DeleteArchiveInput{ArchiveName: pick(r, "archive", "none", "nor this")}
		}),
		op(c.DescribeArchive, always(eventbridge.DescribeArchiveInput{ArchiveName: archive})),
		op(c.ListArchives, always(eventbridge.ListArchivesInput{})),
		op(c.StartReplay, func(r *rand.Rand) *eventbridge.StartReplayInput {
			return &eventbridge.StartReplayInput{
				ReplayName: aws.String(fmt.Sprint("r", r.IntN(50))), EventSourceArn: aws.String("arn:aws:events:us-east-1:000000000000:archive/archive"),
				EventStartTime: aws.Time(time.Unix(0, 0)), EventEndTime: aws.Time(time.Now().Add(time.Hour)),
				Destination: &types.ReplayDestination{Arn: aws.String(busARN)},
			}
		}),
		op(c.CancelReplay, func(r *rand.Rand) *eventbridge.CancelReplayInput {
			return &eventbridge.CancelReplayInput{ReplayName: aws.String(fmt.Sprint("r", r.IntN(50)))}
		}),
		op(c.DescribeReplay, always(eventbridge.DescribeReplayInput{ReplayName: aws.String("r1")})),
		op(c.ListReplays, always(eventbridge.ListReplaysInput{})),
	}
}

const busARN = "arn:aws:events:us-east-1:000000000000:event-bus/bus"
