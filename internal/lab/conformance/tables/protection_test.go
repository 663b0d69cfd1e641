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

func (t *table) backups() *types.PointInTimeRecoveryDescription {
	out, err := t.db.DescribeContinuousBackups(t.ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: &t.name})
	if err != nil {
		t.errorf("DescribeContinuousBackups: %w", err)
		return &types.PointInTimeRecoveryDescription{}
	}
	return out.ContinuousBackupsDescription.PointInTimeRecoveryDescription
}

func (t *table) recover(on bool, days *int32) error {
	_, err := t.db.UpdateContinuousBackups(t.ctx, &dynamodb.UpdateContinuousBackupsInput{
		TableName: &t.name, PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: &on, RecoveryPeriodInDays: days},
	})
	return err
}

// encryption is the status and the type of a table's encryption, where it is shown.
func (t *table) encryption() string {
	d := t.describe().SSEDescription
	if d == nil {
		return "not shown"
	}
	if !strings.HasPrefix(aws.ToString(d.KMSMasterKeyArn), "arn:aws:kms:") {
		t.errorf("the key is %q", aws.ToString(d.KMSMasterKeyArn))
	}
	return words(d.Status, d.SSEType)
}

// https://github.com/localstack/localstack/blob/main/tests/aws/services/dynamodb/test_dynamodb.snapshot.json,
// recorded from AWS: test_continuous_backup_update,
// test_dynamodb_create_table_with_partial_sse_specification and
// test_dynamodb_update_table_without_sse_specification_change. For tables without any
// of it Alternator's test_backup and test_describe_table.
var protectionCases = append(cases("protection", "pk:S", map[string]func(t *table){
	"is off unless asked for": func(t *table) {
		t.equal("recovery", t.backups().PointInTimeRecoveryStatus, types.PointInTimeRecoveryStatusDisabled)
		t.equal("encryption", t.encryption(), "not shown")
	},
	"by recovery to a point in time": func(t *table) {
		t.ok("on", conformance.Eventually(t.ctx, 60*time.Second, func() error {
			err := t.recover(true, nil)
			if err != nil && code(err) != "ContinuousBackupsUnavailableException" { // AWS makes them possible some seconds later
				return fmt.Errorf("%w, %w", err, conformance.ErrNever)
			}
			return err
		}))
		d := t.backups()
		t.equal("recovery", words(d.PointInTimeRecoveryStatus, aws.ToInt32(d.RecoveryPeriodInDays)), "ENABLED 35")
		t.equal("times", words(d.EarliestRestorableDateTime != nil, d.LatestRestorableDateTime != nil), "true true")
		t.ok("shorter", t.recover(true, aws.Int32(7)))
		t.equal("days", aws.ToInt32(t.backups().RecoveryPeriodInDays), 7)
		t.ok("off", t.recover(false, nil))
		t.equal("recovery", t.backups().PointInTimeRecoveryStatus, types.PointInTimeRecoveryStatusDisabled)
		t.fails("36 days", invalid, t.recover(true, aws.Int32(36))) // the SDK's documentation: 1 to 35
	},
}), conformance.Case{Name: "protection/by encryption", Check: onTable("pk:S", func(in *dynamodb.CreateTableInput) {
	in.SSESpecification = &types.SSESpecification{Enabled: aws.Bool(true)}
}, func(t *table) {
	t.equal("encryption", t.encryption(), "ENABLED KMS")
	t.ok("another change", t.alter(func(in *dynamodb.UpdateTableInput) { in.DeletionProtectionEnabled = aws.Bool(false) }))
	t.equal("encryption", t.encryption(), "ENABLED KMS")
})}, conformance.Case{Name: "protection/of a table that does not exist is refused", Check: without(func(t *table) {
	_, err := t.db.DescribeContinuousBackups(t.ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: &t.name})
	t.fails("DescribeContinuousBackups", "TableNotFoundException", err)
	t.fails("UpdateContinuousBackups", "TableNotFoundException", t.recover(true, nil))
})})
