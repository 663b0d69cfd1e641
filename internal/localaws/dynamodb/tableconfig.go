package dynamodb

import (
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// KeyAttribute is an attribute of a primary key.
type KeyAttribute struct {
	Name string
	Type string // "S", "N" or "B"
}

func (k KeyAttribute) kind() value.Kind { return value.KindOf(k.Type) }

// TableConfig says what a table is like. Hash and Name are required.
type TableConfig struct {
	Name  string // 3 to 255 of a-z A-Z 0-9 _ . -
	Hash  KeyAttribute
	Range KeyAttribute // the zero KeyAttribute: no range key

	BillingMode           string // "PAY_PER_REQUEST" or "PROVISIONED"; empty: PAY_PER_REQUEST
	ReadUnits, WriteUnits int64  // per second when provisioned; shown, not enforced

	Indexes []IndexConfig // global secondary indexes, at most 20

	// StreamView is "NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE" or
	// "KEYS_ONLY"; empty: no stream.
	StreamView string

	TTLAttribute       string // empty: items do not expire
	RecoveryPeriodDays int    // of point-in-time recovery, 1 to 35; 0: off. Shown, without effect
	DeletionProtection bool
	Class              string // "STANDARD" or "STANDARD_INFREQUENT_ACCESS", shown; empty: not shown
	Encryption         Encryption
	Tags               map[string]string
}

// Encryption is an SSESpecification. It is shown, without effect.
type Encryption struct {
	Enabled bool
	Type    string // "KMS", or empty
	Key     string // KMSMasterKeyId: an id, an alias or an ARN; empty: the AWS managed key
}

func (e Encryption) check() error {
	if !e.Enabled && (e.Key != "" || e.Type != "") {
		return invalidParameter("SSEType and KMSMasterKeyId need encryption to be enabled")
	}
	return oneOf(e.Type, "sseSpecification.sseType", "KMS") // AES256 is in the SDK, but no service takes it
}

// keys are the key attributes: the hash key and, if there is one, the range key.
func (c *TableConfig) keys() []KeyAttribute { return keyPair(c.Hash, c.Range) }

func keyPair(hash, rangeKey KeyAttribute) []KeyAttribute {
	if rangeKey.Name == "" {
		return []KeyAttribute{hash}
	}
	return []KeyAttribute{hash, rangeKey}
}

// attributes are the key attributes of the table and its indexes, each once.
func (c *TableConfig) attributes() []KeyAttribute {
	all := c.keys()
	for _, x := range c.Indexes {
		for _, k := range x.keys() {
			if !slices.Contains(all, k) {
				all = append(all, k)
			}
		}
	}
	return all
}

func (c *TableConfig) validate() error {
	if err := validTableName("tableName", c.Name); err != nil {
		return err
	}
	for _, key := range c.attributes() {
		if key.Name == "" || len(key.Name) > 255 {
			return constraint(key.Name, "attributeName", "Member must have length between 1 and 255")
		}
		if err := oneOf(key.Type, "attributeType", "B", "N", "S"); err != nil || key.Type == "" {
			return first(err, constraint("null", "attributeType", "Member must not be null"))
		}
	}
	if c.Hash.Name == c.Range.Name {
		return validation("Both the Hash Key and the Range Key element in the KeySchema have the same name")
	}
	return first(
		c.validateIndexes(),
		oneOf(c.BillingMode, "billingMode", "PROVISIONED", "PAY_PER_REQUEST"),
		oneOf(c.StreamView, "streamSpecification.streamViewType", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"),
		oneOf(c.Class, "tableClass", "STANDARD", "STANDARD_INFREQUENT_ACCESS"),
		c.Encryption.check(), checkTags(c.Tags),
	)
}

func validTableName(member, name string) error {
	if name == "" {
		return constraint("null", member, "Member must not be null")
	}
	if strings.ContainsFunc(name, func(r rune) bool { return !nameRune(r) }) {
		return constraint(name, member, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
	}
	if len(name) < 3 || len(name) > 255 {
		return validation("TableName must be at least 3 characters long and at most 255 characters long")
	}
	return nil
}

func nameRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '.' || r == '-'
}
