package dynamodb_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
)

func TestBatches(t *testing.T) {
	l := newLocal(t)
	table := l.table("tab", "")
	l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"old"}}}`)
	ctx := context.Background()
	put := func(pk string) types.WriteRequest {
		return types.WriteRequest{PutRequest: &types.PutRequest{Item: key(pk)}}
	}
	_, err := l.db.BatchWriteItem(ctx, &sdk.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
		"tab": {put("a"), put("b"), {DeleteRequest: &types.DeleteRequest{Key: key("old")}}},
	}})
	if err != nil || table.Len() != 2 {
		t.Fatalf("%d items, %v", table.Len(), err)
	}
	out, err := l.db.BatchGetItem(ctx, &sdk.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		"tab": {Keys: []map[string]types.AttributeValue{key("b"), key("old"), key("a")}, ProjectionExpression: aws.String("pk")},
	}, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Responses["tab"]) != 2 || len(out.UnprocessedKeys) != 0 || *out.ConsumedCapacity[0].CapacityUnits != 1.5 {
		t.Errorf("%+v", out)
	}
}

func TestBatchRefusals(t *testing.T) {
	l := newLocal(t)
	table := l.table("tab", "")
	const invalid = "ValidationException"
	puts := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`{"PutRequest":{"Item":{"pk":{"S":"%d"}}}}`, i))
		}
		return `{"RequestItems":{"tab":[` + strings.Join(list, ",") + `]}}`
	}
	tests := []struct{ name, operation, body, want string }{
		{"26 writes", "BatchWriteItem", puts(26), invalid},
		{"one key twice", "BatchWriteItem", `{"RequestItems":{"tab":[{"PutRequest":{"Item":{"pk":{"S":"x"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"x"}}}}]}}`, invalid},
		{"a bad write among good ones", "BatchWriteItem", `{"RequestItems":{"tab":[{"PutRequest":{"Item":{"pk":{"S":"x"}}}},{"PutRequest":{"Item":{}}}]}}`, invalid},
		{"no requests", "BatchWriteItem", `{"RequestItems":{}}`, invalid},
		{"one key read twice", "BatchGetItem", `{"RequestItems":{"tab":{"Keys":[{"pk":{"S":"x"}},{"pk":{"S":"x"}}]}}}`, invalid},
		{"legacy member", "BatchGetItem", `{"RequestItems":{"tab":{"Keys":[{"pk":{"S":"x"}}],"AttributesToGet":["a"]}}}`, "LocalAWSUnsupported: localaws does not support the input member RequestItems.tab.AttributesToGet"},
		{"two operations on one item", "TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"tab","Item":{"pk":{"S":"x"}}}},{"Delete":{"TableName":"tab","Key":{"pk":{"S":"x"}}}}]}`, invalid},
		{"two operations in one member", "TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"tab","Item":{"pk":{"S":"x"}}},"Delete":{"TableName":"tab","Key":{"pk":{"S":"y"}}}}]}`, invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := l.do(tt.operation, tt.body); !strings.HasPrefix(got, tt.want) {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
			if table.Len() != 0 {
				t.Error("a refused request has written")
			}
		})
	}
}

// transaction writes item "new", counts up "counter" and requires "guard".
func transaction(token *string) *sdk.TransactWriteItemsInput {
	tab := aws.String("tab")
	return &sdk.TransactWriteItemsInput{ClientRequestToken: token, TransactItems: []types.TransactWriteItem{
		{Put: &types.Put{TableName: tab, Item: key("new"), ConditionExpression: aws.String("attribute_not_exists(pk)"), ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld}},
		{Update: &types.Update{TableName: tab, Key: key("counter"), UpdateExpression: aws.String("ADD n :one"), ExpressionAttributeValues: map[string]types.AttributeValue{":one": n("1")}}},
		{ConditionCheck: &types.ConditionCheck{TableName: tab, Key: key("guard"), ConditionExpression: aws.String("attribute_exists(pk)")}},
	}, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal}
}

func TestTransactionIsAllOrNothing(t *testing.T) {
	l := newLocal(t)
	table := l.table("tab", "")
	ctx := context.Background()
	reasons := func() []string {
		t.Helper()
		_, err := l.db.TransactWriteItems(ctx, transaction(aws.String("t1")))
		var cancelled *types.TransactionCanceledException
		if !errors.As(err, &cancelled) {
			t.Fatal(err)
		}
		var codes []string
		for _, r := range cancelled.CancellationReasons {
			codes = append(codes, aws.ToString(r.Code)+fmt.Sprint(len(r.Item)))
		}
		return append(codes, cancelled.ErrorMessage())
	}
	const message = "Transaction cancelled, please refer cancellation reasons for specific reasons "
	if diff := cmp.Diff([]string{"None0", "None0", "ConditionalCheckFailed0", message + "[None, None, ConditionalCheckFailed]"}, reasons()); diff != "" {
		t.Error(diff)
	}
	l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"new"}}}`)
	l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"counter"},"n":{"S":"no number"}}}`)
	if diff := cmp.Diff([]string{"ConditionalCheckFailed1", "ValidationError0", "ConditionalCheckFailed0", message + "[ConditionalCheckFailed, ValidationError, ConditionalCheckFailed]"}, reasons()); diff != "" {
		t.Error(diff)
	}
	if table.Len() != 2 || len(table.Records("", 10)) != 2 {
		t.Error("a cancelled transaction has written")
	}
}

func TestTransactionTokenMakesItIdempotent(t *testing.T) {
	l := newLocal(t)
	table := l.table("tab", "")
	ctx := context.Background()
	l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"guard"}}}`)
	for range 2 {
		out, err := l.db.TransactWriteItems(ctx, transaction(aws.String("t1")))
		if err != nil || *out.ConsumedCapacity[0].CapacityUnits != 6 {
			t.Fatalf("%+v %v", out, err)
		}
	}
	counter, _ := table.Get(dynamodb.Item{"pk": mustString("counter")})
	if got := counter["n"].Text(); got != "1" {
		t.Errorf("counter is %s, want that the repetition did nothing", got)
	}
	other := transaction(aws.String("t1"))
	other.TransactItems = other.TransactItems[1:]
	if _, err := l.db.TransactWriteItems(ctx, other); code(err) != "IdempotentParameterMismatchException" {
		t.Errorf("%v, want a mismatch", err)
	}
	got, err := l.db.TransactGetItems(ctx, &sdk.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
		{Get: &types.Get{TableName: aws.String("tab"), Key: key("none")}}, {Get: &types.Get{TableName: aws.String("tab"), Key: key("counter")}},
	}})
	if err != nil || len(got.Responses) != 2 || got.Responses[0].Item != nil || len(got.Responses[1].Item) != 2 {
		t.Errorf("%+v %v", got, err)
	}
}
