package remotetable

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

func indexKeys(x stack.Index) []key {
	return keyPair(x.HashKey, x.HashKeyType, x.RangeKey, x.RangeKeyType)
}

// addIndexes adds the stack's indexes to a new table, and the attributes that only they
// have as keys.
func addIndexes(in *dynamodb.CreateTableInput, indexes []stack.Index) {
	for _, x := range indexes {
		index := types.GlobalSecondaryIndex{
			IndexName:  aws.String(x.Name),
			Projection: &types.Projection{ProjectionType: types.ProjectionType(x.Projection), NonKeyAttributes: x.Include},
		}
		for _, k := range indexKeys(x) {
			index.KeySchema = append(index.KeySchema, k.schema)
			if !slices.ContainsFunc(in.AttributeDefinitions, k.isDefined) {
				in.AttributeDefinitions = append(in.AttributeDefinitions, k.definition)
			}
		}
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, index)
	}
}

// fitIndexes returns which of the stack's indexes an existing table lacks or has with
// other keys, or nil. It may have more.
func fitIndexes(found *types.TableDescription, indexes []stack.Index) error {
	for _, x := range indexes {
		at := slices.IndexFunc(found.GlobalSecondaryIndexes, func(d types.GlobalSecondaryIndexDescription) bool { return aws.ToString(d.IndexName) == x.Name })
		switch {
		case at < 0:
			return fmt.Errorf("it is there without the index %s", x.Name)
		case !sameKeys(found.GlobalSecondaryIndexes[at].KeySchema, found.AttributeDefinitions, indexKeys(x)):
			return fmt.Errorf("its index %s has other keys than serverless.yml gives it", x.Name)
		}
	}
	return nil
}
