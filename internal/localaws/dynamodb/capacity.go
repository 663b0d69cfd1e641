package dynamodb

import "math"

// writeUnits are the units of a write of so many bytes: 1 per KB, at least 1.
func writeUnits(size int) float64 {
	return math.Ceil(float64(max(size, 1)) / 1024)
}

// readUnits are the units of a read of so many bytes: 1 per 4 KB, at least 1,
// and half of it where the read is eventually consistent.
func readUnits(size int, consistent bool) float64 {
	units := math.Ceil(float64(max(size, 1)) / 4096)
	if !consistent {
		units /= 2
	}
	return units
}

// consumed is a ConsumedCapacity on the wire.
type consumed struct {
	TableName          string
	CapacityUnits      float64
	ReadCapacityUnits  float64         `json:",omitzero"`
	WriteCapacityUnits float64         `json:",omitzero"`
	Table              *consumedDetail `json:",omitzero"`

	GlobalSecondaryIndexes map[string]*consumedDetail `json:",omitzero"`
}

type consumedDetail struct {
	CapacityUnits      float64
	ReadCapacityUnits  float64 `json:",omitzero"`
	WriteCapacityUnits float64 `json:",omitzero"`
}

// report makes a ConsumedCapacity as asked for by ReturnConsumedCapacity: nil
// for NONE, with details for INDEXES.
func report(returnConsumed, table string, units float64) *consumed {
	return reportUsage(returnConsumed, table, usage{table: units})
}

// reportUsage is report where indexes took part.
func reportUsage(returnConsumed, table string, u usage) *consumed {
	if returnConsumed != "TOTAL" && returnConsumed != "INDEXES" {
		return nil
	}
	c := &consumed{TableName: table, CapacityUnits: u.total()}
	if returnConsumed == "TOTAL" {
		return c
	}
	c.Table = &consumedDetail{CapacityUnits: u.table}
	for name, units := range u.indexes {
		if c.GlobalSecondaryIndexes == nil {
			c.GlobalSecondaryIndexes = map[string]*consumedDetail{}
		}
		c.GlobalSecondaryIndexes[name] = &consumedDetail{CapacityUnits: units}
	}
	return c
}

// reportTransaction adds the split into reading and writing, which DynamoDB
// shows for transactions. One of both is empty.
func reportTransaction(returnConsumed, table string, read, write usage) *consumed {
	c := reportUsage(returnConsumed, table, read.plus(write))
	if c == nil {
		return nil
	}
	c.ReadCapacityUnits, c.WriteCapacityUnits = read.total(), write.total()
	if c.Table != nil {
		c.Table.ReadCapacityUnits, c.Table.WriteCapacityUnits = read.table, write.table
	}
	for name, d := range c.GlobalSecondaryIndexes {
		d.WriteCapacityUnits = write.indexes[name]
	}
	return c
}

func checkReturnCapacity(returnConsumed string) error {
	return oneOf(returnConsumed, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
}
