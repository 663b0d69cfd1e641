package stack

// readIndexes reads the global secondary indexes. DynamoDB itself refuses wrong names
// and projections when the table is made.
func (t *template) readIndexes(f *fields, table *Table, types map[string]string, used map[string]bool) {
	for _, item := range f.list("GlobalSecondaryIndexes") {
		x := t.open(item, t.eval)
		index := Index{Name: x.needText("IndexName", "an index has a name")}
		index.HashKey, index.RangeKey = t.readKeys(x, types, used)
		index.HashKeyType, index.RangeKeyType = types[index.HashKey], types[index.RangeKey]
		projection := t.open(x.get("Projection"), t.eval)
		if projection.needText("ProjectionType", "which attributes does the index have?") != "" {
			index.Projection = projection.want("ProjectionType", "", "ALL", "KEYS_ONLY", "INCLUDE")
		}
		for _, name := range projection.list("NonKeyAttributes") {
			index.Include = append(index.Include, projection.textOf(t.eval(name)))
		}
		projection.done("localaws does not know this part of a projection")
		x.ignore("ContributorInsightsSpecification", "OnDemandThroughput", "WarmThroughput")
		x.done("localaws does not know this property of an index")
		table.Indexes = append(table.Indexes, index)
	}
}
