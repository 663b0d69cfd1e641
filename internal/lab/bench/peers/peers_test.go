package peers_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers"
)

func TestAttributesOfEveryKindOfJSON(t *testing.T) {
	var object map[string]any
	if err := json.Unmarshal([]byte(`{"s":"x","n":1e3,"b":true,"z":null,"l":["y",2],"o":{"in":false}}`), &object); err != nil {
		t.Fatal(err)
	}
	got, err := peers.Attributes(object)
	want := map[string]types.AttributeValue{
		"s": &types.AttributeValueMemberS{Value: "x"}, "n": &types.AttributeValueMemberN{Value: "1000"},
		"b": &types.AttributeValueMemberBOOL{Value: true}, "z": &types.AttributeValueMemberNULL{Value: true},
		"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{
			&types.AttributeValueMemberS{Value: "y"}, &types.AttributeValueMemberN{Value: "2"},
		}},
		"o": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"in": &types.AttributeValueMemberBOOL{}}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := peers.Attributes(map[string]any{"deep": []any{struct{}{}}}); err == nil {
		t.Error("a struct was taken")
	}
}
