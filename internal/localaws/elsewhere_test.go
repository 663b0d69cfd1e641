package localaws_test

import (
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

func records(numbers ...string) []dynamodb.Record {
	var all []dynamodb.Record
	for _, n := range numbers {
		all = append(all, dynamodb.Record{EventName: "INSERT", SequenceNumber: n, Created: newClock().now, Keys: dynamodb.Item{"id": value.String(n)}})
	}
	return all
}

func TestTableElsewhereFeedsItsMapping(t *testing.T) {
	w, facts := newClock().world(), []string{}
	w.Observe = func(f world.Fact) {
		switch f := f.(type) {
		case dynamodb.Changed:
			facts = append(facts, f.Table+" "+f.Record.SequenceNumber)
		case localaws.StreamRead:
			facts = append(facts, f.Table+" read")
		}
	}
	cloud, err := localaws.New(w, service(), localaws.Elsewhere{Table: "profiles", StreamARN: "arn:there", ShardID: "shard"})
	if err != nil {
		t.Fatal(err)
	}
	if _, made := cloud.Tables.Table("profiles"); made {
		t.Error("the table was made here as well")
	}
	if cloud.Drained() {
		t.Error("drained before the stream was read")
	}
	m := cloud.Mappings()[1]
	cloud.Arrived("profiles", records("7", "3"))
	cloud.CaughtUp("profiles", cloud.Mark())
	inv, ok := m.Next()
	if !ok || strings.Join(inv.Items, " ") != "7 3" || !strings.Contains(string(inv.Payload), `"arn:there"`) {
		t.Fatalf("invocation %+v, want both records in the order of their arrival", inv)
	}
	if cloud.Drained() {
		t.Error("drained with a batch under way")
	}
	before := cloud.Mark()
	cloud.Finish(m, inv, lambda.Result{})
	if cloud.CaughtUp("profiles", before); cloud.Drained() {
		t.Error("drained although the function finished after the stream was read")
	}
	if cloud.CaughtUp("profiles", cloud.Mark()); !cloud.Drained() || cloud.Waiting("profiles") != 0 {
		t.Errorf("not drained, %d records wait", cloud.Waiting("profiles"))
	}
	if got := strings.Join(facts, ", "); got != "profiles 7, profiles 3, profiles read, profiles read" {
		t.Errorf("told: %s", got)
	}
	if cloud.Arrived("profiles", records("9")); cloud.Drained() {
		t.Error("drained with a record waiting")
	}
}

// A mapping reads one stream. The table's next stream has another ARN, and on AWS needs
// another mapping.
func TestMappingEndsWithItsStream(t *testing.T) {
	cloud := mustBuild(t, newClock(), service())
	m := cloud.Mappings()[1]
	do := func(operation, body string) {
		call, err := cloud.Tables.Wire().Operations[operation]([]byte(body))
		if err == nil {
			_, err = call()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	do("PutItem", `{"TableName":"profiles","Item":{"id":{"S":"a"}}}`)
	inv, ok := m.Next()
	if !ok {
		t.Fatal("the mapping does not read its stream")
	}
	cloud.Finish(m, inv, lambda.Result{})
	for _, stream := range []string{`{"StreamEnabled":false}`, `{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}`} {
		do("UpdateTable", `{"TableName":"profiles","StreamSpecification":`+stream+`}`)
	}
	do("PutItem", `{"TableName":"profiles","Item":{"id":{"S":"b"}}}`)
	if inv, ok := m.Next(); ok {
		t.Errorf("the mapping reads on: %v", inv.Items)
	}
	if !cloud.Drained() {
		t.Error("the mapping has something left to read")
	}
}
