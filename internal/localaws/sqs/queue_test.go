package sqs_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"
)

func TestQueueAttributes(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	get := func(names ...types.QueueAttributeName) map[string]string {
		out, err := c.GetQueueAttributes(t.Context(), &client.GetQueueAttributesInput{QueueUrl: url, AttributeNames: names})
		if err != nil {
			t.Fatal(err)
		}
		return out.Attributes
	}
	want := map[string]string{
		"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesDelayed": "0", "ApproximateNumberOfMessagesNotVisible": "0",
		"CreatedTimestamp": "1795428000", "LastModifiedTimestamp": "1795428000", "DelaySeconds": "0", "MaximumMessageSize": "1048576",
		"MessageRetentionPeriod": "345600", "QueueArn": arn + "q", "ReceiveMessageWaitTimeSeconds": "0",
		"SqsManagedSseEnabled": "true", "VisibilityTimeout": "30",
	}
	if diff := cmp.Diff(want, get("All")); diff != "" {
		t.Errorf("defaults: %s", diff)
	}
	c.advance(time.Second)
	change := map[string]string{"VisibilityTimeout": "60", "KmsMasterKeyId": "key", "Policy": "{}"}
	if _, err := c.SetQueueAttributes(t.Context(), &client.SetQueueAttributesInput{QueueUrl: url, Attributes: change}); err != nil {
		t.Fatal(err)
	}
	maps.Copy(want, change)
	want["SqsManagedSseEnabled"], want["LastModifiedTimestamp"] = "false", "1795428001"
	if diff := cmp.Diff(want, get("All")); diff != "" {
		t.Errorf("after SetQueueAttributes: %s", diff)
	}
	if diff := cmp.Diff(map[string]string{"QueueArn": arn + "q"}, get("QueueArn", "RedrivePolicy")); diff != "" {
		t.Errorf("chosen: %s", diff)
	}
	if got := get(); len(got) != 0 {
		t.Errorf("none chosen: %v", got)
	}
	_, err := c.GetQueueAttributes(t.Context(), &client.GetQueueAttributesInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{"Foo"}})
	wantCode(t, err, "InvalidAttributeName")
}

func TestCreateQueueRefuses(t *testing.T) {
	c := newCloud(t)
	c.queue(t, "q", map[string]string{"DelaySeconds": "5"})
	for _, row := range []struct {
		name, queue string
		attributes  map[string]string
		code        string
	}{
		{"a bad name", "a b", nil, "InvalidParameterValue"},
		{"a long name", strings.Repeat("a", 81), nil, "InvalidParameterValue"},
		{"a FIFO queue", "a.fifo", map[string]string{"FifoQueue": "true"}, "LocalAWSUnsupported"},
		{"FifoQueue false", "a", map[string]string{"FifoQueue": "false"}, "InvalidAttributeName"},
		{"an unknown attribute", "a", map[string]string{"Foo": "1"}, "InvalidAttributeName"},
		{"a read-only attribute", "a", map[string]string{"QueueArn": "x"}, "InvalidAttributeName"},
		{"a visibility over 12 hours", "a", map[string]string{"VisibilityTimeout": "43201"}, "InvalidAttributeValue"},
		{"a retention under a minute", "a", map[string]string{"MessageRetentionPeriod": "59"}, "InvalidAttributeValue"},
		{"a size over 1 MiB", "a", map[string]string{"MaximumMessageSize": "1048577"}, "InvalidAttributeValue"},
		{"a delay that is no number", "a", map[string]string{"DelaySeconds": "ten"}, "InvalidAttributeValue"},
		{"two encryptions", "a", map[string]string{"KmsMasterKeyId": "k", "SqsManagedSseEnabled": "true"}, "InvalidAttributeName"},
		{"the same name with another value", "q", map[string]string{"DelaySeconds": "6"}, "QueueAlreadyExists"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := c.CreateQueue(t.Context(), &client.CreateQueueInput{QueueName: &row.queue, Attributes: row.attributes})
			wantCode(t, err, row.code)
		})
	}
	if c.queue(t, "q", map[string]string{"DelaySeconds": "5"}) == nil || c.queue(t, "q", nil) == nil {
		t.Error("creating the same queue again is no error")
	}
}

func TestDeletedQueue(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	c.send(t, url, "m")
	if _, err := c.DeleteQueue(t.Context(), &client.DeleteQueueInput{QueueUrl: url}); err != nil {
		t.Fatal(err)
	}
	_, err := c.SendMessage(t.Context(), &client.SendMessageInput{QueueUrl: url, MessageBody: aws.String("m")})
	wantCode(t, err, "AWS.SimpleQueueService.NonExistentQueue")
	c.advance(59 * time.Second)
	_, err = c.CreateQueue(t.Context(), &client.CreateQueueInput{QueueName: aws.String("q")})
	wantCode(t, err, "AWS.SimpleQueueService.QueueDeletedRecently")
	c.advance(time.Second)
	if got, _ := c.receive(t, c.queue(t, "q", nil)); len(got) != 0 {
		t.Errorf("the new queue has %v", got)
	}
}

func TestQueueURL(t *testing.T) {
	c := newCloud(t)
	c.service.BaseURL("http://127.0.0.1:4566/")
	url := c.queue(t, "q", nil)
	if want := "http://127.0.0.1:4566/123456789012/q"; *url != want {
		t.Errorf("got %s, want %s", *url, want)
	}
	out, err := c.GetQueueUrl(t.Context(), &client.GetQueueUrlInput{QueueName: aws.String("q")})
	if err != nil || *out.QueueUrl != *url {
		t.Errorf("GetQueueUrl: %v, %v", out, err)
	}
	_, err = c.GetQueueUrl(t.Context(), &client.GetQueueUrlInput{QueueName: aws.String("nobody")})
	wantCode(t, err, "AWS.SimpleQueueService.NonExistentQueue")
	for given, code := range map[string]string{
		"https://sqs.eu-west-1.amazonaws.com/123456789012/q": "",
		"http://localhost/queues/123456789012/q":             "",
		"http://127.0.0.1:4566/999999999999/q":               "AWS.SimpleQueueService.NonExistentQueue",
		"http://127.0.0.1:4566/123456789012/nobody":          "AWS.SimpleQueueService.NonExistentQueue",
		"q":                       "",
		"nobody":                  "AWS.SimpleQueueService.NonExistentQueue",
		"123456789012/q":          "InvalidAddress",
		"http://127.0.0.1:4566/q": "InvalidAddress",
	} {
		_, err := c.SendMessage(t.Context(), &client.SendMessageInput{QueueUrl: &given, MessageBody: aws.String("m")})
		switch {
		case code != "":
			wantCode(t, err, code)
		case err != nil:
			t.Errorf("%s: %v", given, err)
		}
	}
}

func TestListQueues(t *testing.T) {
	c := newCloud(t)
	for _, name := range []string{"b-2", "a", "b-1", "b-3"} {
		c.queue(t, name, nil)
	}
	var got []string
	pages := client.NewListQueuesPaginator(c.Client, &client.ListQueuesInput{QueueNamePrefix: aws.String("b"), MaxResults: aws.Int32(2)})
	for n := 0; pages.HasMorePages(); n++ {
		page, err := pages.NextPage(t.Context())
		if err != nil || n > 1 {
			t.Fatal(n, err)
		}
		for _, url := range page.QueueUrls {
			got = append(got, url[strings.LastIndex(url, "/")+1:])
		}
	}
	if !slices.Equal(got, []string{"b-1", "b-2", "b-3"}) {
		t.Errorf("got %v", got)
	}
}

func TestTags(t *testing.T) {
	c := newCloud(t)
	out, err := c.CreateQueue(t.Context(), &client.CreateQueueInput{QueueName: aws.String("q"), Tags: map[string]string{"a": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.TagQueue(t.Context(), &client.TagQueueInput{QueueUrl: out.QueueUrl, Tags: map[string]string{"b": "2", "c": ""}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.UntagQueue(t.Context(), &client.UntagQueueInput{QueueUrl: out.QueueUrl, TagKeys: []string{"a", "x"}}); err != nil {
		t.Fatal(err)
	}
	tags, err := c.ListQueueTags(t.Context(), &client.ListQueueTagsInput{QueueUrl: out.QueueUrl})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"b": "2", "c": ""}, tags.Tags); diff != "" {
		t.Error(diff)
	}
}

func TestUnsupportedOperations(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	_, err := c.AddPermission(t.Context(), &client.AddPermissionInput{QueueUrl: url, Label: aws.String("l"), AWSAccountIds: []string{"1"}, Actions: []string{"*"}})
	wantCode(t, err, "LocalAWSUnsupported")
	if err != nil && !strings.Contains(err.Error(), "AddPermission") {
		t.Error(err)
	}
}
