package doctor_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventbridgetypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/doctor"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
)

const (
	historyURL = endpoint + "/" + account + "/bot-preferences-dev-history"
	historyARN = "arn:aws:sqs:us-east-1:" + account + ":bot-preferences-dev-history"
)

var historyRule = aws.String("bot-preferences-dev-history")

func (p *patient) putHistoryTarget(t eventbridgetypes.Target) {
	t.Id, t.Arn = aws.String("history-queue"), aws.String(historyARN)
	p.must(p.EventBridge.PutTargets(p.Context(), &eventbridge.PutTargetsInput{EventBusName: &p.stack.Bus, Rule: historyRule, Targets: []eventbridgetypes.Target{t}}))
}

func (p *patient) removeHistoryTarget() {
	p.must(p.EventBridge.RemoveTargets(p.Context(), &eventbridge.RemoveTargetsInput{EventBusName: &p.stack.Bus, Rule: historyRule, Ids: []string{"history-queue"}}))
}

// renamed plants that a function of the history is gone.
func renamed(function string) func(*patient) {
	return func(p *patient) {
		p.cloud(func(c *localaws.Cloud) {
			f, _ := c.Lambda.Function("bot-preferences-dev-" + function)
			f.Name, f.ARN = "gone", "gone"
		})
	}
}

// historyFaults are planted in a stack that keeps a history. The round trip still comes
// through, because nothing of the pipeline depends on the history.
var historyFaults = []fault{
	{"a history's table that is gone", func(p *patient) {
		p.must(p.DynamoDB.DeleteTable(p.Context(), &dynamodb.DeleteTableInput{TableName: aws.String("bot-preferences-dev-history")}))
	}, "history/history-table", "no table bot-preferences-dev-history", "osls deploy", []string{"history"}},
	{"a history that is kept for ever", func(p *patient) {
		p.must(p.DynamoDB.UpdateTimeToLive(p.Context(), &dynamodb.UpdateTimeToLiveInput{TableName: aws.String("bot-preferences-dev-history"),
			TimeToLiveSpecification: &dynamodbtypes.TimeToLiveSpecification{AttributeName: aws.String("expires_at"), Enabled: aws.Bool(false)}}))
	}, "history/history-expiry", "bot-preferences-dev-history does not remove", "update-time-to-live", nil},
	{"no getChange", renamed("getChange"), "history/history-function", "no function bot-preferences-dev-getChange", "osls deploy", nil},
	{"no recordHistory", renamed("recordHistory"), "history/history-function", "no function bot-preferences-dev-recordHistory", "osls deploy", []string{"history"}},
	{"a recordHistory that is not ready", rewriting(functionPath("recordHistory"), `"State":"Active"`, `"State":"Inactive"`),
		"history/history-function", "recordHistory is Inactive", "get-function-configuration", nil},
	{"a recordHistory with another table", func(p *patient) {
		p.cloud(func(c *localaws.Cloud) {
			f, _ := c.Lambda.Function("bot-preferences-dev-recordHistory")
			f.Environment = map[string]string{"HISTORY_TABLE_NAME": "other"}
		})
	}, "history/history-function", "HISTORY_TABLE_NAME of bot-preferences-dev-recordHistory names other, not bot-preferences-dev-history", "osls deploy", nil},
	{"no queue of the history", func(p *patient) {
		p.must(p.SQS.DeleteQueue(p.Context(), &sqs.DeleteQueueInput{QueueUrl: aws.String(historyURL)}))
	}, "history/history-queue", "no queue bot-preferences-dev-history.", "osls deploy", []string{"history"}},
	{"no dead-letter queue of the history", func(p *patient) {
		p.must(p.SQS.DeleteQueue(p.Context(), &sqs.DeleteQueueInput{QueueUrl: aws.String(historyURL + "-dlq")}))
	}, "history/history-queue", "no queue bot-preferences-dev-history-dlq", "osls deploy", []string{"history"}},
	{"a history's queue without a policy", func(p *patient) { p.setAttribute(historyURL, "Policy", "") },
		"history/history-policy", "for the rule bot-preferences-dev-history.", `rule/bot-preferences-dev/bot-preferences-dev-history\"`, nil},
	{"a history's queue with the policy of changes", func(p *patient) { p.setAttribute(historyURL, "Policy", policy) },
		"history/history-policy", "names another rule", "set-queue-attributes", nil},
	{"a history's dead-letter queue without a policy", func(p *patient) { p.setAttribute(historyURL+"-dlq", "Policy", "") },
		"history/history-policy", "bot-preferences-dev-history-dlq does not let", "set-queue-attributes", nil},
	{"a history's queue that sets nothing aside", func(p *patient) { p.setAttribute(historyURL, "RedrivePolicy", "") },
		"history/history-redrive", "does not move", "bot-preferences-dev-history-dlq", nil},
	{"a dead letter of the history", func(p *patient) { p.send(historyURL+"-dlq", change(p)) },
		"history/dead-letters-history", "1 dead letter of the history", "start-message-move-task --source-arn " + historyARN + "-dlq --destination-arn " + historyARN + " ", nil},
	{"a mapping of the history that is off", func(p *patient) {
		p.updateMapping("recordHistory", lambda.UpdateEventSourceMappingInput{Enabled: aws.Bool(false)})
	}, "history/history-mapping", "history's queue is disabled", "--enabled", nil},
	{"a mapping of the history that ignores reports", func(p *patient) {
		p.updateMapping("recordHistory", lambda.UpdateEventSourceMappingInput{FunctionResponseTypes: []lambdatypes.FunctionResponseType{}})
	}, "history/history-mapping", "history's queue", "ReportBatchItemFailures", nil},
	{"a mapping of the history that is gone", rewriting(mappingsPath, `function:bot-preferences-dev-recordHistory`, `function:other`),
		"history/history-mapping", "Nothing reads the history's queue", "osls deploy", nil},
	{"a rule of the history that is off", func(p *patient) {
		p.must(p.EventBridge.DisableRule(p.Context(), &eventbridge.DisableRuleInput{EventBusName: &p.stack.Bus, Name: historyRule}))
	}, "history/history-rule", "is disabled", "enable-rule", nil},
	{"a rule of the history that matches too little", func(p *patient) {
		p.must(p.EventBridge.PutRule(p.Context(), &eventbridge.PutRuleInput{EventBusName: &p.stack.Bus, Name: historyRule, EventPattern: aws.String(`{"detail-type":["PreferenceChange"]}`)}))
	}, "history/history-rule", `matches {"detail-type":["PreferenceChange"]}, not`, "put-rule", nil},
	{"a rule of the history without a target", (*patient).removeHistoryTarget, "history/history-rule", "does not deliver", "put-targets", nil},
	{"a rule of the history without dead letters", func(p *patient) { p.putHistoryTarget(eventbridgetypes.Target{}) }, "history/history-rule", "does not deliver", "put-targets", nil},
	{"a rule of the history that changes the event", func(p *patient) {
		p.putHistoryTarget(eventbridgetypes.Target{InputPath: aws.String("$.detail"), DeadLetterConfig: &eventbridgetypes.DeadLetterConfig{Arn: aws.String(historyARN + "-dlq")}})
	}, "history/history-rule", "does not deliver whole events", "put-targets", nil},
	{"a rule of the history that is gone", func(p *patient) {
		p.removeHistoryTarget()
		p.must(p.EventBridge.DeleteRule(p.Context(), &eventbridge.DeleteRuleInput{EventBusName: &p.stack.Bus, Name: historyRule}))
	}, "history/history-rule", "no rule", "osls deploy", nil},
	{"events that wait for the history", func(p *patient) {
		p.turn(30 * time.Second)
		p.stuck()
		p.turn(100 * time.Second) // from the third receive on, two minutes later, it has no age
	}, "history/history-waiting", "1 waiting event in the history's queue, the oldest for 1m3", "logs tail /aws/lambda/bot-preferences-dev-recordHistory", []string{"history"}},
}

// stuck plants that recordHistory is at work on an event, and does not end for 3 minutes.
func (p *patient) stuck() {
	p.handlers["recordHistory"] = func(ctx context.Context, _ []byte) ([]byte, error) {
		select {
		case <-ctx.Done():
		case <-time.After(3 * time.Minute):
		}
		return nil, errors.New("throttled")
	}
	p.send(historyURL, change(p))
	synctest.Wait()
}

// gaps are the codes that Gaps finds, and what it could not see.
func (p *patient) gaps(mend func(*doctor.Examination)) (codes, unseen []string) {
	e := &doctor.Examination{
		Clients: p.Clients, Stack: p.stack, Stage: "dev",
		Commands: doctor.Commands{AWS: "aws", Botprefs: func(subcommand string) string { return "botprefs " + subcommand }},
	}
	mend(e)
	found, unseen := e.Gaps(p.Context(), "bot-preferences-dev-history")
	for _, f := range found {
		codes = append(codes, f.Code)
		if f.What == "" || f.Mean == "" || f.Do == "" {
			p.Errorf("%+v", f)
		}
	}
	return codes, unseen
}

// Each fault by which the history lacks something is a gap. What is kept for too long, or
// cannot be asked over HTTP, is none.
func TestGapsAreTheFaultsByWhichAHistoryLacksSomething(t *testing.T) {
	same := func(*doctor.Examination) {}
	for _, f := range historyFaults {
		_, want, _ := strings.Cut(f.want, "/")
		if want == "history-expiry" || f.name == "no getChange" {
			want = ""
		}
		t.Run(f.name, func(t *testing.T) {
			examineWith(t, remembering, func(p *patient) {
				f.plant(p)
				if got, unseen := p.gaps(same); strings.Join(slices.Compact(got), " ") != want || len(unseen) > 0 {
					p.Errorf("gaps %v, want %q; unseen %v", got, want, unseen)
				}
			})
		})
	}
}

// An event that has only just come is a gap too, and the derived names of a stage do.
func TestAnEventThatHasOnlyJustComeIsAGap(t *testing.T) {
	examineWith(t, remembering, func(p *patient) {
		derived := func(e *doctor.Examination) { e.Stack.Outputs = nil }
		if got, unseen := p.gaps(derived); len(got)+len(unseen) > 0 {
			p.Errorf("without a fault: %v %v", got, unseen)
		}
		p.stuck()
		if got, _ := p.gaps(derived); !slices.Equal(got, []string{"history-waiting"}) {
			p.Errorf("gaps %v", got)
		}
		p.wire.refuse = func(asked string) string { return map[string]string{"DescribeRule": "AccessDeniedException"}[asked] }
		if got, unseen := p.gaps(derived); !slices.Equal(got, []string{"history-waiting"}) || !slices.Equal(unseen, []string{"not checked: needs events:DescribeRule"}) {
			p.Errorf("gaps %v, unseen %v", got, unseen)
		}
		p.wire.refuse = func(asked string) string { return map[string]string{"GetQueueUrl": "AccessDeniedException"}[asked] }
		if got, unseen := p.gaps(derived); len(got) > 0 || !slices.Equal(unseen, []string{"not checked: needs sqs:GetQueueUrl"}) {
			p.Errorf("without the queues: gaps %v, unseen %v", got, unseen)
		}
	})
}

func TestAHealthyHistoryIsSilent(t *testing.T) {
	examineWith(t, remembering, func(p *patient) {
		results := p.run()
		i := slices.IndexFunc(results, func(r doctor.Result) bool { return r.Check == "history" })
		if r := results[i]; !doctor.Healthy(results) || r.Status != doctor.OK || r.Summary != "on: table bot-preferences-dev-history, and no dead letters" {
			print(p.T, results)
			p.Errorf("%+v", r)
		}
	})
}

// Whether there is a history, and what of it may be seen.
func TestAHistoryThatIsNotExamined(t *testing.T) {
	for summary, plant := range map[string]func(*patient){
		"off: this stage keeps no history": func(p *patient) { delete(p.stack.Outputs, "HistoryTableName") },
		"not checked: needs cloudformation:DescribeStacks, which says whether there is a history": func(p *patient) { p.stack.Outputs = nil },
		"not checked: needs lambda:GetFunctionConfiguration": func(p *patient) {
			p.wire.refuse = func(asked string) string {
				return map[bool]string{true: "AccessDeniedException"}[asked == functionPath("getChange")]
			}
		},
		"not checked: needs sqs:GetQueueUrl": func(p *patient) {
			p.wire.refuse = func(asked string) string { return map[string]string{"GetQueueUrl": "AccessDeniedException"}[asked] }
		},
	} {
		examineWith(t, remembering, func(p *patient) {
			plant(p)
			p.names = []string{"history"}
			r := p.run()[0]
			if want := map[bool]doctor.Status{true: doctor.OK, false: doctor.NotChecked}[strings.HasPrefix(summary, "off")]; r.Summary != summary || r.Status != want {
				p.Errorf("%+v, want %s", r, summary)
			}
		})
	}
}

// The pattern and the policies that a finding would put back are those of serverless.yml.
func TestWhatAFindingPutsBackIsHealthy(t *testing.T) {
	examineWith(t, remembering, func(p *patient) {
		p.setAttribute(historyURL, "Policy", "")
		p.must(p.EventBridge.PutRule(p.Context(), &eventbridge.PutRuleInput{EventBusName: &p.stack.Bus, Name: historyRule, EventPattern: aws.String(`{"detail-type":["other"]}`)}))
		p.names = []string{"history"}
		for _, f := range p.run()[0].Findings {
			_, quoted, _ := strings.Cut(f.Do, "'")
			quoted = strings.TrimSuffix(quoted, "'")
			switch f.Code {
			case "history-policy":
				var attributes map[string]string
				p.must(nil, json.Unmarshal([]byte(quoted), &attributes))
				p.setAttribute(historyURL, "Policy", attributes["Policy"])
			case "history-rule":
				p.must(p.EventBridge.PutRule(p.Context(), &eventbridge.PutRuleInput{EventBusName: &p.stack.Bus, Name: historyRule, EventPattern: &quoted}))
			}
		}
		if r := p.run()[0]; r.Status != doctor.OK {
			p.Errorf("%+v", r)
		}
	})
}
