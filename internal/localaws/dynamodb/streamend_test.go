package dynamodb_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
)

// A stream that ended is gone after StreamRetention, and its records age meanwhile.
func TestAnEndedStreamIsGoneAfterADay(t *testing.T) {
	l := newLocal(t)
	table := l.table("tab", "")
	stream := table.Stream()
	l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"x"}}}`)
	l.now = l.now.Add(time.Hour)
	l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"y"}}}`)
	l.must("DeleteTable", `{"TableName":"tab"}`)
	describe := func() string {
		arn := stream.ARN()
		_, err := l.streams.DescribeStream(context.Background(), &dynamodbstreams.DescribeStreamInput{StreamArn: &arn})
		return code(err)
	}
	l.now = l.now.Add(dynamodb.StreamRetention - time.Minute)
	if got := stream.Records("", 10); describe() != "" || len(got) != 1 {
		t.Errorf("%q, %d records just before the end, want the younger one", describe(), len(got))
	}
	if l.now = l.now.Add(time.Minute); describe() != "ResourceNotFoundException" || len(stream.Records("", 10)) != 0 {
		t.Errorf("%q a day after the end", describe())
	}
}

// Tables of one name and streams of one table get streams of different ARNs, even at
// once.
func TestNoTwoStreamsHaveOneARN(t *testing.T) {
	l := newLocal(t)
	var arns []string
	for range 3 {
		table := l.table("tab", "")
		arns = append(arns, table.StreamARN())
		l.must("UpdateTable", `{"TableName":"tab","StreamSpecification":{"StreamEnabled":false}}`)
		l.must("UpdateTable", `{"TableName":"tab","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}}`)
		arns = append(arns, table.StreamARN())
		l.must("DeleteTable", `{"TableName":"tab"}`)
	}
	slices.Sort(arns)
	if got := slices.Compact(arns); len(got) != 6 {
		t.Errorf("%d different ARNs: %v", len(got), got)
	}
}
