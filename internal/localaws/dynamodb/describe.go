package dynamodb

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
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
	}
	d.LatestStreamArn, d.LatestStreamLabel = t.latestStream, t.latestLabel
	if c.Encryption.Enabled {
		d.SSEDescription = &sseDescription{"ENABLED", "KMS", c.Encryption.keyARN(t.w)}
	}
	if c.Class != "" {
		d.TableClassSummary = &classSummary{c.Class}
	}
	return d
}

// keyARN names the key. That of an alias, and of the AWS managed key, is invented: each
// has always the same in an account.
func (e Encryption) keyARN(w *world.World) string {
	name := cmp.Or(e.Key, "alias/aws/dynamodb")
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	if strings.HasPrefix(name, "alias/") {
		h := sha256.Sum256([]byte(w.Account + " " + w.Region + " " + name))
		name = fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
	}
	return w.ARN("kms", "key/"+name)
}
