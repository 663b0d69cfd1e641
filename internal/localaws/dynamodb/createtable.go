package dynamodb

import "strings"

// config checks the rules that a TableConfig cannot express, and makes a TableConfig.
func (in *createTableInput) config() (TableConfig, error) {
	c := TableConfig{
		Name: in.TableName, BillingMode: in.BillingMode, Class: in.TableClass, DeletionProtection: in.DeletionProtectionEnabled,
	}
	if err := validTableName("tableName", c.Name); err != nil {
		return c, err
	}
	if err := first(in.billing(&c), in.keys(&c), in.stream(&c)); err != nil {
		return c, err
	}
	c.Encryption = in.SSESpecification.encryption()
	var err error
	c.Tags, err = withTags(nil, in.Tags)
	return c, err
}

func (in *createTableInput) billing(c *TableConfig) error {
	p := in.ProvisionedThroughput
	if in.BillingMode == "PAY_PER_REQUEST" {
		if p != nil {
			return invalidParameter("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
		}
		return nil
	}
	c.BillingMode = "PROVISIONED"
	if p == nil || p.ReadCapacityUnits == 0 || p.WriteCapacityUnits == 0 {
		return invalidParameter("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	}
	c.ReadUnits, c.WriteUnits = p.ReadCapacityUnits, p.WriteCapacityUnits
	return oneOf(in.BillingMode, "billingMode", "PROVISIONED", "PAY_PER_REQUEST")
}

// keys pairs the key schema with the attribute definitions.
func (in *createTableInput) keys(c *TableConfig) error {
	if err := checkSchema(in.KeySchema, in.AttributeDefinitions); err != nil {
		return err
	}
	c.Hash, c.Range = keysOf(in.KeySchema, in.AttributeDefinitions)
	if err := in.indexes(c); err != nil {
		return err
	}
	if len(c.attributes()) != len(in.AttributeDefinitions) {
		return invalidParameter("Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	}
	return nil
}

// keysOf are the hash key and the range key of a schema that was checked.
func keysOf(schema []keySchemaElement, definitions []attributeDefinition) (hash, rangeKey KeyAttribute) {
	types := map[string]string{}
	for _, d := range definitions {
		types[d.AttributeName] = d.AttributeType
	}
	for i, k := range schema {
		key := KeyAttribute{Name: k.AttributeName, Type: types[k.AttributeName]}
		if i == 0 {
			hash = key
		} else {
			rangeKey = key
		}
	}
	return hash, rangeKey
}

// checkSchema checks the key schema of a table or an index.
func checkSchema(schema []keySchemaElement, definitions []attributeDefinition) error {
	keys, defined := names(schema, func(k keySchemaElement) string { return k.AttributeName }), names(definitions, func(d attributeDefinition) string { return d.AttributeName })
	switch {
	case len(keys) == 0:
		return required(false, "keySchema")
	case len(keys) > 2:
		return constraint("[...]", "keySchema", "Member must have length less than or equal to 2")
	case len(keys) > len(defined):
		return validation("Invalid KeySchema: Some index key attribute have no definition")
	case len(keys) == 2 && keys[0] == keys[1]:
		return validation("Both the Hash Key and the Range Key element in the KeySchema have the same name")
	case schema[0].KeyType != "HASH":
		return validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
	case len(keys) == 2 && schema[1].KeyType != "RANGE":
		return validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
	}
	for _, key := range keys {
		if !strings.Contains("\x00"+strings.Join(defined, "\x00")+"\x00", "\x00"+key+"\x00") {
			return invalidParameter("Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]", strings.Join(keys, ", "), strings.Join(defined, ", "))
		}
	}
	return nil
}

func names[T any](list []T, name func(T) string) []string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = name(e)
	}
	return out
}

func (in *createTableInput) stream(c *TableConfig) error {
	spec := in.StreamSpecification
	if spec == nil {
		return nil
	}
	if !spec.StreamEnabled && spec.StreamViewType != "" {
		return invalidParameter("Table is being created with a stream disabled, UpdateViewType should not be specified")
	}
	if err := spec.check(); err != nil {
		return err
	}
	c.StreamView = spec.StreamViewType
	return nil
}

func (spec *streamSpecification) check() error {
	switch {
	case spec.StreamEnabled && spec.StreamViewType == "":
		return invalidParameter("StreamViewType must be specified when StreamEnabled is true")
	case !spec.StreamEnabled && spec.StreamViewType != "":
		return invalidParameter("StreamViewType must not be specified when StreamEnabled is false")
	}
	return oneOf(spec.StreamViewType, "streamSpecification.streamViewType", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")
}
