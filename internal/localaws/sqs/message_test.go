package sqs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// The client checks the MD5 of bodies and attributes by itself.
func TestMessageArrivesWhole(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	trace := "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	attributes := map[string]types.MessageAttributeValue{
		"Reason": {DataType: aws.String("String"), StringValue: aws.String("très bien")},
		"Count":  {DataType: aws.String("Number.int"), StringValue: aws.String("-1.50")},
		"Bytes":  {DataType: aws.String("Binary"), BinaryValue: []byte{0, 255}},
	}
	out, err := c.SendMessage(t.Context(), &client.SendMessageInput{
		QueueUrl: url, MessageBody: aws.String("hé\n😀"), MessageAttributes: attributes, MessageGroupId: aws.String("user-1"),
		MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{
			"AWSTraceHeader": {DataType: aws.String("String"), StringValue: &trace},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := "5ae4d5d7636402d80f4eb6d213245a88"; *out.MD5OfMessageSystemAttributes != want {
		t.Errorf("MD5OfMessageSystemAttributes = %s, want %s", *out.MD5OfMessageSystemAttributes, want)
	}
	c.advance(1500 * time.Millisecond)
	got, err := c.ReceiveMessage(t.Context(), &client.ReceiveMessageInput{
		QueueUrl: url, MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"},
	})
	if err != nil {
		t.Fatal(err)
	}
	m := got.Messages[0]
	if *m.Body != "hé\n😀" || *m.MessageId != *out.MessageId || *m.MD5OfMessageAttributes != *out.MD5OfMessageAttributes {
		t.Errorf("got %q %s %s", *m.Body, *m.MessageId, *m.MD5OfMessageAttributes)
	}
	if diff := cmp.Diff(attributes, m.MessageAttributes, cmp.AllowUnexported(types.MessageAttributeValue{}), ignoreSerde); diff != "" {
		t.Error(diff)
	}
	want := map[string]string{
		"SenderId": "123456789012", "SentTimestamp": "1795428000000", "ApproximateFirstReceiveTimestamp": "1795428001500",
		"ApproximateReceiveCount": "1", "AWSTraceHeader": trace, "MessageGroupId": "user-1",
	}
	if diff := cmp.Diff(want, m.Attributes); diff != "" {
		t.Error(diff)
	}
}

var ignoreSerde = cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".noSmithyDocumentSerde" }, cmp.Ignore())

func TestReceiveChoosesAttributes(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", map[string]string{"VisibilityTimeout": "0"})
	attributes := map[string]types.MessageAttributeValue{}
	for _, name := range []string{"General", "Hello", "Help.Me"} {
		attributes[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String("x")}
	}
	if _, err := c.SendMessage(t.Context(), &client.SendMessageInput{QueueUrl: url, MessageBody: aws.String("b"), MessageAttributes: attributes}); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name  string
		names []string
		want  string
	}{
		{"none", nil, ""},
		{"All", []string{"All"}, "General Hello Help.Me"},
		{"everything", []string{".*"}, "General Hello Help.Me"},
		{"a name", []string{"Hello"}, "Hello"},
		{"a prefix", []string{"Hel.*"}, "Hello Help.Me"},
		{"a name that is not there", []string{"Hello", "Foo"}, "Hello"},
		{"names are case-sensitive", []string{"hello"}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			out, err := c.ReceiveMessage(t.Context(), &client.ReceiveMessageInput{QueueUrl: url, MessageAttributeNames: row.names})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, name := range []string{"General", "Hello", "Help.Me"} {
				if _, ok := out.Messages[0].MessageAttributes[name]; ok {
					got = strings.TrimSpace(got + " " + name)
				}
			}
			if got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestSendRefuses(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", map[string]string{"MaximumMessageSize": "1024"})
	text := func(name, dataType, value string) map[string]types.MessageAttributeValue {
		return map[string]types.MessageAttributeValue{name: {DataType: &dataType, StringValue: &value}}
	}
	eleven := map[string]types.MessageAttributeValue{}
	for i := range 11 {
		eleven[string(rune('a'+i))] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String("x")}
	}
	for _, row := range []struct {
		name string
		in   client.SendMessageInput
		code string
		text string
	}{
		{"an empty body", client.SendMessageInput{MessageBody: aws.String("")}, "MissingParameter", "MessageBody"},
		{"a control character", client.SendMessageInput{MessageBody: aws.String("a\u0001")}, "InvalidMessageContents", "#x1"},
		{"a noncharacter", client.SendMessageInput{MessageBody: aws.String("\uffff")}, "InvalidMessageContents", "#xFFFF"},
		{"too many bytes", client.SendMessageInput{MessageBody: aws.String(strings.Repeat("é", 513))}, "InvalidParameterValue", "shorter than 1024 bytes"},
		{"too many bytes with attributes", client.SendMessageInput{MessageBody: aws.String(strings.Repeat("x", 1017)), MessageAttributes: text("a", "String", "b")}, "InvalidParameterValue", "shorter than 1024 bytes"},
		{"a delay over 15 minutes", client.SendMessageInput{MessageBody: aws.String("x"), DelaySeconds: 901}, "InvalidParameterValue", "DelaySeconds"},
		{"eleven attributes", client.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: eleven}, "InvalidParameterValue", "[11]"},
		{"an attribute name with a space", client.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: text("a b", "String", "x")}, "InvalidParameterValue", "'a b'"},
		{"an attribute name of AWS's", client.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: text("aWs.x", "String", "x")}, "InvalidParameterValue", "AWS."},
		{"an attribute name with two periods", client.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: text("a..b", "String", "x")}, "InvalidParameterValue", "period"},
		{"an unknown data type", client.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: text("a", "Bool", "x")}, "InvalidParameterValue", "type"},
		{"an empty attribute", client.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: text("a", "String", "")}, "InvalidParameterValue", "non-empty"},
		{"a number that is none", client.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: text("a", "Number", "one")}, "InvalidParameterValue", "number"},
		{"a control character in an attribute", client.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: text("a", "String", "\u0000")}, "InvalidMessageContents", "#x0"},
		{"a deduplication ID", client.SendMessageInput{MessageBody: aws.String("x"), MessageDeduplicationId: aws.String("d")}, "InvalidParameterValue", "MessageDeduplicationId"},
		{"a group ID with a space", client.SendMessageInput{MessageBody: aws.String("x"), MessageGroupId: aws.String("a b")}, "InvalidParameterValue", "MessageGroupId"},
		{"an unknown system attribute", client.SendMessageInput{MessageBody: aws.String("x"), MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{"Other": {DataType: aws.String("String"), StringValue: aws.String("x")}}}, "InvalidParameterValue", "'Other'"},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.in.QueueUrl = url
			_, err := c.SendMessage(t.Context(), &row.in)
			wantCode(t, err, row.code)
			if err != nil && !strings.Contains(err.Error(), row.text) {
				t.Errorf("%v does not say %q", err, row.text)
			}
		})
	}
	if q, _ := c.service.Queue("q"); len(q.Messages()) != 0 {
		t.Errorf("refused messages arrived: %v", q.Messages())
	}
}

func TestDelay(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", map[string]string{"DelaySeconds": "60"})
	q, _ := c.service.Queue("q")
	c.send(t, url, "queue's delay")
	if _, err := q.Send("no delay", nil, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Send("own delay", nil, 30*time.Second); err != nil {
		t.Fatal(err)
	}
	if visible, inFlight, delayed := q.Counts(); visible != 1 || inFlight != 0 || delayed != 2 {
		t.Errorf("Counts() = %d, %d, %d; want 1, 0, 2", visible, inFlight, delayed)
	}
	bodies, _ := c.receive(t, url)
	if at, ok := q.NextVisible(); !ok || !at.Equal(c.now.Add(30*time.Second)) {
		t.Errorf("NextVisible() = %v, %v; want the end of the delays, and of the visibility timeout", at, ok)
	}
	c.advance(59 * time.Second)
	more, _ := c.receive(t, url)
	c.advance(time.Second)
	last, _ := c.receive(t, url)
	want := [][]string{{"no delay"}, {"no delay", "own delay"}, {"queue's delay"}}
	if diff := cmp.Diff(want, [][]string{bodies, more, last}); diff != "" {
		t.Error(diff)
	}
}

func TestRetention(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", map[string]string{"MessageRetentionPeriod": "60", "VisibilityTimeout": "600"})
	c.send(t, url, "in flight")
	c.receive(t, url)
	c.advance(time.Second)
	c.send(t, url, "visible")
	c.advance(59 * time.Second)
	q, _ := c.service.Queue("q")
	if got := q.Messages(); len(got) != 1 || got[0].Body != "visible" {
		t.Errorf("after 60 s: %v, want only the younger message", got)
	}
	c.advance(time.Second)
	if got, _ := c.receive(t, url); len(got) != 0 {
		t.Errorf("after 61 s: received %v", got)
	}
	expired := 0
	for _, f := range c.facts {
		if _, ok := f.(sqs.Expired); ok {
			expired++
		}
	}
	if expired != 2 {
		t.Errorf("%d Expired facts, want 2", expired)
	}
}

func TestLongPolling(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	q, _ := c.service.Queue("q")
	start := c.now

	c.waiting = func(p *wire.Pending) {
		if !p.Until.Equal(start.Add(20 * time.Second)) {
			t.Errorf("waits until %v", p.Until)
		}
		c.advance(5 * time.Second)
		if _, err := q.Send("late", nil, 0); err != nil {
			t.Error(err)
		}
	}
	in := &client.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20}
	out, err := c.ReceiveMessage(t.Context(), in)
	if err != nil || len(out.Messages) != 1 || c.now.Sub(start) != 5*time.Second {
		t.Errorf("got %d messages after %v, error %v", len(out.Messages), c.now.Sub(start), err)
	}

	start = c.now
	c.waiting = func(p *wire.Pending) { c.now = p.Until }
	out, err = c.ReceiveMessage(t.Context(), in)
	if err != nil || len(out.Messages) != 0 || c.now.Sub(start) != 20*time.Second {
		t.Errorf("empty queue: got %d messages after %v, error %v", len(out.Messages), c.now.Sub(start), err)
	}
}
