package remotetable

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

func TestATableOfThatNameMayBeAnotherOne(t *testing.T) {
	wanted := stack.Table{Name: "t", HashKey: "user_id", HashKeyType: "S", StreamViewType: "NEW_AND_OLD_IMAGES"}
	table := func(change func(*types.TableDescription)) *types.TableDescription {
		k := keys(wanted)[0]
		d := &types.TableDescription{
			KeySchema: []types.KeySchemaElement{k.schema}, AttributeDefinitions: []types.AttributeDefinition{k.definition},
			StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: "NEW_AND_OLD_IMAGES"},
		}
		change(d)
		return d
	}
	for _, c := range []struct {
		name, want string
		change     func(*types.TableDescription)
	}{
		{"the one that is meant", "", func(*types.TableDescription) {}},
		{"another key", "other keys", func(d *types.TableDescription) { d.KeySchema[0].AttributeName = aws.String("id") }},
		{"a key of another type", "other keys", func(d *types.TableDescription) { d.AttributeDefinitions[0].AttributeType = "N" }},
		{"a range key more", "other keys", func(d *types.TableDescription) {
			d.KeySchema = append(d.KeySchema, types.KeySchemaElement{AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange})
		}},
		{"no stream", "without a stream", func(d *types.TableDescription) { d.StreamSpecification = nil }},
		{"a stream that is off", "without a stream", func(d *types.TableDescription) { d.StreamSpecification.StreamEnabled = aws.Bool(false) }},
		{"another view", "its stream has KEYS_ONLY, serverless.yml says NEW_AND_OLD_IMAGES", func(d *types.TableDescription) { d.StreamSpecification.StreamViewType = "KEYS_ONLY" }},
	} {
		err := fits(table(c.change), wanted)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}
