package dynamo

import (
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/dynamo/item"
	"github.com/bot-preferences/bot-preferences/events"
)

func decode(attributes map[string]types.AttributeValue) (item.Stored, error) {
	stored, err := item.Decode(fromSDK(attributes))
	if err != nil {
		return item.Stored{}, fmt.Errorf("dynamo: %w", err)
	}
	return stored, nil
}

func fromSDK(attributes map[string]types.AttributeValue) item.Raw {
	raw := make(item.Raw, len(attributes))
	for name, av := range attributes {
		switch av := av.(type) {
		case *types.AttributeValueMemberS:
			raw[name] = item.Attribute{Kind: item.String, Text: av.Value}
		case *types.AttributeValueMemberN:
			raw[name] = item.Attribute{Kind: item.Number, Text: av.Value}
		case *types.AttributeValueMemberM:
			raw[name] = item.Attribute{Kind: item.Map, Members: fromSDK(av.Value)}
		default:
			raw[name] = item.Attribute{}
		}
	}
	return raw
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func entry(e events.Entry) types.AttributeValue {
	members := map[string]types.AttributeValue{item.Stamp: text(e.Stamp.String())}
	if e.Value != events.Unset {
		members[item.Value] = text(string(e.Value))
	}
	return &types.AttributeValueMemberM{Value: members}
}
