package dynamodb

import "fmt"

type updateTableInput struct {
	TableName                 string
	AttributeDefinitions      []attributeDefinition // those of a new index
	BillingMode               string
	ProvisionedThroughput     *struct{ ReadCapacityUnits, WriteCapacityUnits int64 }
	OnDemandThroughput        *struct{ MaxReadRequestUnits, MaxWriteRequestUnits int64 } // accepted, without effect
	WarmThroughput            *struct{ ReadUnitsPerSecond, WriteUnitsPerSecond int64 }   // accepted, without effect
	StreamSpecification       *streamSpecification
	SSESpecification          *sseSpecification
	TableClass                string
	DeletionProtectionEnabled *bool

	GlobalSecondaryIndexUpdates []indexUpdate
}

// updateTable changes settings, at once.
func (s *Service) updateTable(in *updateTableInput) (*tableOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	t, err := s.tableForControl(in.TableName)
	if err != nil {
		return nil, err
	}
	c := t.config
	if err := first(in.billing(&c), in.stream(&c), in.indexes(&c)); err != nil {
		return nil, err
	}
	in.others(&c)
	if err := c.Encryption.check(); err != nil {
		return nil, err
	}
	was := t.config.StreamView
	t.config = c
	t.reindex()
	switch {
	case was == c.StreamView:
	case c.StreamView == "":
		t.endStream()
	default:
		s.startStream(t)
	}
	return &tableOutput{TableDescription: t.describe("UPDATING")}, nil
}

func (in *updateTableInput) check() error {
	if err := first(
		required(in.TableName != "", "tableName"),
		oneOf(in.BillingMode, "billingMode", "PROVISIONED", "PAY_PER_REQUEST"),
		oneOf(in.TableClass, "tableClass", "STANDARD", "STANDARD_INFREQUENT_ACCESS"),
	); err != nil {
		return err
	}
	if in.BillingMode == "" && in.ProvisionedThroughput == nil && in.OnDemandThroughput == nil && in.WarmThroughput == nil &&
		in.StreamSpecification == nil && in.SSESpecification == nil && in.TableClass == "" && in.DeletionProtectionEnabled == nil &&
		len(in.GlobalSecondaryIndexUpdates) == 0 {
		return validation("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required")
	}
	return in.checkIndexUpdates()
}

func (in *updateTableInput) billing(c *TableConfig) error {
	if in.BillingMode != "" {
		c.BillingMode = in.BillingMode
	}
	p := in.ProvisionedThroughput
	if c.BillingMode == "PAY_PER_REQUEST" {
		c.ReadUnits, c.WriteUnits = 0, 0
		if p != nil {
			return invalidParameter("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
		}
		return nil
	}
	switch {
	case p == nil && in.BillingMode == "":
		return nil
	case p == nil:
		return invalidParameter("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
	case p.ReadCapacityUnits < 1:
		return constraint(fmt.Sprint(p.ReadCapacityUnits), "provisionedThroughput.readCapacityUnits", "Member must have value greater than or equal to 1")
	case p.WriteCapacityUnits < 1:
		return constraint(fmt.Sprint(p.WriteCapacityUnits), "provisionedThroughput.writeCapacityUnits", "Member must have value greater than or equal to 1")
	case p.ReadCapacityUnits == c.ReadUnits && p.WriteCapacityUnits == c.WriteUnits:
		return validation("The provisioned throughput for the table will not change. The requested value equals the current value. "+
			"Current ReadCapacityUnits provisioned for the table: %[1]d. Requested ReadCapacityUnits: %[1]d. "+
			"Current WriteCapacityUnits provisioned for the table: %[2]d. Requested WriteCapacityUnits: %[2]d. "+
			"Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.", c.ReadUnits, c.WriteUnits)
	}
	c.ReadUnits, c.WriteUnits = p.ReadCapacityUnits, p.WriteCapacityUnits
	return nil
}

func (in *updateTableInput) stream(c *TableConfig) error {
	spec := in.StreamSpecification
	if spec == nil {
		return nil
	}
	if err := spec.check(); err != nil {
		return err
	}
	switch {
	case spec.StreamEnabled && c.StreamView != "":
		return validation("Table already has an enabled stream: TableName: %s", c.Name)
	case !spec.StreamEnabled && c.StreamView == "":
		return validation("Table has no stream to disable: TableName: %s", c.Name)
	}
	c.StreamView = spec.StreamViewType
	return nil
}

func (in *updateTableInput) others(c *TableConfig) {
	if in.SSESpecification != nil {
		c.Encryption = in.SSESpecification.encryption()
	}
	if in.TableClass != "" {
		c.Class = in.TableClass
	}
	if in.DeletionProtectionEnabled != nil {
		c.DeletionProtection = *in.DeletionProtectionEnabled
	}
}
