package updateitem_test

import (
	"maps"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/peerstest"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/updateitem"
)

const (
	older = `{"id":"01KJ0000000000000000000001","user_id":"u","preferences":{"language":"fr"}}`
	newer = `{"id":"01KJ0000000000000000000002","user_id":"u","preferences":{"language":"de"}}`
)

// handle handles the details as one batch and insists that none fails.
func handle(t *testing.T, table *peerstest.Table, details ...string) {
	t.Helper()
	c := updateitem.Consumer{Client: table.Client, Table: table.Name}
	if answer, err := c.Handle(t.Context(), peerstest.Batch(details...)); err != nil || len(answer.BatchItemFailures) > 0 {
		t.Fatal(answer, err)
	}
}

func expect(t *testing.T, table *peerstest.Table, want map[string]string) {
	t.Helper()
	if got := table.Map("u", "prefs"); !maps.Equal(got, want) {
		t.Errorf("stored %v, want %v", got, want)
	}
}

func TestSetsUnsetsAndReplaces(t *testing.T) {
	table := peerstest.New(t)
	handle(t, table, older, `{"user_id":"u","preferences":{"tone":"dry","volume":7.5}}`)
	expect(t, table, map[string]string{"language": "fr", "tone": "dry", "volume": "7.5"})
	if n := table.Requests("UpdateItem"); n != 4 { // the first message of a user costs three
		t.Errorf("%d requests", n)
	}
	handle(t, table, `{"user_id":"u","preferences":{"tone":null,"name":"Sam"}}`)
	expect(t, table, map[string]string{"language": "fr", "volume": "7.5", "name": "Sam"})
	handle(t, table, `{"user_id":"u","preferences":{"name":"Kim"},"replace":true}`)
	expect(t, table, map[string]string{"name": "Kim"})
}

// What it loses: the newer value, to an older message that came later.
func TestOlderMessageThatComesLaterWins(t *testing.T) {
	table := peerstest.New(t)
	handle(t, table, newer, older)
	expect(t, table, map[string]string{"language": "fr"})
}

func TestDuplicateOfAnOlderMessageWins(t *testing.T) {
	table := peerstest.New(t)
	handle(t, table, older, newer)
	before := table.Requests("UpdateItem")
	handle(t, table, older)
	expect(t, table, map[string]string{"language": "fr"})
	if n := table.Requests("UpdateItem") - before; n != 1 {
		t.Errorf("the duplicate cost %d writes, want 1", n)
	}
}

// And an erasure, to a message that was on its way.
func TestErasedValueComesBack(t *testing.T) {
	table := peerstest.New(t)
	handle(t, table, newer, `{"user_id":"u","replace":true}`, older)
	expect(t, table, map[string]string{"language": "fr"})
}

func TestOnlyUnreadableMessagesFail(t *testing.T) {
	table := peerstest.New(t)
	c := updateitem.Consumer{Client: table.Client, Table: table.Name}
	answer, err := c.Handle(t.Context(), peerstest.Batch(`{"preferences":{}}`, older, `x`))
	if err != nil || len(answer.BatchItemFailures) != 2 || answer.BatchItemFailures[0].ItemIdentifier != "m0" || answer.BatchItemFailures[1].ItemIdentifier != "m2" {
		t.Errorf("%v, %v", answer, err)
	}
	expect(t, table, map[string]string{"language": "fr"})
}
