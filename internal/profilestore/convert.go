package profilestore

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

func decode(attributes map[string]types.AttributeValue) (item.Stored, error) {
	stored, err := item.Decode(fromSDK(attributes))
	if err != nil {
		return item.Stored{}, fmt.Errorf("profilestore: %w", err)
	}
	return stored, nil
}

func fromSDK(attributes map[string]types.AttributeValue) item.Raw {
	raw := make(item.Raw, 0, len(attributes))
	for name, av := range attributes {
		raw = append(raw, attribute(name, av))
	}
	return raw
}

func attribute(name string, av types.AttributeValue) item.Attribute {
	switch av := av.(type) {
	case *types.AttributeValueMemberS:
		return item.Attribute{Name: name, Kind: item.String, Text: av.Value}
	case *types.AttributeValueMemberN:
		return item.Attribute{Name: name, Kind: item.Number, Text: av.Value}
	case *types.AttributeValueMemberM:
		return item.Attribute{Name: name, Kind: item.Map, Members: fromSDK(av.Value)}
	}
	return item.Attribute{Name: name}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func entry(e events.Entry) types.AttributeValue {
	members := map[string]types.AttributeValue{item.Stamp: text(e.Stamp.String())}
	if e.Value != events.Unset {
		members[item.Value] = text(e.Value.JSON())
	}
	return &types.AttributeValueMemberM{Value: members}
}
