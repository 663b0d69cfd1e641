package tables_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// m is an item, or a map in one. Its values stand for DynamoDB's types: string for S,
// int and num for N, []byte for B, bool for BOOL, nil for NULL. ss, ns and bs are sets,
// l is L and m is M.
type m map[string]any

type (
	num string
	ss  []string
	ns  []string
	bs  [][]byte
	l   []any
)

// item is m as the SDK has it.
func item(i m) map[string]types.AttributeValue {
	if i == nil {
		return nil
	}
	out := make(map[string]types.AttributeValue, len(i))
	for name, v := range i {
		out[name] = value(v)
	}
	return out
}

func value(v any) types.AttributeValue {
	switch v := v.(type) {
	case nil:
		return &types.AttributeValueMemberNULL{Value: true}
	case string:
		return &types.AttributeValueMemberS{Value: v}
	case int:
		return &types.AttributeValueMemberN{Value: strconv.Itoa(v)}
	case num:
		return &types.AttributeValueMemberN{Value: string(v)}
	case []byte:
		return &types.AttributeValueMemberB{Value: v}
	case bool:
		return &types.AttributeValueMemberBOOL{Value: v}
	case ss:
		return &types.AttributeValueMemberSS{Value: v}
	case ns:
		return &types.AttributeValueMemberNS{Value: v}
	case bs:
		return &types.AttributeValueMemberBS{Value: v}
	case l:
		list := make([]types.AttributeValue, len(v))
		for i, e := range v {
			list[i] = value(e)
		}
		return &types.AttributeValueMemberL{Value: list}
	case m:
		return &types.AttributeValueMemberM{Value: item(v)}
	case types.AttributeValue:
		return v
	}
	panic(fmt.Sprintf("no DynamoDB type for %T", v))
}

// show writes an item such that equal items, and no others, look the same.
func show(item map[string]types.AttributeValue) string {
	parts := make([]string, 0, len(item))
	for _, name := range slices.Sorted(maps.Keys(item)) {
		parts = append(parts, name+": "+showValue(item[name]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func showValue(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberNULL:
		return "null"
	case *types.AttributeValueMemberS:
		return strconv.Quote(v.Value)
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberB:
		return fmt.Sprintf("%x", v.Value) + "h"
	case *types.AttributeValueMemberBOOL:
		return strconv.FormatBool(v.Value)
	case *types.AttributeValueMemberSS:
		return fmt.Sprintf("ss%q", slices.Sorted(slices.Values(v.Value)))
	case *types.AttributeValueMemberNS:
		return fmt.Sprint("ns", slices.Sorted(slices.Values(v.Value)))
	case *types.AttributeValueMemberBS:
		return fmt.Sprintf("bs%q", slices.SortedFunc(slices.Values(v.Value), slices.Compare))
	case *types.AttributeValueMemberL:
		parts := make([]string, len(v.Value))
		for i, e := range v.Value {
			parts[i] = showValue(e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *types.AttributeValueMemberM:
		return show(v.Value)
	}
	return fmt.Sprintf("%T", v)
}

// showAll writes items in their order.
func showAll(items []map[string]types.AttributeValue) string {
	var b strings.Builder
	for _, i := range items {
		b.WriteString(show(i) + "\n")
	}
	return b.String()
}

// fromStream is an image of a stream record as an item.
func fromStream(image map[string]streamtypes.AttributeValue) map[string]types.AttributeValue {
	if image == nil {
		return nil
	}
	out := map[string]types.AttributeValue{}
	for name, v := range image {
		out[name] = fromStreamValue(v)
	}
	return out
}

func fromStreamValue(v streamtypes.AttributeValue) types.AttributeValue {
	switch v := v.(type) {
	case *streamtypes.AttributeValueMemberNULL:
		return &types.AttributeValueMemberNULL{Value: v.Value}
	case *streamtypes.AttributeValueMemberS:
		return &types.AttributeValueMemberS{Value: v.Value}
	case *streamtypes.AttributeValueMemberN:
		return &types.AttributeValueMemberN{Value: v.Value}
	case *streamtypes.AttributeValueMemberB:
		return &types.AttributeValueMemberB{Value: v.Value}
	case *streamtypes.AttributeValueMemberBOOL:
		return &types.AttributeValueMemberBOOL{Value: v.Value}
	case *streamtypes.AttributeValueMemberSS:
		return &types.AttributeValueMemberSS{Value: v.Value}
	case *streamtypes.AttributeValueMemberNS:
		return &types.AttributeValueMemberNS{Value: v.Value}
	case *streamtypes.AttributeValueMemberBS:
		return &types.AttributeValueMemberBS{Value: v.Value}
	case *streamtypes.AttributeValueMemberL:
		list := make([]types.AttributeValue, len(v.Value))
		for i, e := range v.Value {
			list[i] = fromStreamValue(e)
		}
		return &types.AttributeValueMemberL{Value: list}
	case *streamtypes.AttributeValueMemberM:
		return &types.AttributeValueMemberM{Value: fromStream(v.Value)}
	}
	return nil
}
