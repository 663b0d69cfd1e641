package stack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

const watched = `service: small
provider: {name: aws}
resources:
- Resources:
    Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: q}}
    Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: t}}
    Deep:
      Type: AWS::CloudWatch::Alarm
      Properties:
        AlarmName: deep-${sls:stage}
        AlarmDescription: Too deep.
        Namespace: AWS/SQS
        MetricName: ApproximateNumberOfMessagesVisible
        Dimensions: [{Name: QueueName, Value: !GetAtt Queue.QueueName}]
        ExtendedStatistic: p99
        Period: 60
        EvaluationPeriods: 5
        DatapointsToAlarm: 3
        Threshold: 85.6
        ComparisonOperator: LessThanThreshold
        TreatMissingData: notBreaching
        EvaluateLowSampleCountPercentile: ignore
        AlarmActions: [!Ref Topic]
- ${file(more.yml)}
`

const more = `Resources:
  Either:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties:
      AlarmName: either
      AlarmRule: !Sub 'ALARM("${Deep}")'
      OKActions: [!Ref Topic]
  Board:
    Type: AWS::CloudWatch::Dashboard
    Properties: {DashboardName: b, DashboardBody: !Sub '{"widgets":[]}'}
`

// loadWatched changes the files and loads them.
func loadWatched(t *testing.T, old, new string) (*stack.Stack, error) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{"serverless.yml": watched, "more.yml": more} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(strings.Replace(text, old, new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return stack.Load(filepath.Join(folder, "serverless.yml"), stack.Options{})
}

func TestAlarms(t *testing.T) {
	s, err := loadWatched(t, "", "")
	if err != nil {
		t.Fatal(err)
	}
	topic := []string{"arn:aws:sns:us-east-1:000000000000:t"}
	want := []stack.Alarm{
		{
			Name: "deep-dev", ARN: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:deep-dev", Description: "Too deep.",
			Namespace: "AWS/SQS", Metric: "ApproximateNumberOfMessagesVisible", Dimensions: map[string]string{"QueueName": "q"},
			Statistic: "p99", PeriodSeconds: 60, EvaluationPeriods: 5, DatapointsToAlarm: 3, Threshold: 85.6,
			Comparison: "LessThanThreshold", MissingData: "notBreaching", LowSamples: "ignore", AlarmActions: topic,
		},
		{Name: "either", ARN: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:either", Rule: `ALARM("deep-dev")`, OKActions: topic},
	}
	if diff := cmp.Diff(want, s.Alarms); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

func TestAlarmsThatAreRefused(t *testing.T) {
	for _, c := range []struct{ old, new, rule string }{
		{"MetricName: ApproximateNumberOfMessagesVisible", "Metrics: []", "MetricName: is missing"},
		{"Namespace: AWS/SQS\n", "Metrics: []\n", "does not know this property of an alarm"},
		{"ExtendedStatistic: p99", "Unit: Count", "Statistic or ExtendedStatistic is missing"},
		{"Threshold: 85.6", "Threshold: high", `must be a number, not "high"`},
		{"Threshold: 85.6\n", "\n", "Threshold: is missing"},
		{"Period: 60", "Period: 10", "must be between 60 and"},
		{"DatapointsToAlarm: 3", "DatapointsToAlarm: 6", "must be between 1 and 5"},
		{"LessThanThreshold", "LessThan", "ComparisonOperator must be one of"},
		{"notBreaching", "fine", "TreatMissingData: must be"},
		{"AlarmRule:", "ActionsSuppressor:", "does not know this property of a composite alarm"},
		{`{"widgets":[]}`, `{"widgets":`, "DashboardBody: must be JSON"},
		{"  Either:", "  Deep:", "resources.1.Resources.Deep: stands in two parts of resources"},
		{"Resources:\n  Either:", "Resources:\n  Either: {}\n  Either:", "more.yml:3: Resources.Either: stands here twice"},
		{"Resources:\n  Either:", "Outputs: [\n  Either:", "more.yml"},
		{"  Either:", "  ${sls:stage}:", "variables in names"},
	} {
		_, err := loadWatched(t, c.old, c.new)
		if err == nil || !strings.Contains(err.Error(), c.rule) {
			t.Errorf("%s instead of %s: %v, want %q", c.new, c.old, err, c.rule)
		}
	}
}
