package dynamodb

// ShardID names the shard of the table's stream that is open now; empty for a
// table without a stream.
func (t *Table) ShardID() string {
	if t.stream == nil {
		return ""
	}
	return t.stream.shards[len(t.stream.shards)-1].id
}
