package remotetable

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
)

// record is the SDK's record as localaws has it.
func record(r *types.Record) (dynamodb.Record, error) {
	d := r.Dynamodb
	out := dynamodb.Record{
		EventID: aws.ToString(r.EventID), EventName: string(r.EventName),
		SequenceNumber: aws.ToString(d.SequenceNumber), Created: aws.ToTime(d.ApproximateCreationDateTime),
		ViewType: string(d.StreamViewType), SizeBytes: int(aws.ToInt64(d.SizeBytes)),
	}
	if i := r.UserIdentity; i != nil {
		out.Identity = &dynamodb.Identity{PrincipalID: aws.ToString(i.PrincipalId), Type: aws.ToString(i.Type)}
	}
	for _, part := range []struct {
		from map[string]types.AttributeValue
		to   *dynamodb.Item
	}{{d.Keys, &out.Keys}, {d.OldImage, &out.OldImage}, {d.NewImage, &out.NewImage}} {
		if part.from == nil {
			continue
		}
		text, err := json.Marshal(fields(part.from))
		if err == nil {
			err = json.Unmarshal(text, part.to)
		}
		if err != nil {
			return out, fmt.Errorf("record %s: %w", out.SequenceNumber, err)
		}
	}
	return out, nil
}

func fields(item map[string]types.AttributeValue) map[string]any {
	out := make(map[string]any, len(item))
	for name, v := range item {
		out[name] = wireForm(v)
	}
	return out
}

// wireForm is a value as it travels, ready to be encoded as JSON.
func wireForm(v types.AttributeValue) map[string]any {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberB:
		return map[string]any{"B": v.Value}
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberNULL:
		return map[string]any{"NULL": v.Value}
	case *types.AttributeValueMemberSS:
		return map[string]any{"SS": v.Value}
	case *types.AttributeValueMemberNS:
		return map[string]any{"NS": v.Value}
	case *types.AttributeValueMemberBS:
		return map[string]any{"BS": v.Value}
	case *types.AttributeValueMemberM:
		return map[string]any{"M": fields(v.Value)}
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, e := range v.Value {
			list[i] = wireForm(e)
		}
		return map[string]any{"L": list}
	}
	return nil // a type that the SDK does not know either: decoding refuses it
}
