package dynamodb

import (
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// indexInput is a GlobalSecondaryIndex, or what creates one, on the wire.
type indexInput struct {
	IndexName             string
	KeySchema             []keySchemaElement
	Projection            *projection
	ProvisionedThroughput *throughput
	OnDemandThroughput    *struct{ MaxReadRequestUnits, MaxWriteRequestUnits int64 } // accepted, without effect
	WarmThroughput        *struct{ ReadUnitsPerSecond, WriteUnitsPerSecond int64 }   // accepted, without effect
}

type throughput struct{ ReadCapacityUnits, WriteCapacityUnits int64 }

type projection struct {
	ProjectionType   string   `json:",omitzero"`
	NonKeyAttributes []string `json:",omitzero"`
}

// config makes an IndexConfig for a table with this billing. The types are those of the
// request's AttributeDefinitions.
func (in *indexInput) config(defined []attributeDefinition, billingMode string) (IndexConfig, error) {
	c := IndexConfig{Name: in.IndexName}
	if in.Projection == nil {
		return c, required(false, "projection")
	}
	c.Projection, c.Include = in.Projection.ProjectionType, in.Projection.NonKeyAttributes
	hashes := 0
	for _, k := range in.KeySchema {
		if k.KeyType == "HASH" {
			hashes++
		}
	}
	if len(in.KeySchema) > 2 || hashes > 1 {
		return c, wire.Unsupported("keys of several attributes in a global secondary index (%s)", in.IndexName)
	}
	if err := checkSchema(in.KeySchema, defined); err != nil {
		return c, err
	}
	c.Hash, c.Range = keysOf(in.KeySchema, defined)
	return c, c.bill(in.ProvisionedThroughput, billingMode)
}

// bill sets the index's throughput, which it needs if the table is provisioned, and
// cannot have otherwise.
func (c *IndexConfig) bill(p *throughput, billingMode string) error {
	switch {
	case billingMode != "PROVISIONED" && p != nil:
		return invalidParameter("ProvisionedThroughput should not be specified for index: %s when BillingMode is PAY_PER_REQUEST", c.Name)
	case billingMode != "PROVISIONED":
		c.ReadUnits, c.WriteUnits = 0, 0
		return nil
	case p == nil:
		return invalidParameter("ProvisionedThroughput must be specified for index: %s", c.Name)
	case p.ReadCapacityUnits < 1 || p.WriteCapacityUnits < 1:
		return invalidParameter("ReadCapacityUnits and WriteCapacityUnits of index %s must be at least 1", c.Name)
	}
	c.ReadUnits, c.WriteUnits = p.ReadCapacityUnits, p.WriteCapacityUnits
	return nil
}

// indexes reads the indexes of a new table, after its billing.
func (in *createTableInput) indexes(c *TableConfig) error {
	switch {
	case len(in.LocalSecondaryIndexes) > 0:
		return wire.Unsupported("the input member LocalSecondaryIndexes")
	case in.LocalSecondaryIndexes != nil:
		return invalidParameter("List of LocalSecondaryIndexes is empty")
	case in.GlobalSecondaryIndexes != nil && len(in.GlobalSecondaryIndexes) == 0:
		return invalidParameter("List of GlobalSecondaryIndexes is empty")
	}
	for _, x := range in.GlobalSecondaryIndexes {
		config, err := x.config(in.AttributeDefinitions, c.BillingMode)
		if err != nil {
			return err
		}
		c.Indexes = append(c.Indexes, config)
	}
	return nil
}

// indexDescription is a GlobalSecondaryIndexDescription on the wire.
type indexDescription struct {
	IndexName, IndexArn, IndexStatus string
	KeySchema                        []keySchemaElement
	Projection                       projection
	ProvisionedThroughput            throughputDescription
	ItemCount, IndexSizeBytes        int
}

func (x *index) describe() indexDescription {
	c := &x.config
	return indexDescription{
		IndexName: c.Name, IndexArn: x.arn(), IndexStatus: "ACTIVE", KeySchema: schemaOf(c.keys()),
		Projection:            projection{c.Projection, slices.Clone(c.Include)},
		ProvisionedThroughput: throughputDescription{ReadCapacityUnits: c.ReadUnits, WriteCapacityUnits: c.WriteUnits},
		ItemCount:             x.rows.count, IndexSizeBytes: x.bytes,
	}
}
