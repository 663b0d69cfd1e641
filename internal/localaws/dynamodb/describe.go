package dynamodb

import (
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// tableDescription is a TableDescription on the wire.
type tableDescription struct {
	TableName, TableArn, TableId, TableStatus string
	AttributeDefinitions                      []attributeDefinition
	KeySchema                                 []keySchemaElement
	CreationDateTime                          wire.Time
	ItemCount, TableSizeBytes                 int
	ProvisionedThroughput                     throughputDescription
	BillingModeSummary                        *billingSummary      `json:",omitzero"`
	StreamSpecification                       *streamSpecification `json:",omitzero"`
	LatestStreamArn                           string               `json:",omitzero"`
	LatestStreamLabel                         string               `json:",omitzero"`
	SSEDescription                            *sseDescription      `json:",omitzero"`
	TableClassSummary                         *classSummary        `json:",omitzero"`
	DeletionProtectionEnabled                 bool
	GlobalSecondaryIndexes                    []indexDescription `json:",omitzero"`
}

type throughputDescription struct {
	NumberOfDecreasesToday                int
	ReadCapacityUnits, WriteCapacityUnits int64
}

type billingSummary struct {
	BillingMode                       string
	LastUpdateToPayPerRequestDateTime wire.Time
}

type sseDescription struct {
	Status, SSEType string
	KMSMasterKeyArn string `json:",omitzero"`
}

type classSummary struct{ TableClass string }

// schema is the key schema on the wire.
func (c *TableConfig) schema() []keySchemaElement { return schemaOf(c.keys()) }

func schemaOf(keys []KeyAttribute) []keySchemaElement {
	kinds := []string{"HASH", "RANGE"}
	var schema []keySchemaElement
	for i, k := range keys {
		schema = append(schema, keySchemaElement{k.Name, kinds[i]})
	}
	return schema
}

func (t *Table) describe(status string) *tableDescription {
	c := &t.config
	d := &tableDescription{
		TableName: c.Name, TableArn: t.arn, TableId: t.id, TableStatus: status,
		KeySchema: c.schema(), CreationDateTime: wire.Time(t.created),
		ItemCount: t.rows.count, TableSizeBytes: t.bytes,
		ProvisionedThroughput:     throughputDescription{ReadCapacityUnits: c.ReadUnits, WriteCapacityUnits: c.WriteUnits},
		DeletionProtectionEnabled: c.DeletionProtection,
	}
	for _, x := range t.indexes {
		d.GlobalSecondaryIndexes = append(d.GlobalSecondaryIndexes, x.describe())
	}
	for _, k := range c.attributes() {
		d.AttributeDefinitions = append(d.AttributeDefinitions, attributeDefinition{k.Name, k.Type})
	}
	if c.BillingMode == "PAY_PER_REQUEST" {
		d.BillingModeSummary = &billingSummary{c.BillingMode, wire.Time(t.created)}
	}
	if t.stream != nil {
		d.StreamSpecification = &streamSpecification{true, t.stream.view}
		d.LatestStreamArn, d.LatestStreamLabel = t.stream.arn, t.stream.label
	}
	if e := c.Encryption; e.Enabled {
		d.SSEDescription = &sseDescription{"ENABLED", e.Type, e.KeyARN}
		if e.Type == "" {
			d.SSEDescription.SSEType = "KMS"
		}
	}
	if c.Class != "" {
		d.TableClassSummary = &classSummary{c.Class}
	}
	return d
}
