package dynamodb

import "slices"

// Limits of indexes. Source: DynamoDB's developer guide and API reference.
const (
	maxIndexes          = 20  // of a table
	maxIncluded         = 20  // attributes of one index with INCLUDE
	maxIncludedOfAll    = 100 // of all indexes of a table together
	maxIndexedAttribute = 255 // bytes of an attribute's name in INCLUDE
)

// validateIndexes checks the indexes of a table, and that an attribute has the same
// type wherever it is a key.
func (c *TableConfig) validateIndexes() error {
	names, included := map[string]bool{}, 0
	for _, x := range c.Indexes {
		if err := x.validate(); err != nil {
			return err
		}
		if names[x.Name] {
			return invalidParameter("Duplicate index name: %s", x.Name)
		}
		names[x.Name] = true
		included += len(x.Include)
	}
	types := map[string]string{}
	for _, k := range c.attributes() {
		if types[k.Name] != "" {
			return invalidParameter("Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Attribute: %s", k.Name)
		}
		types[k.Name] = k.Type
	}
	switch {
	case len(c.Indexes) > maxIndexes:
		return invalidParameter("GlobalSecondaryIndex count exceeds the per-table limit of %d", maxIndexes)
	case included > maxIncludedOfAll:
		return invalidParameter("The total number of NonKeyAttributes of all indexes exceeds the limit of %d", maxIncludedOfAll)
	}
	return nil
}

func (c *IndexConfig) validate() error {
	if err := validTableName("indexName", c.Name); err != nil {
		return err
	}
	if c.Hash.Name == c.Range.Name {
		return validation("Both the Hash Key and the Range Key element in the KeySchema have the same name")
	}
	return c.validateProjection()
}

func (c *IndexConfig) validateProjection() error {
	switch {
	case c.Projection == "":
		return invalidParameter("Unknown ProjectionType: null")
	case c.Projection == "INCLUDE" && len(c.Include) == 0:
		return invalidParameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
	case c.Projection != "INCLUDE" && c.Include != nil:
		return invalidParameter("ProjectionType is %s, but NonKeyAttributes is specified", c.Projection)
	case len(c.Include) > maxIncluded:
		return constraint("[...]", "projection.nonKeyAttributes", "Member must have length less than or equal to %d", maxIncluded)
	}
	for i, name := range c.Include {
		if name == "" || len(name) > maxIndexedAttribute {
			return constraint(name, "projection.nonKeyAttributes", "Member must have length between 1 and %d", maxIndexedAttribute)
		}
		if slices.Contains(c.Include[:i], name) {
			return invalidParameter("Duplicate non-key attribute: %s", name)
		}
	}
	return oneOf(c.Projection, "projection.projectionType", "ALL", "INCLUDE", "KEYS_ONLY")
}
