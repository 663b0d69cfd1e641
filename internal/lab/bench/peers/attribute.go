package peers

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Attribute converts a decoded JSON value to DynamoDB's form.
func Attribute(v any) (types.AttributeValue, error) {
	switch v := v.(type) {
	case nil:
		return &types.AttributeValueMemberNULL{Value: true}, nil
	case bool:
		return &types.AttributeValueMemberBOOL{Value: v}, nil
	case string:
		return &types.AttributeValueMemberS{Value: v}, nil
	case float64:
		text, err := json.Marshal(v)
		return &types.AttributeValueMemberN{Value: string(text)}, err
	case []any:
		list := &types.AttributeValueMemberL{Value: make([]types.AttributeValue, len(v))}
		for i, element := range v {
			a, err := Attribute(element)
			if err != nil {
				return nil, err
			}
			list.Value[i] = a
		}
		return list, nil
	case map[string]any:
		members, err := Attributes(v)
		return &types.AttributeValueMemberM{Value: members}, err
	}
	return nil, fmt.Errorf("a %T is no JSON value", v)
}

// Attributes converts the members of a decoded JSON object to DynamoDB's form.
func Attributes(object map[string]any) (map[string]types.AttributeValue, error) {
	members := make(map[string]types.AttributeValue, len(object))
	for name, v := range object {
		a, err := Attribute(v)
		if err != nil {
			return nil, err
		}
		members[name] = a
	}
	return members, nil
}
