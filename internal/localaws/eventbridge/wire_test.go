package eventbridge_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/google/go-cmp/cmp"
)

func TestEventBuses(t *testing.T) {
	c := newCloud(t)
	made, err := c.CreateEventBus(t.Context(), &client.CreateEventBusInput{Name: aws.String("bots"), Description: aws.String("d"), Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}})
	if err != nil || *made.EventBusArn != "arn:aws:events:us-east-1:123456789012:event-bus/bots" {
		t.Fatal(made, err)
	}
	_, err = c.CreateEventBus(t.Context(), &client.CreateEventBusInput{Name: aws.String("bots")})
	wantCode(t, err, "ResourceAlreadyExistsException")
	_, err = c.CreateEventBus(t.Context(), &client.CreateEventBusInput{Name: aws.String("a/b")})
	wantCode(t, err, "ValidationException")
	_, err = c.CreateEventBus(t.Context(), &client.CreateEventBusInput{Name: aws.String("c"), KmsKeyIdentifier: aws.String("k")})
	wantCode(t, err, "LocalAWSUnsupported")

	list, err := c.ListEventBuses(t.Context(), &client.ListEventBusesInput{})
	if err != nil || len(list.EventBuses) != 2 || *list.EventBuses[0].Name != "bots" || *list.EventBuses[1].Name != "default" {
		t.Errorf("list: %+v, %v", list, err)
	}
	described, err := c.DescribeEventBus(t.Context(), &client.DescribeEventBusInput{})
	if err != nil || *described.Name != "default" || !described.CreationTime.Equal(c.now) {
		t.Errorf("described: %+v, %v", described, err)
	}
	tags, err := c.ListTagsForResource(t.Context(), &client.ListTagsForResourceInput{ResourceARN: made.EventBusArn})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Value != "v" {
		t.Errorf("tags: %+v, %v", tags, err)
	}

	if err := c.service.PutRule("bots", "r", anything); err != nil {
		t.Fatal(err)
	}
	remove := func(name string) error {
		_, err := c.DeleteEventBus(t.Context(), &client.DeleteEventBusInput{Name: &name})
		return err
	}
	wantCode(t, remove("default"), "ValidationException")
	wantCode(t, remove("bots"), "ValidationException")
	if _, err := c.DeleteRule(t.Context(), &client.DeleteRuleInput{Name: aws.String("r"), EventBusName: aws.String("bots")}); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := remove("bots"); err != nil {
			t.Error(err)
		}
	}
	_, err = c.DescribeEventBus(t.Context(), &client.DescribeEventBusInput{Name: aws.String("bots")})
	wantCode(t, err, "ResourceNotFoundException")
}

func TestRules(t *testing.T) {
	c := newCloud(t)
	pattern := `{"source": ["bot"]}`
	made, err := c.PutRule(t.Context(), &client.PutRuleInput{Name: aws.String("r"), EventPattern: &pattern, Description: aws.String("d"), State: types.RuleStateDisabled})
	if err != nil || *made.RuleArn != "arn:aws:events:us-east-1:123456789012:rule/r" {
		t.Fatal(made, err)
	}
	got, err := c.DescribeRule(t.Context(), &client.DescribeRuleInput{Name: aws.String("r")})
	if err != nil {
		t.Fatal(err)
	}
	if *got.EventPattern != pattern || got.State != types.RuleStateDisabled || *got.EventBusName != "default" || *got.CreatedBy != "123456789012" || *got.Description != "d" {
		t.Errorf("described: %+v", got)
	}
	put := func(in client.PutRuleInput) error {
		_, err := c.PutRule(t.Context(), &in)
		return err
	}
	wantCode(t, put(client.PutRuleInput{Name: aws.String("s"), ScheduleExpression: aws.String("rate(1 minute)")}), "LocalAWSUnsupported")
	wantCode(t, put(client.PutRuleInput{Name: aws.String("s")}), "ValidationException")
	wantCode(t, put(client.PutRuleInput{Name: aws.String("s s"), EventPattern: &pattern}), "ValidationException")
	wantCode(t, put(client.PutRuleInput{Name: aws.String("s"), EventPattern: aws.String(`{"source":"bot"}`)}), "InvalidEventPatternException")
	wantCode(t, put(client.PutRuleInput{Name: aws.String("s"), EventPattern: &pattern, EventBusName: aws.String("nobody")}), "ResourceNotFoundException")
	_, err = c.DescribeRule(t.Context(), &client.DescribeRuleInput{Name: aws.String("s")})
	wantCode(t, err, "ResourceNotFoundException")

	for i := range 299 {
		if err := c.service.PutRule("", fmt.Sprintf("many-%03d", i), pattern); err != nil {
			t.Fatal(i, err)
		}
	}
	wantCode(t, put(client.PutRuleInput{Name: aws.String("s"), EventPattern: &pattern}), "LimitExceededException")
	if err := put(client.PutRuleInput{Name: aws.String("r"), EventPattern: aws.String(anything)}); err != nil {
		t.Errorf("changing a rule at the limit: %v", err)
	}
	count, token := 0, (*string)(nil)
	for pages := 0; pages == 0 || token != nil; pages++ {
		list, err := c.ListRules(t.Context(), &client.ListRulesInput{NamePrefix: aws.String("many-"), NextToken: token})
		if err != nil || pages > 3 {
			t.Fatal(pages, err)
		}
		count, token = count+len(list.Rules), list.NextToken
	}
	if count != 299 {
		t.Errorf("listed %d rules", count)
	}
}

func TestTargets(t *testing.T) {
	c := newCloud(t)
	c.rule(t, "r", anything)
	put := func(targets ...types.Target) error {
		out, err := c.PutTargets(t.Context(), &client.PutTargetsInput{Rule: aws.String("r"), Targets: targets})
		if err == nil && out.FailedEntryCount != 0 {
			t.Errorf("%+v", out)
		}
		return err
	}
	queue := aws.String(queueARN + "q")
	whole := types.Target{
		Id: aws.String("whole"), Arn: queue, RoleArn: aws.String("role"),
		SqsParameters:    &types.SqsParameters{MessageGroupId: aws.String("g")},
		DeadLetterConfig: &types.DeadLetterConfig{Arn: aws.String(queueARN + "dead")},
		RetryPolicy:      &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(0), MaximumEventAgeInSeconds: aws.Int32(60)},
		InputTransformer: &types.InputTransformer{InputPathsMap: map[string]string{"a": "$.id"}, InputTemplate: aws.String(`"<a>"`)},
	}
	if err := put(whole, types.Target{Id: aws.String("plain"), Arn: queue}); err != nil {
		t.Fatal(err)
	}
	list, err := c.ListTargetsByRule(t.Context(), &client.ListTargetsByRuleInput{Rule: aws.String("r")})
	if err != nil {
		t.Fatal(err)
	}
	want := []types.Target{{Id: aws.String("plain"), Arn: queue}, whole}
	if diff := cmp.Diff(want, list.Targets, ignoreSerde); diff != "" {
		t.Error(diff)
	}
	names, err := c.ListRuleNamesByTarget(t.Context(), &client.ListRuleNamesByTargetInput{TargetArn: queue})
	if err != nil || cmp.Diff([]string{"r"}, names.RuleNames) != "" {
		t.Errorf("rules of the target: %v, %v", names, err)
	}

	for name, row := range map[string]struct {
		target types.Target
		code   string
	}{
		"a bad ID":            {types.Target{Id: aws.String("a b"), Arn: queue}, "ValidationException"},
		"a function's alias":  {types.Target{Id: aws.String("x"), Arn: aws.String("arn:aws:lambda:us-east-1:123456789012:function:f:live")}, "LocalAWSUnsupported"},
		"a group of one":      {types.Target{Id: aws.String("x"), Arn: aws.String("arn:aws:lambda:us-east-1:123456789012:function:f"), SqsParameters: &types.SqsParameters{MessageGroupId: aws.String("g")}}, "ValidationException"},
		"a topic":             {types.Target{Id: aws.String("x"), Arn: aws.String("arn:aws:sns:us-east-1:123456789012:t")}, "LocalAWSUnsupported"},
		"a FIFO queue":        {types.Target{Id: aws.String("x"), Arn: aws.String(queueARN + "q.fifo")}, "LocalAWSUnsupported"},
		"other parameters":    {types.Target{Id: aws.String("x"), Arn: queue, KinesisParameters: &types.KinesisParameters{PartitionKeyPath: aws.String("$")}}, "LocalAWSUnsupported"},
		"too many retries":    {types.Target{Id: aws.String("x"), Arn: queue, RetryPolicy: &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(186)}}, "ValidationException"},
		"too short an age":    {types.Target{Id: aws.String("x"), Arn: queue, RetryPolicy: &types.RetryPolicy{MaximumEventAgeInSeconds: aws.Int32(59)}}, "ValidationException"},
		"negative retries":    {types.Target{Id: aws.String("x"), Arn: queue, RetryPolicy: &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(-1)}}, "ValidationException"},
		"a dead letter topic": {types.Target{Id: aws.String("x"), Arn: queue, DeadLetterConfig: &types.DeadLetterConfig{Arn: aws.String("arn:aws:sns:us-east-1:123456789012:t")}}, "LocalAWSUnsupported"},
	} {
		t.Run(name, func(t *testing.T) { wantCode(t, put(row.target), row.code) })
	}

	third := []types.Target{}
	for i := range 3 {
		third = append(third, types.Target{Id: aws.String(fmt.Sprint("t", i)), Arn: queue})
	}
	if err := put(third...); err != nil {
		t.Fatal(err)
	}
	wantCode(t, put(types.Target{Id: aws.String("sixth"), Arn: queue}), "LimitExceededException")
	_, err = c.DeleteRule(t.Context(), &client.DeleteRuleInput{Name: aws.String("r")})
	wantCode(t, err, "ValidationException")
	if _, err := c.RemoveTargets(t.Context(), &client.RemoveTargetsInput{Rule: aws.String("r"), Ids: []string{"whole", "plain", "t0", "t1", "t2", "unknown"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DeleteRule(t.Context(), &client.DeleteRuleInput{Name: aws.String("r")}); err != nil {
		t.Error(err)
	}
}

var ignoreSerde = cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".noSmithyDocumentSerde" }, cmp.Ignore())

func TestTestEventPattern(t *testing.T) {
	c := newCloud(t)
	whole := `{"id":"1","account":"1","source":"bot","time":"2026-01-01T00:00:00Z","region":"r","resources":[],"detail-type":"t","detail":{"a":1}}`
	for _, row := range []struct {
		name, pattern, event string
		want                 bool
		code                 string
	}{
		{"matches", `{"detail":{"a":[1]}}`, whole, true, ""},
		{"does not match", `{"detail":{"a":[2]}}`, whole, false, ""},
		{"not an event", `{"a":[1]}`, `"x"`, false, "ValidationException"},
		{"an event without its members", `{"a":[1]}`, `{"a":1}`, false, "ValidationException"},
		{"not a pattern", `{"a":1}`, whole, false, "InvalidEventPatternException"},
	} {
		t.Run(row.name, func(t *testing.T) {
			out, err := c.TestEventPattern(t.Context(), &client.TestEventPatternInput{EventPattern: &row.pattern, Event: &row.event})
			switch {
			case row.code != "":
				wantCode(t, err, row.code)
			case err != nil || out.Result != row.want:
				t.Errorf("got %v, %v; want %v", out, err, row.want)
			}
		})
	}
}

func TestTags(t *testing.T) {
	c := newCloud(t)
	c.rule(t, "r", anything)
	rule := aws.String(ruleARN[:len(ruleARN)-len("all")] + "r")
	if _, err := c.TagResource(t.Context(), &client.TagResourceInput{ResourceARN: rule, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}, {Key: aws.String("b"), Value: aws.String("2")}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.UntagResource(t.Context(), &client.UntagResourceInput{ResourceARN: rule, TagKeys: []string{"a"}}); err != nil {
		t.Fatal(err)
	}
	out, err := c.ListTagsForResource(t.Context(), &client.ListTagsForResourceInput{ResourceARN: rule})
	if err != nil || len(out.Tags) != 1 || *out.Tags[0].Key != "b" {
		t.Errorf("got %+v, %v", out, err)
	}
	_, err = c.ListTagsForResource(t.Context(), &client.ListTagsForResourceInput{ResourceARN: aws.String("nobody")})
	wantCode(t, err, "ResourceNotFoundException")
}
