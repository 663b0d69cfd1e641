package dynamodb_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
)

func createInput() *sdk.CreateTableInput {
	return &sdk.CreateTableInput{
		TableName: aws.String("profiles"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("sk"), AttributeType: types.ScalarAttributeTypeN}, {AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange},
		},
		StreamSpecification:       &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages},
		SSESpecification:          &types.SSESpecification{Enabled: aws.Bool(true)},
		Tags:                      []types.Tag{{Key: aws.String("team"), Value: aws.String("bots")}},
		DeletionProtectionEnabled: aws.Bool(true),
	}
}

func TestCreateAndDescribeTable(t *testing.T) {
	l := newLocal(t)
	ctx := context.Background()
	if _, err := l.db.CreateTable(ctx, createInput()); err != nil {
		t.Fatal(err)
	}
	if _, err := l.db.CreateTable(ctx, createInput()); code(err) != "ResourceInUseException" {
		t.Errorf("%v, want that the table exists", err)
	}
	out, err := l.db.DescribeTable(ctx, &sdk.DescribeTableInput{TableName: aws.String("profiles")})
	if err != nil {
		t.Fatal(err)
	}
	d := out.Table
	if d.TableStatus != types.TableStatusActive || *d.TableArn != "arn:aws:dynamodb:us-east-1:123456789012:table/profiles" ||
		!strings.HasPrefix(*d.LatestStreamArn, *d.TableArn+"/stream/2026-11-23T10:00:00.000") || len(d.KeySchema) != 2 ||
		d.BillingModeSummary.BillingMode != types.BillingModePayPerRequest || d.SSEDescription.Status != types.SSEStatusEnabled || !d.CreationDateTime.Equal(l.now) {
		t.Errorf("%+v", d)
	}
	tags, err := l.db.ListTagsOfResource(ctx, &sdk.ListTagsOfResourceInput{ResourceArn: d.TableArn})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Value != "bots" {
		t.Errorf("%+v %v", tags, err)
	}
	if _, err := l.db.DeleteTable(ctx, &sdk.DeleteTableInput{TableName: d.TableName}); code(err) != "ValidationException" {
		t.Errorf("%v, want that the table is protected", err)
	}
}

func TestDeleteAndListTables(t *testing.T) {
	l := newLocal(t)
	ctx := context.Background()
	for _, name := range []string{"ccc", "aaa", "bbb"} {
		l.table(name, "")
	}
	if _, err := l.db.DeleteTable(ctx, &sdk.DeleteTableInput{TableName: aws.String("bbb")}); err != nil {
		t.Fatal(err)
	}
	if got, want := l.must("ListTables", `{"Limit":1}`), `{"LastEvaluatedTableName":"aaa","TableNames":["aaa"]}`; !sameMembers(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := l.must("ListTables", `{"ExclusiveStartTableName":"aaa"}`), `{"TableNames":["ccc"]}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// sameMembers compares short JSON objects without regard to order.
func sameMembers(a, b string) bool {
	for part := range strings.SplitSeq(strings.Trim(a, "{}"), ",") {
		if !strings.Contains(b, part) {
			return false
		}
	}
	return len(a) == len(b)
}

func TestTableARNForName(t *testing.T) {
	l := newLocal(t)
	table := l.table("tab", "")
	l.must("PutItem", `{"TableName":"`+table.ARN()+`","Item":{"pk":{"S":"x"}}}`)
	if table.Len() != 1 {
		t.Error("the item is not in the table")
	}
}

func TestTimeToLiveSettings(t *testing.T) {
	l := newLocal(t)
	l.table("tab", "")
	const enable = `{"TableName":"tab","TimeToLiveSpecification":{"AttributeName":"exp","Enabled":true}}`
	if got, want := l.must("DescribeTimeToLive", `{"TableName":"tab"}`), `{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	l.must("UpdateTimeToLive", enable)
	if got, want := l.do("UpdateTimeToLive", enable), "ValidationException: TimeToLive is already enabled"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := l.must("DescribeTimeToLive", `{"TableName":"tab"}`), `{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"exp"}}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	l.must("UpdateTimeToLive", strings.Replace(enable, "true", "false", 1))
	if got, want := l.do("UpdateTimeToLive", strings.Replace(enable, "true", "false", 1)), "ValidationException: TimeToLive is already disabled"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestBackupsAndEndpoints(t *testing.T) {
	l := newLocal(t)
	_, err := l.service.CreateTable(dynamodb.TableConfig{Name: "tab", Hash: dynamodb.KeyAttribute{Name: "pk", Type: "S"}, RecoveryPeriodDays: 35})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	out, err := l.db.DescribeContinuousBackups(ctx, &sdk.DescribeContinuousBackupsInput{TableName: aws.String("tab")})
	if err != nil || out.ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus != types.PointInTimeRecoveryStatusEnabled {
		t.Errorf("%+v %v", out, err)
	}
	if _, err := l.db.DescribeEndpoints(ctx, &sdk.DescribeEndpointsInput{}); err != nil {
		t.Error(err)
	}
	if _, err := l.db.DescribeLimits(ctx, &sdk.DescribeLimitsInput{}); err != nil {
		t.Error(err)
	}
}

func TestCreateTableRefusals(t *testing.T) {
	const invalid = "ValidationException"
	const billing = `"BillingMode":"PAY_PER_REQUEST"`
	const keys = `"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]`
	tests := []struct{ name, body, want string }{
		{"provisioned without units", keys, invalid},
		{"on demand with units", billing + `,` + keys + `,"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}`, invalid},
		{"undefined key", billing + `,"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]`, invalid},
		{"unused definition", billing + `,"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]`, invalid},
		{"range key first", billing + `,"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"RANGE"}]`, invalid},
		{"key of a type that is no key", billing + `,"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"BOOL"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]`, invalid},
		{"tag without a value", billing + `,` + keys + `,"Tags":[{"Key":"dog"}]`, invalid},
		{"stream without a view", billing + `,` + keys + `,"StreamSpecification":{"StreamEnabled":true}`, invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := newLocal(t).do("CreateTable", `{"TableName":"tab",`+tt.body+`}`); !strings.HasPrefix(got, tt.want) {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
		})
	}
}
