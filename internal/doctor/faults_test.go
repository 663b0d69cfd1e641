package doctor_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventbridgetypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/doctor"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	localcloudwatch "github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// must fails the test of a fault that cannot be planted.
func (p *patient) must(_ any, err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// mapping is the id of a function's event source mapping.
func (p *patient) mapping(function string) *string {
	out, err := p.Lambda.ListEventSourceMappings(p.Context(), &lambda.ListEventSourceMappingsInput{FunctionName: aws.String("bot-preferences-dev-" + function)})
	if err != nil || len(out.EventSourceMappings) != 1 {
		p.Fatal(err, out)
	}
	return out.EventSourceMappings[0].UUID
}

func (p *patient) updateMapping(function string, in lambda.UpdateEventSourceMappingInput) {
	in.UUID = p.mapping(function)
	p.must(p.Lambda.UpdateEventSourceMapping(p.Context(), &in))
}

func (p *patient) setAttribute(url, name, value string) {
	p.must(p.SQS.SetQueueAttributes(p.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &url, Attributes: map[string]string{name: value}}))
}

func (p *patient) putTarget(t eventbridgetypes.Target) {
	rule := aws.String(p.stack.Stack + "-changes")
	t.Id = aws.String("change-queue")
	if t.Arn == nil {
		t.Arn = aws.String("arn:aws:sqs:us-east-1:000000000000:bot-preferences-dev-changes")
	}
	p.must(p.EventBridge.PutTargets(p.Context(), &eventbridge.PutTargetsInput{EventBusName: &p.stack.Bus, Rule: rule, Targets: []eventbridgetypes.Target{t}}))
}

const lettersARN = "arn:aws:sqs:us-east-1:000000000000:bot-preferences-dev-changes-dlq"

func (p *patient) send(url, body string) {
	p.must(p.SQS.SendMessage(p.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body}))
}

const (
	apply     = "applyPreferenceChanges"
	republish = "republishPreferences"
)

// A fault is planted in a healthy stack. Each has its own finding, and no other.
type fault struct {
	name  string
	plant func(p *patient)
	want  string   // check/code
	what  string   // a part of the finding's text
	do    string   // a part of the command
	only  []string // checks that are run; default all
}

var faults = []fault{
	{"credentials that are not taken", func(p *patient) {
		p.wire.refuse = func(operation string) string {
			return map[string]string{"GetCallerIdentity": "InvalidClientTokenId"}[operation]
		}
	}, "credentials/credentials-refused", "InvalidClientTokenId", "--profile", []string{"credentials"}},
	{"a clock that is behind", func(p *patient) { p.wire.ahead = 2 * time.Minute }, "clock/clock-skew", "behind that of AWS", "timedatectl", nil},
	{"a clock that is ahead", func(p *patient) { p.wire.ahead = -6 * time.Minute }, "clock/clock-skew", "ahead of that of AWS", "timedatectl", nil},
	{"another version", func(p *patient) { p.stack.Outputs["Version"] = "v0.2.0" }, "version/version-differs", "deployed from v0.2.0", "go install", nil},
	{"a rule that is off", func(p *patient) {
		p.must(p.EventBridge.DisableRule(p.Context(), &eventbridge.DisableRuleInput{EventBusName: &p.stack.Bus, Name: aws.String("bot-preferences-dev-changes")}))
	}, "bus/rule-off", "is disabled", "aws events enable-rule", nil},
	{"a rule of another pattern", func(p *patient) {
		p.must(p.EventBridge.PutRule(p.Context(), &eventbridge.PutRuleInput{EventBusName: &p.stack.Bus, Name: aws.String("bot-preferences-dev-changes"), EventPattern: aws.String(`{"detail-type":["PreferenceChanged"]}`)}))
	}, "bus/rule-pattern", "PreferenceChanged", "aws events put-rule", nil},
	{"a rule without targets", func(p *patient) {
		p.must(p.EventBridge.RemoveTargets(p.Context(), &eventbridge.RemoveTargetsInput{EventBusName: &p.stack.Bus, Rule: aws.String("bot-preferences-dev-changes"), Ids: []string{"change-queue"}}))
	}, "bus/target-missing", "does not deliver", "aws events put-targets", nil},
	{"a rule that is gone", func(p *patient) {
		rule := aws.String("bot-preferences-dev-changes")
		p.must(p.EventBridge.RemoveTargets(p.Context(), &eventbridge.RemoveTargetsInput{EventBusName: &p.stack.Bus, Rule: rule, Ids: []string{"change-queue"}}))
		p.must(p.EventBridge.DeleteRule(p.Context(), &eventbridge.DeleteRuleInput{EventBusName: &p.stack.Bus, Name: rule}))
	}, "bus/rule-missing", "no rule", "osls deploy", nil},
	{"a target without dead letters", func(p *patient) { p.putTarget(eventbridgetypes.Target{}) }, "bus/target-dead-letters", "does not use", "put-targets", nil},
	{"a target that changes the event", func(p *patient) {
		p.putTarget(eventbridgetypes.Target{InputPath: aws.String("$.detail"), DeadLetterConfig: &eventbridgetypes.DeadLetterConfig{Arn: aws.String(lettersARN)}})
	}, "bus/target-input", "changes what it delivers", "put-targets", nil},
	{"a bus that is gone", func(p *patient) { p.stack.Bus = "gone" }, "bus/bus-missing", "no bus gone", "osls deploy", []string{"bus"}},
	{"a queue without a policy", func(p *patient) { p.setAttribute(p.stack.ChangeQueue.URL, "Policy", "") }, "policies/queue-policy", "does not let EventBridge", "set-queue-attributes", nil},
	{"a policy for another rule", func(p *patient) {
		p.setAttribute(p.stack.ChangeQueue.URL, "Policy", strings.ReplaceAll(policy, "dev-changes\"", "dev-other\""))
	}, "policies/queue-policy", "rule/bot-preferences-dev/bot-preferences-dev-other, not arn:", "set-queue-attributes", nil},
	{"a dead-letter queue without a policy", func(p *patient) { p.setAttribute(p.stack.ChangeDeadLetters.URL, "Policy", "") }, "policies/dead-letter-policy", "does not let EventBridge", "set-queue-attributes", nil},
	{"a queue that is gone", func(p *patient) {
		p.must(p.SQS.DeleteQueue(p.Context(), &sqs.DeleteQueueInput{QueueUrl: &p.stack.AnnouncementDeadLetters.URL}))
	}, "queues/queue-missing", "announcements-dlq", "osls deploy", []string{"queues", "functions", "bus", "policies", "table"}},
	{"no redrive policy", func(p *patient) { p.setAttribute(p.stack.ChangeQueue.URL, "RedrivePolicy", "") }, "queues/redrive-policy", "does not move", `\"maxReceiveCount\":\"5\"`, nil},
	{"a short visibility timeout", func(p *patient) { p.setAttribute(p.stack.ChangeQueue.URL, "VisibilityTimeout", "29") }, "queues/visibility", "29 s", "VisibilityTimeout=30", nil},
	{"a function whose update failed", func(p *patient) {
		p.cloud(func(c *localaws.Cloud) {
			f, _ := c.Lambda.Function("bot-preferences-dev-" + apply)
			f.Failure = "InvalidImage"
		})
	}, "functions/function-update", "InvalidImage", "osls deploy", nil},
	{"a function with another table", func(p *patient) {
		p.cloud(func(c *localaws.Cloud) {
			f, _ := c.Lambda.Function("bot-preferences-dev-getUserPreferences")
			f.Environment = map[string]string{"TABLE_NAME": "other"}
		})
	}, "functions/function-environment", "names other", "osls deploy", nil},
	{"a function that is gone", func(p *patient) {
		p.cloud(func(c *localaws.Cloud) {
			f, _ := c.Lambda.Function("bot-preferences-dev-getUserPreferences")
			f.Name, f.ARN = "gone", "gone"
		})
	}, "functions/function-missing", "getUserPreferences", "osls deploy", nil},
	{"a mapping that is off", func(p *patient) {
		p.updateMapping(apply, lambda.UpdateEventSourceMappingInput{Enabled: aws.Bool(false)})
	}, "mappings/mapping-off", "change queue is disabled", "--enabled", nil},
	{"a stream mapping that is off", func(p *patient) {
		p.updateMapping(republish, lambda.UpdateEventSourceMappingInput{Enabled: aws.Bool(false)})
	}, "mappings/mapping-off", "stream is disabled", "--enabled", nil},
	{"a mapping that ignores reports", func(p *patient) {
		p.updateMapping(apply, lambda.UpdateEventSourceMappingInput{FunctionResponseTypes: []lambdatypes.FunctionResponseType{}})
	}, "mappings/mapping-report", "change queue", "ReportBatchItemFailures", nil},
	{"a stream mapping that ignores reports", func(p *patient) {
		p.updateMapping(republish, lambda.UpdateEventSourceMappingInput{FunctionResponseTypes: []lambdatypes.FunctionResponseType{}})
	}, "mappings/mapping-report", "stream", "ReportBatchItemFailures", nil},
	{"a stream mapping that does not bisect", func(p *patient) {
		p.updateMapping(republish, lambda.UpdateEventSourceMappingInput{BisectBatchOnFunctionError: aws.Bool(false)})
	}, "mappings/mapping-bisect", "split", "--bisect-batch-on-function-error", nil},
	{"a stream mapping that gives up", func(p *patient) {
		p.updateMapping(republish, lambda.UpdateEventSourceMappingInput{MaximumRetryAttempts: aws.Int32(2)})
	}, "mappings/mapping-retries", "after 3 attempts", "--maximum-retry-attempts 10000", nil},
	{"a stream mapping that gives up records", func(p *patient) {
		p.updateMapping(republish, lambda.UpdateEventSourceMappingInput{MaximumRecordAgeInSeconds: aws.Int32(60)})
	}, "mappings/mapping-age", "after 60 s", "82800", nil},
	{"a table without a stream", func(p *patient) {
		p.must(p.DynamoDB.UpdateTable(p.Context(), &dynamodb.UpdateTableInput{TableName: &p.stack.Table, StreamSpecification: &dynamodbtypes.StreamSpecification{StreamEnabled: aws.Bool(false)}}))
	}, "table/stream-off", "no stream", "update-table", nil},
	{"a table that keeps everything", func(p *patient) {
		p.must(p.DynamoDB.UpdateTimeToLive(p.Context(), &dynamodb.UpdateTimeToLiveInput{TableName: &p.stack.Table, TimeToLiveSpecification: &dynamodbtypes.TimeToLiveSpecification{AttributeName: aws.String("expires_at"), Enabled: aws.Bool(false)}}))
	}, "table/expiry-off", "expires_at", "update-time-to-live", nil},
	{"a table that is gone", func(p *patient) {
		p.must(p.DynamoDB.DeleteTable(p.Context(), &dynamodb.DeleteTableInput{TableName: &p.stack.Table}))
	}, "table/table-missing", "no table", "docs/recovery.md", nil},
	{"dead letters of changes", func(p *patient) { p.send(p.stack.ChangeDeadLetters.URL, "{}") }, "deadletters/dead-letters-changes", "1 dead letter of changes", "dlq list --of changes", nil},
	{"dead letters of announcements", func(p *patient) { p.send(p.stack.AnnouncementDeadLetters.URL, "{}") }, "deadletters/dead-letters-announcements", "of announcements", "dlq list --of announcements", nil},
	{"changes that wait", func(p *patient) {
		p.apply.Merge = func(context.Context, string, events.State, events.Traces) (consumers.Merged, error) {
			time.Sleep(3 * time.Minute) // so that both batches that may be under way are
			return consumers.Merged{}, errors.New("throttled")
		}
		for range 3 {
			p.send(p.stack.ChangeQueue.URL, change(p))
			synctest.Wait()
		}
		p.turn(130 * time.Second)
	}, "backlog/changes-waiting", "3 waiting changes in the change queue, the oldest for 2m", "logs tail", []string{"backlog", "deadletters", "alarms", "stream", "mappings"}},
	{"announcements that are late", func(p *patient) {
		p.cloud(func(c *localaws.Cloud) {
			_ = c.Metrics.Add(localcloudwatch.Metric{Namespace: "AWS/Lambda", Name: "IteratorAge", Dimensions: []localcloudwatch.Dimension{{Name: "FunctionName", Value: "bot-preferences-dev-" + republish}}}, "Milliseconds", time.Now(), 125000)
		})
		p.turn(time.Minute)
	}, "stream/stream-lag", "2m5s behind the table", "logs tail", nil},
	{"no alarms", func(p *patient) { p.stack.Stack = "other" }, "alarms/alarms-missing", "no alarms", "osls deploy", []string{"alarms"}},
	{"a function that is not ready", rewriting(functionPath(apply), `"State":"Active"`, `"State":"Inactive"`),
		"functions/function-state", "is Inactive", "get-function-configuration", nil},
	{"a mapping that is being changed", rewriting(mappingsPath, `"State":"Enabled"`, `"State":"Updating"`), "mappings/mapping-pending", "updating", "again", []string{"mappings"}},
	{"a mapping that is gone", rewriting(mappingsPath, `function:bot-preferences-dev-apply`, `function:other`), "mappings/mapping-missing", "Nothing reads the change queue", "osls deploy", nil},
	{"a stream mapping of another function", rewriting(mappingsPath, `function:bot-preferences-dev-republish`, `function:other`), "mappings/mapping-missing", "present stream", "osls deploy", nil},
	{"a stream mapping with other filters", rewriting(mappingsPath, `\"INSERT\",`, ``), "mappings/mapping-filter", `["MODIFY"]`, "osls deploy", nil},
	{"a stream mapping without destination", rewriting(mappingsPath, `"Destination":"arn:aws:sqs:us-east-1:000000000000:bot-preferences-dev-announcements-dlq"`, `"Destination":"other"`),
		"mappings/mapping-destination", "does not send", "--destination-config", nil},
	{"a table that is being restored", rewriting("DescribeTable", `"TableStatus":"ACTIVE"`, `"TableStatus":"CREATING"`), "table/table-state", "CREATING", "docs/recovery.md", nil},
	{"a stream that shows less", rewriting("DescribeTable", `NEW_AND_OLD_IMAGES`, `NEW_IMAGE`), "table/stream-view", "NEW_IMAGE", "snapshot", nil},
	{"a service that fails", func(p *patient) {
		p.wire.refuse = func(operation string) string {
			return map[string]string{"DescribeTimeToLive": "InternalServerError"}[operation]
		}
	}, "table/no-answer", "dynamodb:DescribeTimeToLive failed: InternalServerError: because", "again", nil},
	{"a republisher that announces nothing", func(p *patient) {
		p.handlers[republish] = func(context.Context, []byte) ([]byte, error) { return []byte("{}"), nil }
	}, "canary/canary-not-announced", "did not arrive", "dlq list --of announcements", nil},
	{"a republisher that stops", func(p *patient) {
		announce, n := p.handlers[republish], 0
		p.handlers[republish] = func(ctx context.Context, payload []byte) ([]byte, error) {
			if n++; n > 1 {
				return []byte("{}"), nil
			}
			time.Sleep(15 * time.Second) // the announcement of the first change comes after the second change
			return announce(ctx, payload)
		}
	}, "canary/canary-not-announced", "did not arrive", "dlq list --of announcements", nil},
	{"a consumer that fails after the first change", func(p *patient) {
		merge, n := p.apply.Merge, 0
		p.apply.Merge = func(ctx context.Context, user string, delta events.State, traces events.Traces) (consumers.Merged, error) {
			if n++; n > 1 {
				return consumers.Merged{}, errors.New("throttled")
			}
			return merge(ctx, user, delta, traces)
		}
	}, "canary/canary-not-erased", "not in the table", "dlq list", nil},
	{"an API that fails", func(p *patient) { p.api = errors.New("the HTTP API answers 500") }, "api/api", "answers 500", "logs tail", nil},
	{"an alarm", func(p *patient) {
		p.must(p.CloudWatch.SetAlarmState(p.Context(), &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("bot-preferences-dev-undeliverable-lost"), StateValue: cloudwatchtypes.StateValueAlarm, StateReason: aws.String("planted")}))
	}, "alarms/alarm", "planted", "docs/runbooks/undeliverable-lost.md", nil},
	{"a consumer that fails", func(p *patient) {
		p.apply.Merge = func(context.Context, string, events.State, events.Traces) (consumers.Merged, error) {
			return consumers.Merged{}, errors.New("throttled")
		}
	}, "canary/canary-not-stored", "not in the table", "dlq list", nil},
}

const mappingsPath = "/2015-03-31/event-source-mappings"

func functionPath(key string) string {
	return "/2015-03-31/functions/bot-preferences-dev-" + key + "/configuration"
}

// rules are the names of the rules on the bus.
func (p *patient) rules() (names []string) {
	out, err := p.EventBridge.ListRules(p.Context(), &eventbridge.ListRulesInput{EventBusName: &p.stack.Bus})
	if err != nil {
		p.Fatal(err)
	}
	for _, r := range out.Rules {
		names = append(names, *r.Name)
	}
	return names
}

// rewriting plants a fault in what an operation answers.
func rewriting(operation, old, new string) func(*patient) {
	return func(p *patient) { p.wire.rewrite = map[string][2]string{operation: {old, new}} }
}

// policy is the change queue's.
const policy = `{"Statement":{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*",` +
	`"Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:000000000000:rule/bot-preferences-dev/bot-preferences-dev-changes"}}}}`

func change(p *patient) string {
	c := events.PreferenceChange{ID: events.NewClock().Next(), UserID: "u1", Preferences: events.Preferences{"tone": events.JSON("1")}}
	e := events.ChangeEnvelope("test", &c, time.Now())
	return string(e.AppendJSON(nil))
}

func (p *patient) cloud(f func(*localaws.Cloud)) { p.driver.Do(f) }

// turn lets virtual time pass.
func (p *patient) turn(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestEachFaultIsFoundAndNothingElse(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) { f.try(t, loaded) })
	}
	for _, f := range historyFaults {
		t.Run(f.name, func(t *testing.T) { f.try(t, remembering) })
	}
}

// all are the faults of both stacks.
func all() []fault { return slices.Concat(faults, historyFaults) }

// try plants the fault in a healthy stack, and examines that.
func (f fault) try(t *testing.T, load func() (*stack.Stack, error)) {
	examineWith(t, load, func(p *patient) {
		f.plant(p)
		if f.only != nil {
			p.names = f.only
		}
		results := p.run()
		if got := slices.Compact(codes(results)); !slices.Equal(got, []string{f.want}) {
			print(p.T, results)
			p.Fatalf("found %v, want %s", got, f.want)
		}
		if doctor.Healthy(results) {
			p.Error("it counts as healthy")
		}
		for _, r := range results {
			for _, found := range r.Findings {
				if !strings.Contains(found.What, f.what) || !strings.Contains(found.Do, f.do) || found.Mean == "" {
					p.Errorf("%+v", found)
				}
			}
		}
	})
}
