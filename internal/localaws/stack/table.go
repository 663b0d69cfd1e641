package stack

import "maps"

func tableKind() resourceKind {
	return resourceKind{
		nameProperty: "TableName", nameLimit: tableName,
		ref: itself,
		attributes: map[string]attribute{
			"Arn": arnOf("dynamodb", "table/"),
			"StreamArn": func(t *template, r *resource, name string) string {
				if r.properties.field("StreamSpecification") == nil {
					return ""
				}
				return t.StreamARN(name)
			},
		},
		read: readTable,
	}
}

func readTable(t *template, r *resource, s *Stack) {
	f := t.properties(r)
	name := t.nameOf(r, "TableName")
	table := Table{Name: name, ARN: t.arn("dynamodb", "table/"+name)}
	if f.needText("BillingMode", "without it capacity is provisioned, which localaws does not know") != "" {
		f.want("BillingMode", ": localaws does not know provisioned capacity", "PAY_PER_REQUEST")
	}
	t.readAttributes(f, &table)
	if n := f.get("StreamSpecification"); n != nil {
		stream := t.open(n, asIs)
		if stream.needText("StreamViewType", "which images are in the records?") != "" {
			table.StreamViewType = stream.want("StreamViewType", "", "NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY")
		}
		table.StreamARN = t.StreamARN(name)
		stream.done("localaws does not know this property of a stream")
	}
	ttl := t.open(f.get("TimeToLiveSpecification"), asIs)
	if attribute := ttl.text("AttributeName"); ttl.flag("Enabled", false) {
		table.TTLAttribute = attribute
	}
	ttl.done("localaws does not know this property of time to live")
	table.DeletionProtection = f.flag("DeletionProtectionEnabled", false)
	t.readProtection(f, &table)
	f.ignore("TableName", "ContributorInsightsSpecification")
	f.done("localaws does not know this property of a table")
	s.Tables = append(s.Tables, table)
}

// readProtection reads what is shown of a table, and has no other effect in localaws.
func (t *template) readProtection(f *fields, table *Table) {
	recovery := t.open(f.get("PointInTimeRecoverySpecification"), asIs)
	if days := recovery.integer("RecoveryPeriodInDays", 35, 1, 35); recovery.flag("PointInTimeRecoveryEnabled", false) {
		table.RecoveryPeriodDays = days
	}
	recovery.done("localaws does not know this property of point-in-time recovery")
	key := t.open(f.get("SSESpecification"), asIs)
	table.Encryption = Encryption{Enabled: key.flag("SSEEnabled", false), Type: key.text("SSEType"), Key: key.text("KMSMasterKeyId")}
	key.done("localaws does not know this property of encryption")
	if f.get("TableClass") != nil {
		table.Class = f.want("TableClass", "", "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	}
	table.Tags = maps.Clone(t.tags)
	for _, item := range f.list("Tags") {
		tag := t.open(item, t.eval)
		if key := tag.needText("Key", "a tag has a key"); table.Tags == nil {
			table.Tags = map[string]string{key: tag.text("Value")}
		} else {
			table.Tags[key] = tag.text("Value")
		}
		tag.done("localaws does not know this part of a tag")
	}
}

// readAttributes joins the key schemas of the table and its indexes with the
// attributes' types.
func (t *template) readAttributes(f *fields, table *Table) {
	types, used := map[string]string{}, map[string]bool{}
	for _, item := range f.list("AttributeDefinitions") {
		definition := t.open(item, t.eval)
		name := definition.needText("AttributeName", "an attribute has a name")
		types[name] = definition.want("AttributeType", "", "S", "N", "B")
		definition.done("localaws does not know this part of an attribute definition")
	}
	table.HashKey, table.RangeKey = t.readKeys(f, types, used)
	table.HashKeyType, table.RangeKeyType = types[table.HashKey], types[table.RangeKey]
	t.readIndexes(f, table, types, used)
	for name := range types {
		if !used[name] {
			t.refuse(f.raw("AttributeDefinitions"), "defines attributes that are no keys, which DynamoDB refuses")
			return
		}
	}
}

// readKeys reads a key schema, and notes the attributes that it uses.
func (t *template) readKeys(f *fields, types map[string]string, used map[string]bool) (hash, rangeKey string) {
	for _, item := range f.list("KeySchema") {
		key := t.open(item, t.eval)
		name := key.needText("AttributeName", "a key has a name")
		if types[name] == "" {
			t.refuse(item, "the key %s has no AttributeDefinition", name)
		}
		to := &hash
		if key.want("KeyType", "", "HASH", "RANGE") == "RANGE" {
			to = &rangeKey
		}
		if *to != "" {
			t.refuse(item, "localaws does not know keys of several attributes")
		}
		*to, used[name] = name, true
		key.done("localaws does not know this part of a key schema")
	}
	if hash == "" {
		t.refuse(f.object, "KeySchema has no HASH key")
	}
	return hash, rangeKey
}
