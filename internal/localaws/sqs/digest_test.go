package sqs

import "testing"

// The expected digests are answers of the real service.
func TestDigestAttributes(t *testing.T) {
	text := func(s string) Attribute { return Attribute{DataType: "String", StringValue: s} }
	for _, row := range []struct {
		name       string
		attributes map[string]Attribute
		want       string
	}{
		{"none", nil, ""},
		{"one text", map[string]Attribute{"Hello": text("There")}, "a311262e065454b75da111d535b8dacd"},
		{"texts in the order of their names", map[string]Attribute{"Help.Me": text("Me"), "Hello": text("There"), "General": text("Kenobi")}, "4c360f3fdafd970e05fae2f149d997f5"},
		{"binary", map[string]Attribute{"attr1": {DataType: "Binary", BinaryValue: []byte("traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01")}}, "8cbe4db156db8a94db8b801b7addb984"},
	} {
		if got := digestAttributes(row.attributes); got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, got, row.want)
		}
	}
}
