package dynamodb_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

func mustString(text string) dynamodb.Value { return value.String(text) }

func TestWritesThatChangeNothingLeaveNoRecord(t *testing.T) {
	const item = `{"pk":{"S":"x"},"a":{"N":"1"},"ss":{"SS":["a","b"]},"m":{"M":{"k":{"S":"v"}}}}`
	tests := []struct{ name, operation, body string }{
		{"put of the same item", "PutItem", `"Item":` + item},
		{"put with sets in another order and numbers in another form", "PutItem", `"Item":{"pk":{"S":"x"},"a":{"N":"1.0"},"ss":{"SS":["b","a"]},"m":{"M":{"k":{"S":"v"}}}}`},
		{"update without an expression", "UpdateItem", `"Key":{"pk":{"S":"x"}}`},
		{"set to the same value", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"SET a = a, m.k = :v","ExpressionAttributeValues":{":v":{"S":"v"}}`},
		{"remove what is not there", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"REMOVE b, m.z"`},
		{"add elements that are there", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"ADD ss :s","ExpressionAttributeValues":{":s":{"SS":["a"]}}`},
		{"delete of a missing item", "DeleteItem", `"Key":{"pk":{"S":"y"}}`},
		{"delete of a missing element", "UpdateItem", `"Key":{"pk":{"S":"x"}},"UpdateExpression":"DELETE ss :s","ExpressionAttributeValues":{":s":{"SS":["z"]}}`},
		{"batch with the same item", "BatchWriteItem", `"RequestItems":{"tab":[{"PutRequest":{"Item":` + item + `}}]}`},
		{"transaction with the same item", "TransactWriteItems", `"TransactItems":[{"Put":{"TableName":"tab","Item":` + item + `}}]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLocal(t)
			table := l.table("tab", "")
			l.must("PutItem", `{"TableName":"tab","Item":`+item+`}`)
			body := tt.body
			if !strings.HasPrefix(tt.operation, "Batch") && !strings.HasPrefix(tt.operation, "Transact") {
				body = `"TableName":"tab",` + body
			}
			l.must(tt.operation, "{"+body+"}")
			if got := len(table.Records("", 10)); got != 1 {
				t.Errorf("%d records, want that of the first write alone", got)
			}
		})
	}
}

func TestViews(t *testing.T) {
	for view, want := range map[string][]bool{
		"NEW_AND_OLD_IMAGES": {true, true}, "NEW_IMAGE": {false, true}, "OLD_IMAGE": {true, false}, "KEYS_ONLY": {false, false},
	} {
		t.Run(view, func(t *testing.T) {
			l := newLocal(t)
			table, err := l.service.CreateTable(dynamodb.TableConfig{Name: "tab", Hash: dynamodb.KeyAttribute{Name: "pk", Type: "S"}, StreamView: view})
			if err != nil {
				t.Fatal(err)
			}
			l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"x"},"a":{"N":"1"}}}`)
			l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"x"},"a":{"N":"2"}}}`)
			r := table.Records("", 10)[1]
			if got := []bool{r.OldImage != nil, r.NewImage != nil}; !cmp.Equal(got, want) || r.ViewType != view {
				t.Errorf("images %v of %s, want %v", got, r.ViewType, want)
			}
			if diff := cmp.Diff(map[string]string{"pk": "x"}, texts(r.Keys)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSequenceNumbersGrowInConstantWidth(t *testing.T) {
	l := newLocal(t)
	table := l.table("tab", "")
	for i := range 12 {
		l.must("PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"pk":{"S":"x"},"a":{"N":"%d"}}}`, i))
	}
	last := ""
	for _, r := range table.Records("", 100) {
		if r.SequenceNumber <= last || len(r.SequenceNumber) < 21 || last != "" && len(last) != len(r.SequenceNumber) {
			t.Errorf("%q after %q", r.SequenceNumber, last)
		}
		last = r.SequenceNumber
	}
	if last != table.LastSequenceNumber() {
		t.Errorf("last is %s, not %s", last, table.LastSequenceNumber())
	}
	if got := table.Records(table.Records("", 100)[9].SequenceNumber, 1); len(got) != 1 || got[0].NewImage["a"].Text() != "10" {
		t.Errorf("after the tenth: %+v", got)
	}
}

func TestStreamAPI(t *testing.T) {
	l := newLocal(t)
	table := l.table("tab", "")
	ctx := context.Background()
	for i := range 5 {
		l.now = l.now.Add(1500 * time.Millisecond)
		l.must("PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"pk":{"S":"x"},"a":{"N":"%d"}}}`, i))
	}
	list, err := l.streams.ListStreams(ctx, &dynamodbstreams.ListStreamsInput{TableName: aws.String("tab")})
	if err != nil || len(list.Streams) != 1 || *list.Streams[0].StreamArn != table.StreamARN() {
		t.Fatalf("%+v %v", list, err)
	}
	described, err := l.streams.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: aws.String(table.StreamARN())})
	if err != nil {
		t.Fatal(err)
	}
	d := described.StreamDescription
	if len(d.Shards) != 1 || d.StreamStatus != streamtypes.StreamStatusEnabled || d.Shards[0].SequenceNumberRange.EndingSequenceNumber != nil {
		t.Fatalf("%+v", d)
	}
	third := table.Records("", 10)[2].SequenceNumber
	tests := []struct {
		name   string
		kind   streamtypes.ShardIteratorType
		number *string
		want   string
	}{
		{"from the oldest", streamtypes.ShardIteratorTypeTrimHorizon, nil, "0 1 2 3 4"},
		{"only new ones", streamtypes.ShardIteratorTypeLatest, nil, ""},
		{"at a number", streamtypes.ShardIteratorTypeAtSequenceNumber, &third, "2 3 4"},
		{"after a number", streamtypes.ShardIteratorTypeAfterSequenceNumber, &third, "3 4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			it, err := l.streams.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
				StreamArn: aws.String(table.StreamARN()), ShardId: d.Shards[0].ShardId, ShardIteratorType: tt.kind, SequenceNumber: tt.number,
			})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for at, page := it.ShardIterator, 0; page < 4; page++ {
				out, err := l.streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: at, Limit: aws.Int32(2)})
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range out.Records {
					got = append(got, r.Dynamodb.NewImage["a"].(*streamtypes.AttributeValueMemberN).Value)
				}
				at = out.NextShardIterator
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("%v, want %s", got, tt.want)
			}
		})
	}
}

func TestStreamRecordShape(t *testing.T) {
	l := newLocal(t)
	table := l.table("tab", "")
	l.now = l.now.Add(700 * time.Millisecond)
	l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"x"},"a":{"N":"1"}}}`)
	ctx := context.Background()
	out, err := l.streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: aws.String(l.iterator(table))})
	if err != nil || len(out.Records) != 1 {
		t.Fatalf("%+v %v", out, err)
	}
	r := out.Records[0]
	if r.EventName != "INSERT" || *r.EventSource != "aws:dynamodb" || *r.AwsRegion != "us-east-1" || *r.EventVersion != "1.1" || r.UserIdentity != nil {
		t.Errorf("%+v", r)
	}
	if c := r.Dynamodb; *c.SizeBytes != 3+3+3 || !c.ApproximateCreationDateTime.Equal(l.now.Truncate(time.Second)) || c.OldImage != nil || len(c.Keys) != 1 {
		t.Errorf("%+v of %d bytes", c, *c.SizeBytes)
	}
}

// iterator is one from the oldest record on.
func (l *local) iterator(table *dynamodb.Table) string {
	l.t.Helper()
	ctx := context.Background()
	d, err := l.streams.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: aws.String(table.StreamARN())})
	if err != nil {
		l.t.Fatal(err)
	}
	it, err := l.streams.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
		StreamArn: aws.String(table.StreamARN()), ShardId: d.StreamDescription.Shards[0].ShardId, ShardIteratorType: streamtypes.ShardIteratorTypeTrimHorizon,
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return *it.ShardIterator
}

func TestTrimmingAfterADay(t *testing.T) {
	l := newLocal(t)
	table := l.table("tab", "")
	put := func(a int) {
		l.must("PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"pk":{"S":"x"},"a":{"N":"%d"}}}`, a))
	}
	put(1)
	first := table.Records("", 10)
	l.now = l.now.Add(23 * time.Hour)
	put(2)
	if got := len(table.Records("", 10)); got != 2 {
		t.Fatalf("%d records after 23 hours", got)
	}
	l.now = l.now.Add(2 * time.Hour)
	if got := table.Records("", 10); len(got) != 1 || got[0].NewImage["a"].Text() != "2" {
		t.Errorf("after 25 hours: %+v", got)
	}
	if first[0].NewImage["a"].Text() != "1" {
		t.Error("trimming changed a record that had been handed out")
	}
	d, err := l.streams.DescribeStream(context.Background(), &dynamodbstreams.DescribeStreamInput{StreamArn: aws.String(table.StreamARN())})
	if err != nil {
		t.Fatal(err)
	}
	_, err = l.streams.GetShardIterator(context.Background(), &dynamodbstreams.GetShardIteratorInput{
		StreamArn: aws.String(table.StreamARN()), ShardId: d.StreamDescription.Shards[0].ShardId,
		ShardIteratorType: streamtypes.ShardIteratorTypeAtSequenceNumber, SequenceNumber: &first[0].SequenceNumber,
	})
	if code(err) != "TrimmedDataAccessException" {
		t.Errorf("%v, want that the record is trimmed", err)
	}
}

func TestIteratorsExpire(t *testing.T) {
	l := newLocal(t)
	it := l.iterator(l.table("tab", ""))
	l.now = l.now.Add(15*time.Minute + time.Second)
	_, err := l.streams.GetRecords(context.Background(), &dynamodbstreams.GetRecordsInput{ShardIterator: aws.String(it)})
	if code(err) != "ExpiredIteratorException" {
		t.Errorf("%v, want that the iterator has expired", err)
	}
}

func TestExpiryRemovesOnBehalfOfTheService(t *testing.T) {
	l := newLocal(t)
	table := l.table("tab", "")
	at := func(pk string, seconds int64) {
		l.must("PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"pk":{"S":"%s"},"expires":{"N":"%d"}}}`, pk, seconds))
	}
	now := l.now.Unix()
	at("past", now-10)
	at("rescued", now-10)
	at("now", now)
	at("future", now+10)
	at("ancient", now-6*365*24*3600)
	l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"text"},"expires":{"S":"1"}}}`)
	l.must("UpdateTimeToLive", `{"TableName":"tab","TimeToLiveSpecification":{"AttributeName":"expires","Enabled":true}}`)
	l.must("UpdateItem", `{"TableName":"tab","Key":{"pk":{"S":"rescued"}},"UpdateExpression":"REMOVE expires"}`)
	if _, ok := table.Get(dynamodb.Item{"pk": mustString("past")}); !ok {
		t.Error("an expired item is not readable before ExpireBy")
	}
	last := table.LastSequenceNumber()
	if got := table.ExpireBy(l.now); got != 2 || table.Len() != 4 {
		t.Errorf("%d expired, %d left", got, table.Len())
	}
	for _, r := range table.Records(last, 10) {
		want := &dynamodb.Identity{Type: "Service", PrincipalID: "dynamodb.amazonaws.com"}
		if r.EventName != "REMOVE" || !cmp.Equal(r.Identity, want) || r.OldImage == nil || r.NewImage != nil {
			t.Errorf("%+v", r)
		}
	}
	if next, ok := table.NextExpiry(l.now); !ok || next.Unix() != now+10 {
		t.Errorf("next expiry %v %v", next, ok)
	}
}
