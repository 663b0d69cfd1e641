package events_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/changes"
)

func compile(t *testing.T, schema []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	id := doc.(map[string]any)["$id"].(string)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(id, doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile(id)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// judge is what a schema says of a text; what is not JSON it does not take.
func judge(s *jsonschema.Schema, text []byte) error {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return s.Validate(doc)
}

func TestChangeSchemaAgreesWithGoldens(t *testing.T) {
	schema := compile(t, events.ChangeSchema)
	for _, c := range append(changes.Valid(), changes.Malformed()...) {
		if c.Envelope {
			continue
		}
		if err := judge(schema, c.Text); (err == nil) != c.SchemaAccepts {
			t.Errorf("%s: the schema says %v, want accepted: %t", c.Name, err, c.SchemaAccepts)
		}
	}
}

func TestRandomChangesFitTheSchema(t *testing.T) {
	schema := compile(t, events.ChangeSchema)
	rapid.Check(t, func(t *rapid.T) {
		c := anyChange.Draw(t, "change")
		text := c.AppendJSON(nil)
		if err := judge(schema, text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	})
}

func TestRandomAnnouncementsFitTheSchema(t *testing.T) {
	schema := compile(t, events.UpdatedSchema)
	rapid.Check(t, func(t *rapid.T) {
		previous, next := anyStep(t)
		u := events.Announce(&previous, &next)
		text := u.Fit()
		if err := judge(schema, text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	})
}

func TestSchemasNameTheFieldsThatTravel(t *testing.T) {
	id, err := events.ParseStamp("01M83XJ880T9QF8Y2V6JX4ZB7C")
	if err != nil {
		t.Fatal(err)
	}
	change := events.PreferenceChange{
		ID: id, UserID: "u1", Preferences: events.Preferences{"tone": events.JSON(`1`)}, Replace: true, ConversationID: "c1",
		Traceparent: traceparent, Origin: events.Inferred,
	}
	updated := events.PreferencesUpdated{
		UserID: "u1", Changes: events.Preferences{}, Preferences: events.Preferences{}, UpdatedAt: time.Unix(0, 0), AsOf: id,
		Traceparent: traceparent, CatalogueVersion: 1,
	}
	for _, event := range []struct {
		name         string
		schema, text []byte
	}{
		{"PreferenceChange", events.ChangeSchema, change.AppendJSON(nil)},
		{"PreferencesUpdated", events.UpdatedSchema, updated.AppendJSON(nil)},
	} {
		var schema struct {
			Title      string                     `json:"title"`
			Properties map[string]json.RawMessage `json:"properties"`
		}
		var written map[string]json.RawMessage
		if err := json.Unmarshal(event.schema, &schema); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(event.text, &written); err != nil {
			t.Fatal(err)
		}
		if schema.Title != event.name {
			t.Errorf("title %q, want %q", schema.Title, event.name)
		}
		if diff := cmp.Diff(slices.Sorted(maps.Keys(written)), slices.Sorted(maps.Keys(schema.Properties))); diff != "" {
			t.Errorf("%s, properties (-Go +schema):\n%s", event.name, diff)
		}
	}
}

func TestSchemaExamplesAreValid(t *testing.T) {
	for name, schema := range map[string][]byte{"change": events.ChangeSchema, "updated": events.UpdatedSchema} {
		var doc struct{ Examples []json.RawMessage }
		if err := json.Unmarshal(schema, &doc); err != nil {
			t.Fatal(err)
		}
		if len(doc.Examples) == 0 {
			t.Errorf("%s: no examples", name)
		}
		compiled := compile(t, schema)
		for _, example := range doc.Examples {
			if err := judge(compiled, example); err != nil {
				t.Errorf("%s: the schema refuses its example %s: %v", name, example, err)
			}
			if err := parse(name, example); err != nil {
				t.Errorf("%s: Go refuses the schema's example %s: %v", name, example, err)
			}
		}
	}
}

func parse(name string, text []byte) error {
	if name == "change" {
		_, err := events.ParseChange(text)
		return err
	}
	return new(events.PreferencesUpdated).UnmarshalJSON(text)
}
