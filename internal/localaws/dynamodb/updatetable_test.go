package dynamodb_test

import "testing"

// A reader with a sequence number of the previous stream must still read all records of
// the next one.
func TestNumbersGoOnInTheNextStream(t *testing.T) {
	l := newLocal(t)
	table := l.table("tab", "")
	l.must("PutItem", `{"TableName":"tab","Item":{"pk":{"S":"x"}}}`)
	last, arn := table.LastSequenceNumber(), table.StreamARN()
	l.must("UpdateTable", `{"TableName":"tab","StreamSpecification":{"StreamEnabled":false}}`)
	if table.StreamARN() != "" {
		t.Error("the stream is still there")
	}
	l.must("UpdateTable", `{"TableName":"tab","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}}`)
	l.must("DeleteItem", `{"TableName":"tab","Key":{"pk":{"S":"x"}}}`)
	if got := table.Records(last, 10); len(got) != 1 || got[0].SequenceNumber <= last || table.StreamARN() == arn {
		t.Errorf("%+v after %s, stream %s after %s", got, last, table.StreamARN(), arn)
	}
}
