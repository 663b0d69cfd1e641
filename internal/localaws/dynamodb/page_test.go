package dynamodb_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

// fill puts items with the given range keys of type N.
func (l *local) fill(pk string, sks ...string) {
	l.t.Helper()
	for _, sk := range sks {
		l.must("PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"pk":{"S":"%s"},"sk":{"N":"%s"},"x":{"N":"%s"}}}`, pk, sk, sk))
	}
}

func numbers(items []map[string]types.AttributeValue) []string {
	out := []string{}
	for _, i := range items {
		out = append(out, i["sk"].(*types.AttributeValueMemberN).Value)
	}
	return out
}

func TestQuery(t *testing.T) {
	l := newLocal(t)
	l.table("tab", "N")
	l.fill("h", "10", "-1.5", "2", "0", "100", "-20")
	l.fill("i", "1", "3")
	tests := []struct {
		name, condition, want string
		change                func(*sdk.QueryInput)
	}{
		{name: "all, in numeric order", condition: "pk = :h", want: "-20 -1.5 0 2 10 100"},
		{name: "backwards", condition: "pk = :h", want: "100 10 2 0 -1.5 -20", change: func(in *sdk.QueryInput) { in.ScanIndexForward = aws.Bool(false) }},
		{name: "equal", condition: "pk = :h AND sk = :two", want: "2"},
		{name: "less", condition: "pk = :h AND sk < :two", want: "-20 -1.5 0"},
		{name: "less or equal", condition: "pk = :h AND sk <= :two", want: "-20 -1.5 0 2"},
		{name: "greater, sides exchanged", condition: "pk = :h AND :two < sk", want: "10 100"},
		{name: "greater or equal", condition: "sk >= :two AND pk = :h", want: "2 10 100"},
		{name: "between", condition: "pk = :h AND sk BETWEEN :two AND :ten", want: "2 10"},
		{name: "between, backwards", condition: "pk = :h AND sk BETWEEN :two AND :ten", want: "10 2", change: func(in *sdk.QueryInput) { in.ScanIndexForward = aws.Bool(false) }},
		{name: "filter", condition: "pk = :h", want: "10 100", change: func(in *sdk.QueryInput) { in.FilterExpression = aws.String("x > :two") }},
	}
	for _, tt := range tests {
		for _, limit := range []*int32{nil, aws.Int32(1), aws.Int32(2), aws.Int32(5), aws.Int32(6)} {
			t.Run(fmt.Sprint(tt.name, ", limit ", aws.ToInt32(limit)), func(t *testing.T) {
				in := &sdk.QueryInput{TableName: aws.String("tab"), KeyConditionExpression: aws.String(tt.condition), Limit: limit}
				if tt.change != nil {
					tt.change(in)
				}
				in.ExpressionAttributeValues = map[string]types.AttributeValue{":h": s("h")}
				for name, v := range map[string]string{":two": "2", ":ten": "10"} {
					if strings.Contains(tt.condition+aws.ToString(in.FilterExpression), name) {
						in.ExpressionAttributeValues[name] = n(v)
					}
				}
				var got []string
				for p := sdk.NewQueryPaginator(l.db, in); p.HasMorePages(); {
					out, err := p.NextPage(context.Background())
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, numbers(out.Items)...)
				}
				if strings.Join(got, " ") != tt.want {
					t.Errorf("%v, want %s", got, tt.want)
				}
			})
		}
	}
}

func TestQueryBeginsWith(t *testing.T) {
	l := newLocal(t)
	l.table("tab", "S")
	for _, sk := range []string{"a", "ab", "abc", "b", "aé", "a\\u0000"} {
		l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"h"},"sk":{"S":"`+sk+`"}}}`)
	}
	out := l.must("Query", `{"TableName":"tab","KeyConditionExpression":"pk = :h AND begins_with(sk, :p)","ExpressionAttributeValues":{":h":{"S":"h"},":p":{"S":"a"}},"ProjectionExpression":"sk"}`)
	want := `{"Items":[{"sk":{"S":"a"}},{"sk":{"S":"a\u0000"}},{"sk":{"S":"ab"}},{"sk":{"S":"abc"}},{"sk":{"S":"aé"}}],"Count":5,"ScannedCount":5}`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}
}

func TestPageEndsAtOneMegabyte(t *testing.T) {
	l := newLocal(t)
	l.table("tab", "N")
	for i := range 6 {
		l.must("PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"pk":{"S":"h"},"sk":{"N":"%d"},"v":{"S":"%s"}}}`, i, strings.Repeat("x", 300000)))
	}
	out, err := l.db.Query(context.Background(), &sdk.QueryInput{
		TableName: aws.String("tab"), KeyConditionExpression: aws.String("pk = :h"), ProjectionExpression: aws.String("sk"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":h": s("h")}, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.Count != 4 || out.LastEvaluatedKey == nil || *out.ConsumedCapacity.CapacityUnits != 146.5 {
		t.Errorf("%d items, last %v, %v units", out.Count, out.LastEvaluatedKey, *out.ConsumedCapacity.CapacityUnits)
	}
}

// TestScanPagesWhileItemsChange puts and deletes items between pages. Items that exist
// throughout must be returned exactly once.
func TestScanPagesWhileItemsChange(t *testing.T) {
	l := newLocal(t)
	l.table("tab", "N")
	want := []string{}
	for i := range 300 {
		l.fill(fmt.Sprint("p", i%50), fmt.Sprint(i))
		want = append(want, fmt.Sprint(i))
	}
	got, round := []string{}, 1000
	for p := sdk.NewScanPaginator(l.db, &sdk.ScanInput{TableName: aws.String("tab"), Limit: aws.Int32(7)}); p.HasMorePages(); round++ {
		out, err := p.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, sk := range numbers(out.Items) {
			if len(sk) < 4 {
				got = append(got, sk)
			}
		}
		l.fill(fmt.Sprint("p", round%50), fmt.Sprint(round))
		if last := out.LastEvaluatedKey; last != nil { // the key to go on from may vanish
			pk, sk := last["pk"].(*types.AttributeValueMemberS).Value, last["sk"].(*types.AttributeValueMemberN).Value
			l.must("DeleteItem", fmt.Sprintf(`{"TableName":"tab","Key":{"pk":{"S":"%s"},"sk":{"N":"%s"}}}`, pk, sk))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSegmentsShareTheTable(t *testing.T) {
	l := newLocal(t)
	l.table("tab", "N")
	for i := range 200 {
		l.fill(fmt.Sprint("p", i), fmt.Sprint(i))
	}
	seen := map[string]int{}
	for segment := range int32(3) {
		in := &sdk.ScanInput{TableName: aws.String("tab"), Segment: aws.Int32(segment), TotalSegments: aws.Int32(3), Limit: aws.Int32(20)}
		count := 0
		for p := sdk.NewScanPaginator(l.db, in); p.HasMorePages(); {
			out, err := p.NextPage(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			for _, sk := range numbers(out.Items) {
				seen[sk]++
				count++
			}
		}
		if count < 30 {
			t.Errorf("segment %d has %d of 200 items", segment, count)
		}
	}
	for sk, times := range seen {
		if times != 1 {
			t.Errorf("item %s came %d times", sk, times)
		}
	}
	if len(seen) != 200 {
		t.Errorf("%d items came, want 200", len(seen))
	}
}
