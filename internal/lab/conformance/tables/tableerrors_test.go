package tables_test

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// badTables are what CreateTable refuses.
var badTables = []struct {
	what   string
	change func(*dynamodb.CreateTableInput)
}{
	{"a name of two characters", func(in *dynamodb.CreateTableInput) { in.TableName = aws.String("ab") }},
	{"a name of 256 characters", func(in *dynamodb.CreateTableInput) { in.TableName = aws.String(strings.Repeat("x", 256)) }},
	{"a name with a space", func(in *dynamodb.CreateTableInput) { in.TableName = aws.String("my table") }},
	{"a key's name of 256 bytes", func(in *dynamodb.CreateTableInput) {
		name := aws.String(strings.Repeat("x", 256))
		in.KeySchema[0].AttributeName, in.AttributeDefinitions[0].AttributeName = name, name
	}},
	{"a key without a definition", func(in *dynamodb.CreateTableInput) { in.AttributeDefinitions[0].AttributeName = aws.String("other") }},
	{"a definition without a key", func(in *dynamodb.CreateTableInput) {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String("x"), AttributeType: "S"})
	}},
	{"a definition twice", func(in *dynamodb.CreateTableInput) {
		in.AttributeDefinitions = append(in.AttributeDefinitions, in.AttributeDefinitions[0])
	}},
	{"a key of a type that is no key's", func(in *dynamodb.CreateTableInput) { in.AttributeDefinitions[0].AttributeType = "BOOL" }},
	{"a range key alone", func(in *dynamodb.CreateTableInput) { in.KeySchema[0].KeyType = types.KeyTypeRange }},
	{"two hash keys", func(in *dynamodb.CreateTableInput) {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String("x"), AttributeType: "S"})
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: aws.String("x"), KeyType: types.KeyTypeHash})
	}},
	{"one attribute as both keys", func(in *dynamodb.CreateTableInput) {
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: aws.String("pk"), KeyType: types.KeyTypeRange})
	}},
	{"no key", func(in *dynamodb.CreateTableInput) { in.KeySchema = []types.KeySchemaElement{} }},
	{"provisioned billing without units", func(in *dynamodb.CreateTableInput) { in.BillingMode = types.BillingModeProvisioned }},
	{"units without provisioned billing", func(in *dynamodb.CreateTableInput) {
		in.ProvisionedThroughput = &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(1), WriteCapacityUnits: aws.Int64(1)}
	}},
	{"units of 0", func(in *dynamodb.CreateTableInput) {
		in.BillingMode, in.ProvisionedThroughput = types.BillingModeProvisioned, &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(0), WriteCapacityUnits: aws.Int64(1)}
	}},
	{"an unknown billing", func(in *dynamodb.CreateTableInput) { in.BillingMode = "FREE" }},
	{"an unknown view", func(in *dynamodb.CreateTableInput) { in.StreamSpecification = streaming("ALL") }},
	{"a view without a stream", func(in *dynamodb.CreateTableInput) {
		in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(false), StreamViewType: types.StreamViewTypeNewImage}
	}},
	{"a stream without a view", func(in *dynamodb.CreateTableInput) {
		in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(true)}
	}},
}

var tableErrorCases = func() []conformance.Case {
	var list []conformance.Case
	for _, b := range badTables {
		list = append(list, conformance.Case{Name: "create table/refuses " + b.what, Check: without(func(t *table) {
			in := creation(t.name, "pk:S")
			b.change(in)
			_, err := t.db.CreateTable(t.ctx, in)
			t.fails(b.what, invalid, err)
		})})
	}
	return append(list, conformance.Case{Name: "table/that does not exist is refused", Check: without(missingTable)})
}()

func missingTable(t *table) {
	_, err := t.db.DescribeTable(t.ctx, &dynamodb.DescribeTableInput{TableName: &t.name})
	t.fails("DescribeTable", notFound, err)
	t.fails("DeleteTable", notFound, t.drop())
	t.fails("UpdateTable", notFound, t.alter(func(in *dynamodb.UpdateTableInput) { in.DeletionProtectionEnabled = aws.Bool(false) }))
	_, err = t.db.DescribeTimeToLive(t.ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &t.name})
	t.fails("DescribeTimeToLive", notFound, err)
	_, err = t.expireBy("x")
	t.fails("UpdateTimeToLive", notFound, err)
	_, err = t.db.ListTables(t.ctx, &dynamodb.ListTablesInput{Limit: aws.Int32(101)})
	t.fails("ListTables of 101", invalid, err)
}
