package tables_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

func (t *table) describe() *types.TableDescription {
	out, err := t.db.DescribeTable(t.ctx, &dynamodb.DescribeTableInput{TableName: &t.name})
	if err != nil {
		t.errorf("DescribeTable: %w", err)
		return &types.TableDescription{}
	}
	return out.Table
}

func (t *table) alter(change func(*dynamodb.UpdateTableInput)) error {
	in := &dynamodb.UpdateTableInput{TableName: &t.name}
	change(in)
	if _, err := t.db.UpdateTable(t.ctx, in); err != nil {
		return err
	}
	return t.active()
}

func (t *table) tags() string {
	out, err := t.db.ListTagsOfResource(t.ctx, &dynamodb.ListTagsOfResourceInput{ResourceArn: t.describe().TableArn})
	var all []string
	for _, tag := range answer(t, "ListTagsOfResource", out, err).Tags {
		all = append(all, *tag.Key+"="+*tag.Value)
	}
	return sorted(strings.Join(all, " "))
}

func tag(key, value string) types.Tag { return types.Tag{Key: &key, Value: &value} }

func streaming(view types.StreamViewType) *types.StreamSpecification {
	return &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: view}
}

var tableCases = append(cases("table", "pk:S sk:N", map[string]func(t *table){
	"describes its key": func(t *table) {
		d := t.describe()
		t.equal("schema", words(*d.KeySchema[0].AttributeName, d.KeySchema[0].KeyType, *d.KeySchema[1].AttributeName, d.KeySchema[1].KeyType), "pk HASH sk RANGE")
		t.equal("attributes", len(d.AttributeDefinitions), 2)
	},
	"describes itself": func(t *table) {
		d := t.describe()
		t.equal("name, billing, status", words(*d.TableName, d.BillingModeSummary.BillingMode, d.TableStatus), t.name+" PAY_PER_REQUEST ACTIVE")
		if !strings.HasPrefix(*d.TableArn, "arn:aws") || !strings.HasSuffix(*d.TableArn, ":table/"+t.name) || *d.TableId == "" || d.CreationDateTime == nil {
			t.errorf("ARN %s, id %s, made %v", *d.TableArn, *d.TableId, d.CreationDateTime)
		}
		t.equal("protected, stream", words(*d.DeletionProtectionEnabled, d.StreamSpecification == nil, d.LatestStreamArn == nil), "false true true")
	},
	"is described by its ARN": func(t *table) {
		out, err := t.db.DescribeTable(t.ctx, &dynamodb.DescribeTableInput{TableName: t.describe().TableArn})
		t.ok("DescribeTable", err)
		t.equal("name", *out.Table.TableName, t.name)
	},
	"is listed": func(t *table) {
		if list := t.list(1, ""); !strings.Contains(list, t.name) {
			t.errorf("not among %s", list)
		}
		if list := t.list(100, t.name); strings.Contains(list, t.name) {
			t.errorf("listed after itself")
		}
	},
	"exists once": func(t *table) {
		_, err := t.db.CreateTable(t.ctx, creation(t.name, "pk:S"))
		t.fails("again", "ResourceInUseException", err)
	},
	"is gone when deleted": func(t *table) {
		out, err := t.db.DeleteTable(t.ctx, &dynamodb.DeleteTableInput{TableName: &t.name})
		t.ok("DeleteTable", err)
		t.equal("status", out.TableDescription.TableStatus, types.TableStatusDeleting)
		t.ok("DescribeTable", conformance.Eventually(t.ctx, 40*time.Second, func() error {
			if _, err := t.db.DescribeTable(t.ctx, &dynamodb.DescribeTableInput{TableName: &t.name}); code(err) != notFound {
				return fmt.Errorf("got %w, want %s", err, notFound)
			}
			return nil
		}))
		_, err = t.db.CreateTable(t.ctx, creation(t.name, "pk:S"))
		t.ok("made again", err)
		t.ok("active", t.active())
		t.equal("items", t.scan().Count, 0)
	},
	"is protected against deletion": func(t *table) {
		t.ok("UpdateTable", t.alter(func(in *dynamodb.UpdateTableInput) { in.DeletionProtectionEnabled = aws.Bool(true) }))
		t.equal("protected", *t.describe().DeletionProtectionEnabled, true)
		t.fails("DeleteTable", invalid, t.drop())
		t.ok("UpdateTable", t.alter(func(in *dynamodb.UpdateTableInput) { in.DeletionProtectionEnabled = aws.Bool(false) }))
	},
	"changes its billing": func(t *table) {
		t.ok("UpdateTable", t.alter(func(in *dynamodb.UpdateTableInput) {
			in.BillingMode, in.ProvisionedThroughput = types.BillingModeProvisioned, &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(3), WriteCapacityUnits: aws.Int64(2)}
		}))
		d := t.describe()
		t.equal("units", words(*d.ProvisionedThroughput.ReadCapacityUnits, *d.ProvisionedThroughput.WriteCapacityUnits), "3 2")
	},
	"gets a stream and loses it": func(t *table) {
		t.ok("on", t.alter(func(in *dynamodb.UpdateTableInput) { in.StreamSpecification = streaming(types.StreamViewTypeNewImage) }))
		d := t.describe()
		t.equal("view", d.StreamSpecification.StreamViewType, types.StreamViewTypeNewImage)
		t.equal("ARN", *d.LatestStreamArn, *d.TableArn+"/stream/"+*d.LatestStreamLabel)
		t.fails("on again", invalid, t.alter(func(in *dynamodb.UpdateTableInput) { in.StreamSpecification = streaming(types.StreamViewTypeNewImage) }))
		off := func(in *dynamodb.UpdateTableInput) {
			in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(false)}
		}
		t.ok("off", t.alter(off))
		t.equal("no stream", t.describe().StreamSpecification == nil, true)
		t.fails("off again", invalid, t.alter(off))
	},
	"refuses a change of nothing": func(t *table) {
		t.fails("nothing", invalid, t.alter(func(*dynamodb.UpdateTableInput) {}))
	},
	"expires items by an attribute": func(t *table) {
		ttl := func() *types.TimeToLiveDescription {
			out, err := t.db.DescribeTimeToLive(t.ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &t.name})
			t.ok("DescribeTimeToLive", err)
			return out.TimeToLiveDescription
		}
		t.equal("before", ttl().TimeToLiveStatus, types.TimeToLiveStatusDisabled)
		out, err := t.expireBy("expires_at")
		t.ok("UpdateTimeToLive", err)
		t.equal("answer", words(*out.TimeToLiveSpecification.AttributeName, *out.TimeToLiveSpecification.Enabled), "expires_at true")
		after := ttl() // AWS takes up to an hour to have it ENABLED
		t.equal("attribute, status", *after.AttributeName+" "+strings.TrimSuffix(strings.TrimSuffix(string(after.TimeToLiveStatus), "ED"), "ING"), "expires_at ENABL")
		_, err = t.expireBy("another")
		t.fails("by another attribute", invalid, err)
	},
	"carries tags": func(t *table) {
		arn := t.describe().TableArn
		_, err := t.db.TagResource(t.ctx, &dynamodb.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{tag("team", "bots"), tag("stage", "dev")}})
		t.ok("TagResource", err)
		_, err = t.db.TagResource(t.ctx, &dynamodb.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{tag("stage", "prod")}})
		t.ok("TagResource", err)
		t.ok("tags", t.eventuallyTagged("stage=prod team=bots"))
		_, err = t.db.UntagResource(t.ctx, &dynamodb.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"team", "none"}})
		t.ok("UntagResource", err)
		t.ok("tags", t.eventuallyTagged("stage=prod"))
	},
	"refuses to tag with nothing": func(t *table) {
		arn := t.describe().TableArn
		_, err := t.db.TagResource(t.ctx, &dynamodb.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{}})
		t.fails("no tag", invalid, err)
		_, err = t.db.UntagResource(t.ctx, &dynamodb.UntagResourceInput{ResourceArn: arn, TagKeys: []string{}})
		t.fails("no key", invalid, err)
	},
}), conformance.Case{Name: "table/is made with all settings", Check: onTable("pk:B", func(in *dynamodb.CreateTableInput) {
	in.StreamSpecification = streaming(types.StreamViewTypeKeysOnly)
	in.Tags = []types.Tag{tag("team", "bots")}
	in.BillingMode, in.ProvisionedThroughput = types.BillingModeProvisioned, &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(2), WriteCapacityUnits: aws.Int64(1)}
}, func(t *table) {
	d := t.describe()
	t.equal("units, view", words(*d.ProvisionedThroughput.ReadCapacityUnits, *d.ProvisionedThroughput.WriteCapacityUnits, d.StreamSpecification.StreamViewType), "2 1 KEYS_ONLY")
	t.equal("tags", t.tags(), "team=bots")
})})

func (t *table) eventuallyTagged(want string) error {
	return conformance.Eventually(t.ctx, 30*time.Second, func() error {
		if got := t.tags(); got != want {
			return fmt.Errorf("got %q, want %q", got, want)
		}
		return nil
	})
}

func (t *table) expireBy(attribute string) (*dynamodb.UpdateTimeToLiveOutput, error) {
	return t.db.UpdateTimeToLive(t.ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName: &t.name, TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: &attribute, Enabled: aws.Bool(true)},
	})
}

// list has the names of tables after the given one, page by page.
func (t *table) list(page int32, after string) string {
	var names []string
	for {
		in := &dynamodb.ListTablesInput{Limit: &page}
		if after != "" {
			in.ExclusiveStartTableName = &after
		}
		out, err := t.db.ListTables(t.ctx, in)
		if err != nil {
			t.errorf("ListTables: %w", err)
			return ""
		}
		names = append(names, out.TableNames...)
		if out.LastEvaluatedTableName == nil {
			return strings.Join(names, " ")
		}
		after = *out.LastEvaluatedTableName
	}
}
