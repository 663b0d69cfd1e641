package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events/testdata"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/changes"
)

// registry is where the generated files are: serverless.yml reads them there.
const registry = "../../events/registry"

func TestTheFilesAreCurrent(t *testing.T) {
	for _, e := range registered {
		want, err := e.content()
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(registry, e.file))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is not what its schema comes to: run go generate ./internal/schemagen\n%s", e.file, diff)
		}
	}
}

// CreateSchema takes at most 100,000 characters of content, by the service
// model of the AWS SDKs.
func TestTheFilesFitIntoARegistry(t *testing.T) {
	for _, e := range registered {
		if text, err := os.ReadFile(filepath.Join(registry, e.file)); err != nil || len(text) > 100_000 {
			t.Errorf("%s has %d bytes, error %v", e.file, len(text), err)
		}
	}
}

// A pair is one event's two schemas.
type pair struct {
	detail, registry *jsonschema.Schema
	envelope         func(detail any) map[string]any
}

func pairOf(t *testing.T, i int) pair {
	t.Helper()
	e := registered[i]
	text, err := os.ReadFile(filepath.Join(registry, e.file))
	if err != nil {
		t.Fatal(err)
	}
	return pair{compile(t, e.schema), compile(t, text), func(detail any) map[string]any {
		return map[string]any{
			"version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": e.detailType, "source": "bot-preferences",
			"account": "123456789012", "time": "2026-11-23T10:00:00Z", "region": "us-east-1", "resources": []any{}, "detail": detail,
		}
	}}
}

func compile(t *testing.T, schema []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("urn:test", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("urn:test")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// agree tells what both drafts say of a detail.
func (p pair) agree(t rapid.TB, name string, detail any) (accepted bool) {
	t.Helper()
	first, second := p.detail.Validate(detail), p.registry.Validate(p.envelope(detail))
	if (first == nil) != (second == nil) {
		t.Fatalf("%s: draft 2020-12 says %v, draft 4 says %v", name, first, second)
	}
	return first == nil
}

func TestBothDraftsJudgeTheGoldensAlike(t *testing.T) {
	change := pairOf(t, 0)
	verdicts := map[bool]int{}
	for _, c := range append(changes.Valid(), changes.Malformed()...) {
		if doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(c.Text)); err == nil && !c.Envelope {
			verdicts[change.agree(t, c.Name, doc)]++
		}
	}
	updated := pairOf(t, 1)
	for _, text := range announcements(t) {
		if doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text)); err == nil {
			verdicts[updated.agree(t, string(text), doc)]++
		}
	}
	if verdicts[true] < 40 || verdicts[false] < 80 {
		t.Errorf("only %d accepted and %d refused", verdicts[true], verdicts[false])
	}
}

func announcements(t *testing.T) map[string][]byte {
	t.Helper()
	texts := map[string][]byte{}
	for _, folder := range []string{"valid", "malformed"} {
		files, err := fs.Glob(testdata.Files, "updated/"+folder+"/*.json")
		if err != nil || len(files) == 0 {
			t.Fatal("no announcements", err)
		}
		for _, file := range files {
			if texts[file], err = testdata.Files.ReadFile(file); err != nil {
				t.Fatal(err)
			}
		}
	}
	return texts
}

// Single faults and pairs of them, anywhere in a document, of values that are
// near what is allowed.
func TestBothDraftsJudgeRandomDetailsAlike(t *testing.T) {
	for i, e := range registered {
		p := pairOf(t, i)
		var schema struct {
			Examples []map[string]any `json:"examples"`
		}
		if err := json.Unmarshal(e.schema, &schema); err != nil {
			t.Fatal(err)
		}
		verdicts := map[bool]int{}
		rapid.Check(t, func(t *rapid.T) {
			detail := clone(rapid.SampledFrom(schema.Examples).Draw(t, "example"))
			for range rapid.IntRange(1, 3).Draw(t, "faults") {
				detail = disturb(t, detail, 0)
			}
			verdicts[p.agree(t, "random", detail)]++
		})
		if verdicts[true] == 0 || verdicts[false] == 0 {
			t.Errorf("%s: %v: one verdict only", e.detailType, verdicts)
		}
	}
}

var anyValue = rapid.Custom(func(t *rapid.T) any {
	return rapid.SampledFrom([]any{
		nil, true, false, 0.0, 1.0, -1.0, 0.5, 2.0, 1795428000002.0, "", "u1", "a b", "\x00", "01M83XJ880T9QF8Y2V6JX4ZB7C", "01m83xj880t9qf8y2v6jx4zb7c",
		"00000000000000000000000000", "2026-11-23T10:00:00.250Z", "2026-11-23T10:00:00Z", []any{}, []any{"language"}, []any{"language", "language"},
		[]any{nil}, []any{"01M83XJ880T9QF8Y2V6JX4ZB7C"}, map[string]any{}, map[string]any{"language": "fr"}, map[string]any{"tone": nil}, map[string]any{"a b": 1.0},
	}).Draw(t, "value")
})

var anyName = rapid.SampledFrom([]string{
	"id", "user_id", "preferences", "replace", "conversation_id", "version", "revision", "previous_revision", "changes", "changed_keys", "truncated",
	"erased", "updated_at", "caused_by", "as_of", "snapshot", "language", "a b", "", "_x", "x:y.z-0",
})

// disturb is a value with something set, removed or replaced at some depth.
func disturb(t *rapid.T, value any, depth int) any {
	members, ok := value.(map[string]any)
	if !ok {
		return anyValue.Draw(t, "instead")
	}
	name := anyName.Draw(t, "name")
	switch what := rapid.IntRange(0, 3).Draw(t, "what"); {
	case what == 0:
		delete(members, name)
	case what == 1 && depth == 0:
		if inner, ok := members[name].(map[string]any); ok {
			members[name] = disturb(t, inner, depth+1)
		}
	default:
		members[name] = anyValue.Draw(t, "member")
	}
	return members
}

func clone(value map[string]any) any {
	text, _ := json.Marshal(value)
	var copied any
	_ = json.Unmarshal(text, &copied)
	return copied
}

func TestTheEnvelopeIsJudgedToo(t *testing.T) {
	good := map[string]any{"user_id": "u1", "replace": true}
	p := pairOf(t, 0)
	if err := p.registry.Validate(p.envelope(good)); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]any{"detail-type": "PreferencesUpdated", "time": "yesterday", "source": nil, "resources": "none"} {
		envelope := p.envelope(good)
		envelope[name] = value
		if p.registry.Validate(envelope) == nil {
			t.Errorf("%s may be %v", name, value)
		}
		delete(envelope, name)
		if p.registry.Validate(envelope) == nil {
			t.Errorf("%s may be absent", name)
		}
	}
}

func TestWhatTheConverterDoesNotKnowIsRefused(t *testing.T) {
	for _, schema := range []string{
		`{"if": {}}`, `{"properties": {"a": {"dependentRequired": {}}}}`, `{"items": true}`, `{"anyOf": [true]}`, `{"$ref": "#/$defs/none"}`,
		`{"$ref": "urn:other"}`, `{"$ref": "#/$defs/key", "maxLength": 3}`, `{"propertyNames": {"maxLength": 3}}`, `{"propertyNames": {"pattern": "a", "maxLength": 3}}`,
		`{"propertyNames": {"pattern": "a"}, "properties": {}}`, `{"propertyNames": {"pattern": "a"}, "additionalProperties": false}`, `{"propertyNames": true}`,
	} {
		var from object
		if err := json.Unmarshal([]byte(schema), &from); err != nil {
			t.Fatal(err)
		}
		c := &converter{definitions: object{"key": object{"pattern": "a"}}}
		if to, err := c.schema(from); err == nil {
			t.Errorf("%s becomes %v", schema, to)
		}
	}
}
