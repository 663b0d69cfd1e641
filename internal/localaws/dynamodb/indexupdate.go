package dynamodb

import (
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// indexUpdate is a GlobalSecondaryIndexUpdate on the wire.
type indexUpdate struct {
	Create *indexInput
	Update *struct {
		IndexName             string
		ProvisionedThroughput *throughput
		OnDemandThroughput    *struct{ MaxReadRequestUnits, MaxWriteRequestUnits int64 } // accepted, without effect
		WarmThroughput        *struct{ ReadUnitsPerSecond, WriteUnitsPerSecond int64 }   // accepted, without effect
	}
	Delete *struct{ IndexName string }
}

// name is the name of the index that the update is about.
func (u *indexUpdate) name() string {
	switch {
	case u.Create != nil:
		return u.Create.IndexName
	case u.Update != nil:
		return u.Update.IndexName
	}
	return u.Delete.IndexName
}

// checkIndexUpdates checks what can be checked without the table.
func (in *updateTableInput) checkIndexUpdates() error {
	names, made := map[string]bool{}, 0
	for _, u := range in.GlobalSecondaryIndexUpdates {
		given := 0
		for _, present := range []bool{u.Create != nil, u.Update != nil, u.Delete != nil} {
			if present {
				given++
			}
		}
		switch {
		case given == 0:
			return invalidParameter("One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null")
		case given > 1:
			return invalidParameter("Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete may be given")
		case names[u.name()]:
			return invalidParameter("Only one global secondary index update per index is allowed simultaneously. Index: %s", u.name())
		}
		names[u.name()] = true
		if u.Update == nil {
			made++
		}
	}
	if made > 1 {
		return wire.Errorf("LimitExceededException", "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")
	}
	return nil
}

// indexes changes the indexes of a configuration whose billing has been changed before.
func (in *updateTableInput) indexes(c *TableConfig) error {
	c.Indexes = slices.Clone(c.Indexes)
	if in.BillingMode == "PAY_PER_REQUEST" {
		for i := range c.Indexes {
			c.Indexes[i].ReadUnits, c.Indexes[i].WriteUnits = 0, 0
		}
	}
	for _, u := range in.GlobalSecondaryIndexUpdates {
		if err := in.index(c, u); err != nil {
			return err
		}
	}
	for _, x := range c.Indexes {
		if c.BillingMode == "PROVISIONED" && x.ReadUnits == 0 {
			return invalidParameter("ProvisionedThroughput must be specified for index: %s", x.Name)
		}
	}
	return c.validate()
}

func (in *updateTableInput) index(c *TableConfig, u indexUpdate) error {
	at := slices.IndexFunc(c.Indexes, func(x IndexConfig) bool { return x.Name == u.name() })
	switch {
	case u.Create != nil && at >= 0:
		return invalidParameter("Index already exists: %s", u.name())
	case u.Create != nil:
		x, err := u.Create.config(in.AttributeDefinitions, c.BillingMode)
		c.Indexes = append(c.Indexes, x)
		return err
	case u.Delete != nil && at < 0:
		return notFound("Requested resource not found: Index: %s not found", u.name())
	case u.Delete != nil:
		c.Indexes = slices.Delete(c.Indexes, at, at+1)
		return nil
	case at < 0:
		return validation("This operation cannot be performed with given input values. Please contact DynamoDB service team for more info: Action Blocked: IndexUpdate")
	case u.Update.ProvisionedThroughput == nil:
		return required(u.Update.OnDemandThroughput != nil || u.Update.WarmThroughput != nil, "globalSecondaryIndexUpdates.member.update.provisionedThroughput")
	}
	was := c.Indexes[at]
	if err := c.Indexes[at].bill(u.Update.ProvisionedThroughput, c.BillingMode); err != nil {
		return err
	}
	if c.BillingMode == "PROVISIONED" && was.ReadUnits == c.Indexes[at].ReadUnits && was.WriteUnits == c.Indexes[at].WriteUnits {
		return validation("The provisioned throughput for the index %s will not change. The requested value equals the current value.", u.name())
	}
	return nil
}
